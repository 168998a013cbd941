// A thread of a corpus build: reads, filters and writes whole tasks itself, so that only keys and counts cross to the main thread.
import { parentPort, workerData } from "node:worker_threads";
import { UserError } from "../../common/errors.ts";
import { corpusSteps } from "../steps.ts";
import { TextMemory } from "../text-memory.ts";
import { DraftMaker } from "./draft-maker.ts";
import { ParquetWriter } from "./parquet-writer.ts";
import { wantedFiles } from "./plan.ts";
import type { FromThread, ThreadFailure, ThreadSetup, ToThread } from "./protocol.ts";
import { type TaskEnvironment, TaskRun } from "./task-run.ts";

/** Bytes read between two reports of progress. */
const progressStep = 1_000_000;

const setup = workerData as ThreadSetup;
let currentTask = -1;
let reported = 0;
let verdict: ((keep: Uint8Array) => void) | undefined;

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function environment(): Promise<TaskEnvironment> {
  const interest = { libraries: new Set<string>() };
  const steps = [];
  for (const { step: name, options, prepared } of setup.steps) {
    const member = await corpusSteps.get(name);
    steps.push({ name, step: await member.open(options, { interest, prepared }) });
  }
  return {
    folder: setup.folder,
    keepRejects: setup.keepRejects,
    maker: await DraftMaker.open(setup.languages, interest),
    wants: await wantedFiles(setup.languages),
    steps,
    parquet: await ParquetWriter.open(),
    memory: new TextMemory(),
    ask: (gate, keys) =>
      new Promise((resolve) => {
        verdict = resolve;
        tell({ kind: "keys", task: currentTask, gate, keys }, [keys.buffer]);
      }),
    progress(bytes) {
      if (bytes - reported < progressStep) return;
      reported = bytes;
      tell({ kind: "progress", task: currentTask, bytes });
    },
  };
}

function failureOf(error: unknown): ThreadFailure {
  if (!UserError.isInstance(error)) {
    if (!(error instanceof Error)) return { cause: String(error) };
    const { code, syscall, path, stack, message } = error as NodeJS.ErrnoException;
    const system = { ...(code && { code }), ...(syscall && { syscall }), ...(path && { path }) };
    return { cause: stack ?? message, ...(syscall === undefined ? {} : { system }) };
  }
  return { scope: error.scope, cause: error.cause, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
}

async function close({ steps, parquet }: TaskEnvironment): Promise<void> {
  for (const { step } of steps) if ("close" in step) await step.close?.();
  parquet.close();
  parentPort?.close();
}

async function work(): Promise<void> {
  const ready = await environment();
  parentPort?.on("message", (message: ToThread) => {
    if (message.kind === "verdict") verdict?.(message.keep);
    else if (message.kind === "close") void close(ready);
    else {
      currentTask = message.task;
      reported = 0;
      new TaskRun(ready, message.task, message.parts).run().then(
        (report) => tell({ kind: "done", task: message.task, report }),
        (error: unknown) => tell({ kind: "failed", failure: failureOf(error) }),
      );
    }
  });
  tell({ kind: "ready" });
}

work().catch((error: unknown) => tell({ kind: "failed", failure: failureOf(error) }));
