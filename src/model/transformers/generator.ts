import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../common/errors.ts";
import { writeFileAtomically } from "../../common/files.ts";
import { type TrainerEvent, TrainerProcess } from "../../environment/index.ts";
import type { Completion, GenerationRequest, ScoredPiece, ScoreRequest, TextScore } from "../model.ts";
import { Stream } from "../stream.ts";

/** What the generating program is told when it starts. */
export interface GeneratorOptions {
  /** Absolute path of a Hugging Face folder. */
  readonly model: string;
  /** Samples that are computed side by side. */
  readonly batch: number;
  /** Tokens of a prompt and its completion together; the model's own limit when absent. */
  readonly contextSize?: number | undefined;
  /** Threads of a CPU. */
  readonly threads: number;
}

const readyEvent = z.object({ device: z.string(), versions: z.record(z.string(), z.string()) });

/** What every answer to a request has. */
const answerEvent = z.object({ id: z.string() });

const completionEvent = z.object({
  sample: z.number(),
  text: z.string(),
  finish: z.enum(["end", "stop", "length"]),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
});

const scoreEvent = z.object({
  context: z.number(),
  pieces: z.array(
    z.object({
      end: z.number(),
      tokens: z.number(),
      log_probability: z.number().nullable(),
      likeliest: z.boolean(),
    }),
  ),
});

const failedEvent = z.object({
  id: z.string(),
  cause: z.string(),
  remedy: z.string().nullish(),
});

/** What the loaded model runs on. */
export type GeneratorFacts = Readonly<z.infer<typeof readyEvent>>;

/** A request on its way. */
interface ActiveRequest {
  readonly taskId: string;
  readonly stream: Stream<TrainerEvent>;
  /** Answers that are still to come. */
  left: number;
}

/** A process that generates with Transformers, and the requests that it is working on. */
export class Generator {
  readonly #requests = new Map<string, ActiveRequest>();
  #nextId = 0;
  #closed = false;
  #failure: unknown;

  private constructor(
    readonly process: TrainerProcess,
    readonly scratch: string,
  ) {}

  /**
   * Starts the process and loads the model.
   * @throws UserError when the trainer's environment is not there, or the model cannot be loaded
   */
  static async open({ model, batch, contextSize, threads }: GeneratorOptions) {
    const scratch = await mkdtemp(path.join(os.tmpdir(), "apprentice-transformers-"));
    const config = { model, batch, context: contextSize ?? null, device: "auto", precision: "auto", threads };
    const configFile = path.join(scratch, "config.json");
    let generator: Generator | undefined;
    try {
      await writeFileAtomically(configFile, JSON.stringify(config));
      generator = new Generator(await TrainerProcess.start("generate", configFile), scratch);
      return { generator, facts: await generator.#start() };
    } catch (error) {
      await generator?.close();
      await rm(scratch, { recursive: true, force: true });
      throw error;
    }
  }

  async *generate(request: GenerationRequest): AsyncGenerator<Completion> {
    const { prompt, sampling, sampleIndices, seed } = request;
    const message = {
      ...(prompt.kind === "completion" ? { prompt: prompt.text } : { messages: prompt.messages }),
      samples: sampleIndices,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK ?? 0,
      max_tokens: sampling.maximumTokens,
      stop: prompt.kind === "completion" ? sampling.stop : [],
      grammar: sampling.grammar ?? null,
      seed,
    };
    for await (const event of this.#ask(request, message, sampleIndices.length)) {
      const { sample, text, finish, prompt_tokens, completion_tokens } = completionEvent.parse(event);
      yield {
        sampleIndex: sample,
        text,
        finishReason: finish,
        promptTokens: prompt_tokens,
        completionTokens: completion_tokens,
      };
    }
  }

  /** @param context tokens that a prediction looks back on at most */
  async score({ text, ...request }: ScoreRequest, context: number): Promise<TextScore> {
    for await (const event of this.#ask(request, { score: text, context }, 1)) {
      let start = 0;
      const score = scoreEvent.parse(event);
      const pieces = score.pieces.map(({ end, tokens, log_probability, likeliest }): ScoredPiece => {
        const piece = { start, end, tokens, logProbability: log_probability, isLikeliest: likeliest };
        start = end;
        return piece;
      });
      return { pieces, context: score.context };
    }
    throw new Error("Transformers' process gave no score");
  }

  /** Sends the process a message and hands on its answers, of which so many will come. */
  async *#ask(
    { taskId, signal }: { readonly taskId: string; readonly signal?: AbortSignal },
    message: object,
    answers: number,
  ): AsyncGenerator<TrainerEvent> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Error("the model is closed");
    if (this.#failure !== undefined) throw this.#failure;
    if (answers === 0) return;
    const id = String(this.#nextId++);
    const stream = new Stream<TrainerEvent>();
    const abort = () => stream.fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    const active: ActiveRequest = { taskId, stream, left: answers };
    this.#requests.set(id, active);
    this.process.send({ id, ...message });
    try {
      yield* stream;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#requests.delete(id);
      if (active.left > 0 && !this.#closed) this.process.send({ cancel: id });
    }
  }

  /** Ends the process; it holds nothing that must be put away. Requests under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#failAll(new Error("the model was closed"));
    await this.process.kill();
    await rm(this.scratch, { recursive: true, force: true });
  }

  /** Waits until the model is loaded, and hears the process from then on. */
  #start(): Promise<GeneratorFacts> {
    return new Promise((resolve, reject) => {
      const hear = async () => {
        for await (const event of this.process.events()) {
          if (event.event === "ready") resolve(readyEvent.parse(event));
          else this.#hear(event);
        }
        throw new UserError("Transformers", "its process ended before its work was done");
      };
      hear().catch((error: unknown) => {
        this.#failure = error;
        this.#failAll(error);
        reject(error);
      });
    });
  }

  #hear(event: TrainerEvent): void {
    if (event.event === "failed") {
      const { id, cause, remedy } = failedEvent.parse(event);
      const active = this.#requests.get(id);
      active?.stream.fail(new UserError(`problem "${active.taskId}"`, cause, remedy ?? undefined));
    } else {
      const active = this.#requests.get(answerEvent.parse(event).id);
      active?.stream.push(event);
      if (active !== undefined && --active.left === 0) active.stream.end();
    }
  }

  #failAll(error: unknown): void {
    for (const { stream } of this.#requests.values()) stream.fail(error);
  }
}
