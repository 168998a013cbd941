import { AsyncLocalStorage } from "node:async_hooks";
import OpenAI, { APIError, BadRequestError, UnprocessableEntityError } from "openai";
import { UserError } from "../../common/errors.ts";
import type { Completion, GenerationRequest, Model, ModelIdentity } from "../model.ts";
import { Stream } from "../stream.ts";
import { type Answer, cutAtStop, readAnswer } from "./answer.ts";
import type { Budget, Reservation } from "./budget.ts";
import { explain, isFinal } from "./errors.ts";
import { Turnstile } from "./turnstile.ts";

/** Many servers accept no more stop strings, and refuse the request otherwise; texts are cut by the others here. */
const mostStopStrings = 4;

/** OpenAI's own limit of choices a request. */
const mostChoices = 128;

/** Tokens that a chat format may put around a message, for the upper bound of its cost. */
const tokensAroundMessage = 16;

export interface OpenAiModelSettings {
  readonly identity: ModelIdentity;
  readonly model: string;
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly budget: Budget;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
}

/** A model behind a server that speaks OpenAI's protocol. */
export class OpenAiModel implements Model {
  readonly identity: ModelIdentity;
  readonly concurrency: number;
  readonly #client: OpenAI;
  readonly #server: string;
  readonly #turnstile: Turnstile;
  /** The request that an attempt of the client belongs to. */
  readonly #current = new AsyncLocalStorage<{ reservation: Reservation; giveUp: AbortController }>();
  readonly #closed = new AbortController();
  /** Learnt from the server's answers. */
  #severalChoices = true;
  #newTokenLimit = false;

