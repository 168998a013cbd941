import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { UserError } from "../../common/errors.ts";
import type { TaskReport } from "./counts.ts";
import type { Task } from "./plan.ts";
import type { FromThread, ThreadFailure, ThreadSetup, ToThread } from "./protocol.ts";

/** What a thread asks for while it works. */
export interface ThreadListener {
  pass(gate: number, task: number, keys: Uint32Array): Promise<Uint8Array>;
  progress(task: number, bytes: number): void;
}

/** A thread of a build, seen from the main one. */
export class Thread {
  readonly #worker: Worker;
  #settle: { resolve(report: TaskReport): void; reject(error: unknown): void } | undefined;
  #failure: unknown;

  constructor(
    setup: ThreadSetup,
    readonly listener: ThreadListener,
  ) {
    this.#worker = startWorker(setup);
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.on("error", (error) => this.#fail(error));
    // Without an error before it, and in the middle of a task, this is none that anybody asked for.
    this.#worker.on("exit", (status) => this.#fail(new Error(`a corpus thread ended with status ${status}`)));
  }

  /** Runs a task to its end. Throws what went wrong in the thread. */
  run(task: number, parts: Task): Promise<TaskReport> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#settle = { resolve, reject };
      this.#tell({ kind: "task", task, parts });
    });
  }

  async close(): Promise<void> {
    if (this.#failure !== undefined) return void (await this.#worker.terminate());
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#tell({ kind: "close" });
    await exited;
  }

  /** Ends the thread in the middle of whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    if (message.kind === "progress") this.listener.progress(message.task, message.bytes);
    else if (message.kind === "done") this.#settle?.resolve(message.report);
    else if (message.kind === "failed") this.#fail(errorOf(message.failure));
    else if (message.kind === "keys")
      this.listener.pass(message.gate, message.task, message.keys).then(
        (keep) => this.#tell({ kind: "verdict", keep }),
        (error: unknown) => this.#fail(error),
      );
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#settle?.reject(this.#failure);
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}

function errorOf({ scope, cause, remedy, system }: ThreadFailure): Error {
  if (scope !== undefined) return new UserError(scope, cause, remedy);
  return Object.assign(new Error(`a corpus thread failed: ${cause}`), system);
}

function startWorker(setup: ThreadSetup): Worker {
  const extension = path.extname(fileURLToPath(import.meta.url));
  const script = new URL(`./worker${extension}`, import.meta.url);
  if (extension !== ".ts") return new Worker(script, { workerData: setup });
  // The sources run as they are in development; a thread then needs the loader that the main one has, and Node 20 lets it be
  // registered only from inside.
  const tsx = new URL("esm/api/index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx"))).href;
  const boot = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(script.href)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(boot)}`), { workerData: setup });
}
