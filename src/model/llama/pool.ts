import { UserError } from "../../common/errors.ts";
import type { Completion, GenerationRequest, ScoreRequest, TextScore } from "../model.ts";
import { Stream } from "../stream.ts";
import type { ModelFacts, OpenModel, WorkerCompletion } from "./protocol.ts";
import { toError, WorkerHandle } from "./worker-handle.ts";

/** A sample that was being generated when its worker died is tried once more, then it fails. */
const attemptsPerSample = 2;

/** A request on its way through the pool. */
interface ActiveRequest {
  readonly id: number;
  readonly request: GenerationRequest;
  readonly scores: boolean;
  /** Sample indices that no worker has yet. */
  readonly waiting: number[];
  readonly attempts: Map<number, number>;
  left: number;
  readonly stream: Stream<WorkerCompletion>;
}

/**
 * Worker processes that share one model file (memory-mapped, so it is in memory once). Samples go to workers one by one:
 * whoever has a free slot gets the next, of a prompt that it knows where there is one.
 */
export class LlamaPool {
  readonly #workers = new Set<WorkerHandle>();
  readonly #requests = new Map<number, ActiveRequest>();
  #nextId = 0;
  #closed = false;

  private constructor(readonly model: Omit<OpenModel, "kind">) {}

  /**
   * Loads the model. The first worker tells whether there is a GPU: then it stays the only one.
   *
   * @param processes worker processes where the model runs on the CPU
   */
  static async open(
    model: Omit<OpenModel, "kind">,
    processes: number,
  ): Promise<{ pool: LlamaPool; facts: ModelFacts; processes: number }> {
    const pool = new LlamaPool(model);
    try {
      const facts = await pool.#startWorker();
      const wanted = facts.backend === "cpu" ? processes : 1;
      await Promise.all(Array.from({ length: wanted - 1 }, () => pool.#startWorker()));
      return { pool, facts, processes: wanted };
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Ids of the worker processes. */
  get processIds(): number[] {
    return [...this.#workers].flatMap(({ processId }) => processId ?? []);
  }

  generate(request: GenerationRequest): AsyncGenerator<Completion> {
    return this.#run(request, false);
  }

  /** Scoring goes the way of a request with one sample: waiting, a crash of its worker and its end are the same. */
  async score({ text, ...request }: ScoreRequest): Promise<TextScore> {
    const prompt = { kind: "completion", text } as const;
    const sampling = { temperature: 0, topP: 1, maximumTokens: 0, stop: [] };
    const asked = { ...request, prompt, sampling, sampleIndices: [0], seed: 0 };
    for await (const { score } of this.#run(asked, true)) if (score !== undefined) return score;
    throw new Error("llama.cpp's process gave no score");
  }

  async *#run(request: GenerationRequest, scores: boolean): AsyncGenerator<WorkerCompletion> {
    request.signal?.throwIfAborted();
    if (this.#closed) throw new Error("the model is closed");
    const id = this.#nextId++;
    const waiting = [...request.sampleIndices];
    const stream = new Stream<WorkerCompletion>();
    const active = { id, request, scores, waiting, attempts: new Map(), left: waiting.length, stream };
    if (active.left === 0) return;
    const abort = () => stream.fail(request.signal?.reason);
    request.signal?.addEventListener("abort", abort);
    this.#requests.set(id, active);
    this.#dispatch();
    try {
      yield* stream;
    } finally {
      request.signal?.removeEventListener("abort", abort);
      this.#forget(active);
    }
  }

  /** Ends all processes; requests under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stream } of this.#requests.values()) stream.fail(new Error("the model was closed"));
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#workers.clear();
  }

  async #startWorker(): Promise<ModelFacts> {
    const worker: WorkerHandle = new WorkerHandle(this.model, {
      onMessage: (message) => {
        const sampleIndex = message.kind === "completion" ? message.completion.sampleIndex : message.sampleIndex;
        worker.busy.delete(`${message.request}:${sampleIndex}`);
        const active = this.#requests.get(message.request);
        if (active !== undefined) {
          if (message.kind === "completion") this.#deliver(active, message.completion);
          else active.stream.fail(toError(message.failure, `problem "${active.request.taskId}"`));
        }
        this.#dispatch();
      },
      onCrash: (reason) => void this.#replace(worker, reason),
    });
    this.#workers.add(worker);
    const facts = await worker.ready;
    this.#dispatch();
    return facts;
  }

  async #replace(dead: WorkerHandle, reason: string): Promise<void> {
    this.#workers.delete(dead);
    for (const key of dead.busy) {
      const [id, sampleIndex] = key.split(":").map(Number) as [number, number];
      const active = this.#requests.get(id);
      if (active === undefined) continue;
      const attempts = (active.attempts.get(sampleIndex) ?? 1) + 1;
      active.attempts.set(sampleIndex, attempts);
      if (attempts <= attemptsPerSample) active.waiting.unshift(sampleIndex);
      else active.stream.fail(crashed(active.request.taskId, reason));
    }
    if (this.#closed) return;
    try {
      await this.#startWorker();
    } catch (error) {
      // The model loaded before and does not now: waiting longer would be for ever.
      for (const { stream } of this.#requests.values()) stream.fail(error);
    }
  }

  #deliver(active: ActiveRequest, completion: WorkerCompletion): void {
    active.stream.push(completion);
    active.left--;
    if (active.left === 0) active.stream.end();
  }

  #forget(active: ActiveRequest): void {
    this.#requests.delete(active.id);
    for (const worker of this.#workers) {
      if (!worker.requests.delete(active.id)) continue;
      worker.send({ kind: "end", request: active.id });
      // What it was still generating ends at the next token; its slots are free from then on.
      for (const key of [...worker.busy]) if (key.startsWith(`${active.id}:`)) worker.busy.delete(key);
    }
    this.#dispatch();
  }

  #dispatch(): void {
    if (this.#closed) return;
    for (const worker of this.#workers) {
      if (!worker.isReady) continue;
      while (worker.busy.size < this.model.slots) {
        const active = this.#nextFor(worker);
        if (active === undefined) break;
        this.#give(worker, active);
      }
    }
  }

  /** A request that the worker knows, else one that no worker knows, else the one with the most samples waiting. */
  #nextFor(worker: WorkerHandle): ActiveRequest | undefined {
    const open = [...this.#requests.values()].filter(({ waiting }) => waiting.length > 0);
    const known = (active: ActiveRequest) => [...this.#workers].some(({ requests }) => requests.has(active.id));
    return (
      open.find(({ id }) => worker.requests.has(id)) ??
      open.find((active) => !known(active)) ??
      open.sort((a, b) => b.waiting.length - a.waiting.length)[0]
    );
  }

  #give(worker: WorkerHandle, active: ActiveRequest): void {
    const { id, request } = active;
    if (!worker.requests.has(id)) {
      worker.requests.add(id);
      const { taskId, prompt, sampling, seed } = request;
      worker.send({
        kind: "begin",
        request: id,
        taskId,
        prompt,
        sampling,
        seed,
        shared: request.sampleIndices.length > 1,
        scores: active.scores,
      });
    }
    const sampleIndex = active.waiting.shift()!;
    worker.busy.add(`${id}:${sampleIndex}`);
    worker.send({ kind: "sample", request: id, sampleIndex });
  }
}

function crashed(taskId: string, reason: string): UserError {
  return new UserError(
    `problem "${taskId}"`,
    `llama.cpp's process died twice while generating it (${reason})`,
    "If memory ran out, ask for fewer slots or processes.",
  );
}