  constructor(readonly settings: OpenAiModelSettings) {
    this.identity = settings.identity;
    this.concurrency = settings.concurrency;
    this.#turnstile = new Turnstile(settings.concurrency);
    this.#server = `model ${settings.model} at ${new URL(settings.baseUrl).host}`;
    this.#client = new OpenAI({
      // Servers on the own machine want no key, and the client wants one.
      apiKey: settings.key ?? "none",
      baseURL: settings.baseUrl,
      timeout: settings.timeoutSeconds * 1000,
      // The client's own: growing pauses with jitter, and the server's Retry-After.
      maxRetries: settings.retries,
      fetch: (url, init) => this.#fetch(url, init),
    });
  }

  async *generate(request: GenerationRequest): AsyncGenerator<Completion> {
    const stream = new Stream<Completion>();
    const stopped = new AbortController();
    const signals = [stopped.signal, this.#closed.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(signals);
    this.#fill(request, [...request.sampleIndices], stream, signal).then(
      () => stream.end(),
      (error: unknown) => stream.fail(signal.aborted ? signal.reason : error),
    );
    try {
      yield* stream;
    } finally {
      stopped.abort();
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("the model was closed"));
  }

  /** Asks for all of these samples, several in one request where the server can. */
  async #fill(
    request: GenerationRequest,
    indices: readonly number[],
    stream: Stream<Completion>,
    signal: AbortSignal,
  ): Promise<void> {
    const size = this.#severalChoices ? mostChoices : 1;
    const groups = Array.from({ length: Math.ceil(indices.length / size) }, (_, group) =>
      indices.slice(group * size, (group + 1) * size),
    );
    await Promise.all(groups.map((group) => this.#fillGroup(request, group, stream, signal)));
  }

  async #fillGroup(
    request: GenerationRequest,
    group: readonly number[],
    stream: Stream<Completion>,
    signal: AbortSignal,
  ): Promise<void> {
    let answer: Answer | undefined;
    try {
      answer = await this.#turnstile.pass(() => this.#ask(request, group, signal));
    } catch (error) {
      if (group.length === 1 || !isRefusal(error)) throw explain(error, this.#server, this.settings.key);
      this.#severalChoices = false;
    }
    for (const completion of this.#completions(request, group, answer)) stream.push(completion);
    const given = answer?.choices.length ?? 0;
    if (given >= group.length) return;
    if (group.length > 1) this.#severalChoices = false;
    else throw new UserError(this.#server, "its answer holds no text");
    await this.#fill(request, group.slice(given), stream, signal);
  }

  #completions(request: GenerationRequest, group: readonly number[], answer: Answer | undefined): Completion[] {
    const choices = answer?.choices.slice(0, group.length) ?? [];
    const usage = answer?.usage;
    const cost = usage === undefined ? undefined : this.settings.budget.costOf(usage) / choices.length;
    return choices.map((choice, place) => {
      const stop = request.prompt.kind === "chat" ? [] : request.sampling.stop;
      const tokens = usage?.completion ?? 0;
      return {
        sampleIndex: group[place]!,
        ...cutAtStop(choice, stop),
        promptTokens: usage?.prompt ?? 0,
        // Servers count all choices together.
        completionTokens:
          Math.floor((tokens * (place + 1)) / choices.length) - Math.floor((tokens * place) / choices.length),
        ...(this.settings.budget.hasPrices && cost !== undefined ? { cost } : {}),
      };
    });
  }

  async #ask(request: GenerationRequest, group: readonly number[], signal: AbortSignal): Promise<Answer> {
    const atMost = {
      prompt: mostPromptTokens(request),
      completion: request.sampling.maximumTokens * group.length,
    };
    const reservation = await this.settings.budget.reserve(atMost);
    const giveUp = new AbortController();
    const either = AbortSignal.any([signal, giveUp.signal]);
    let used = { prompt: 0, completion: 0 };
    try {
      const value = await this.#current.run({ reservation, giveUp }, () => this.#post(request, group, either));
      const answer = readAnswer(value, this.#server, this.settings.key);
      // A server that does not count may still charge: then the upper bound counts.
      used = answer.usage ?? atMost;
      return answer;
    } catch (error) {
      // Refused requests cost nothing, and lost ones are booked already; an answer that nobody can read was generated.
      if (!(error instanceof APIError)) used = atMost;
      throw giveUp.signal.aborted ? giveUp.signal.reason : error;
    } finally {
      reservation.settle(used);
    }
  }

  async #post(request: GenerationRequest, group: readonly number[], signal: AbortSignal): Promise<unknown> {
    const { sampling, prompt } = request;
    const common = {
      model: this.settings.model,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      seed: requestSeed(request.seed, group[0]!),
      ...(group.length > 1 ? { n: group.length } : {}),
      ...(sampling.topK ? { top_k: sampling.topK } : {}),
    };
    if (prompt.kind === "completion") {
      const stop = sampling.stop.length === 0 ? {} : { stop: sampling.stop.slice(0, mostStopStrings) };
      const body = { ...common, ...stop, prompt: prompt.text, max_tokens: sampling.maximumTokens };
      return this.#client.completions.create(body, { signal });
    }
    const limit = this.#newTokenLimit ? "max_completion_tokens" : "max_tokens";
    const body = { ...common, messages: [...prompt.messages], [limit]: sampling.maximumTokens };
    try {
      return await this.#client.chat.completions.create(body, { signal });
    } catch (error) {
      if (this.#newTokenLimit || !(isRefusal(error) && /max_completion_tokens/.test(String(error)))) throw error;
      this.#newTokenLimit = true;
      return this.#post(request, group, signal);
    }
  }

  /** Books attempts whose answer got lost: the client tries again by itself, and the server may charge twice. */
  async #fetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const current = this.#current.getStore();
    try {
      current?.reservation.beforeAttempt();
    } catch (error) {
      // Otherwise the client would take it for a broken connection and try again.
      current?.giveUp.abort(error);
      throw error;
    }
    try {
      return await readWhole(await fetch(url, init));
    } catch (error) {
      current?.reservation.lost();
      throw error;
    }
  }
}

/**
 * The answer with its body read. The client's time limit and its new attempts cover no more than this call, and an answer
 * that breaks off in the middle is as lost as one that never came.
 */
async function readWhole(response: Response): Promise<Response> {
  const body = await response.text();
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (isFinal(response, body)) headers.set("x-should-retry", "false");
  return new Response(body === "" ? null : body, { status, statusText, headers });
}

/** The server understood the request and does not want it so. */
function isRefusal(error: unknown): boolean {
  return error instanceof BadRequestError || error instanceof UnprocessableEntityError;
}

/** No tokenizer makes more tokens than there are bytes. */
function mostPromptTokens({ prompt }: GenerationRequest): number {
  if (prompt.kind === "completion") return Buffer.byteLength(prompt.text);
  return prompt.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + tokensAroundMessage, 0);
}

/** A server's seed is a hint; it must differ between the requests of one prompt, or they give the same texts. */
function requestSeed(seed: number, firstIndex: number): number {
  return (seed * 1_000_003 + firstIndex) % 2 ** 31;
}
