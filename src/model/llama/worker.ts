// One process with one loaded model. Its parent tells it what to generate; it lives no longer than its parent.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { messageOf, UserError } from "../../common/errors.ts";
import { readGguf } from "../gguf.ts";
import { Generator } from "./generator.ts";
import type { FromWorker, OpenModel, ToWorker, WorkerCompletion, WorkerFailure } from "./protocol.ts";
import { Scorer } from "./scorer.ts";

type Prepared = ReturnType<Generator["prepare"]>;

/** A text to score, waiting for its one sample. */
interface TextToScore {
  readonly text: string;
  ended: boolean;
}

/** What llama.cpp complained about last: its exceptions alone seldom say why a model does not load. */
let lastComplaint = "";
let generator: Generator | undefined;
let scorer: Scorer | undefined;
const requests = new Map<number, Prepared | TextToScore | UserError>();

// SIGKILL: ordinary ways out wait for the computation that is under way.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C reaches every process of the terminal's group; the parent decides what it means.
process.on("SIGINT", () => undefined);
process.on("message", (message: ToWorker) => {
  if (message.kind === "open") void open(message);
  else if (message.kind === "begin") begin(message);
  else if (message.kind === "sample") void sample(message.request, message.sampleIndex);
  else end(message.request);
});

async function open(message: OpenModel): Promise<void> {
  try {
    const llama = await getLlama({
      build: "never",
      skipDownload: true,
      gpu: "auto",
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger: (level, text) => {
        if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) lastComplaint = text.trim();
      },
    });
    // Without a GPU, one thread a process is the only count that is never a disaster; the parent starts a process a core.
    if (llama.gpu === false) llama.maxThreads = 1;
    const model = await llama.loadModel({ modelPath: message.file });
    generator = new Generator(llama, model, message);
    scorer = new Scorer(model, message);
    const facts = { backend: llama.gpu === false ? "cpu" : llama.gpu, release: llama.llamaCppRelease.release };
    send({ kind: "ready", facts });
  } catch (error) {
    send({ kind: "unusable", failure: await whyUnusable(message.file, error) });
  }
}

/** What the file itself shows says more than llama.cpp does; next comes what that complained about, then what it threw. */
async function whyUnusable(file: string, error: unknown): Promise<WorkerFailure> {
  const damage: unknown = await readGguf(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (damage !== undefined) return failureOf(damage);
  const failure = failureOf(error);
  return lastComplaint === "" ? failure : { ...failure, cause: lastComplaint };
}

function begin(message: Extract<ToWorker, { kind: "begin" }>): void {
  try {
    const { scores, prompt } = message;
    const isText = scores && prompt.kind === "completion";
    requests.set(message.request, isText ? { text: prompt.text, ended: false } : generator!.prepare(message));
  } catch (error) {
    requests.set(message.request, error as UserError);
  }
}

async function sample(request: number, sampleIndex: number): Promise<void> {
  const prepared = requests.get(request);
  if (prepared === undefined) return;
  try {
    if (prepared instanceof Error) throw prepared;
    const completion =
      "text" in prepared ? await scored(prepared, sampleIndex) : await generator!.sample(prepared, sampleIndex);
    send({ kind: "completion", request, completion });
  } catch (error) {
    if (prepared instanceof Error || !prepared.ended) {
      send({ kind: "failed", request, sampleIndex, failure: failureOf(error) });
    }
  }
}

async function scored({ text }: TextToScore, sampleIndex: number): Promise<WorkerCompletion> {
  const score = await scorer!.score(text);
  return { sampleIndex, text: "", finishReason: "end", promptTokens: 0, completionTokens: 0, score };
}

function end(request: number): void {
  const prepared = requests.get(request);
  requests.delete(request);
  if (prepared === undefined || prepared instanceof Error) return;
  if ("text" in prepared) prepared.ended = true;
  else generator!.end(prepared);
}

function failureOf(error: unknown): WorkerFailure {
  if (!UserError.isInstance(error))
    return { cause: error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error) };
  const { scope, cause, remedy } = error;
  return { scope, cause, ...(remedy === undefined ? {} : { remedy }) };
}

function send(message: FromWorker): void {
  process.send?.(message);
}
