import { type ChildProcess, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { messageOf } from "../common/errors.ts";
import type { Enclosure } from "./isolation/enclosure.ts";
import { longestLine, readWorkerLine } from "./worker-answer.ts";
import type { WorkerAnswer, WorkerJob, WorkerReady } from "./worker-protocol.ts";

/** A worker that does not answer `ready` in this time has not started. Importing pandas on a busy machine takes seconds. */
const startSeconds = 60;
/** How long a worker that was asked to end may take before it is killed. */
const endSeconds = 3;
const keptErrorCharacters = 4000;

export interface WorkerEvents {
  onReady(ready: WorkerReady): void;
  onAnswer(answer: WorkerAnswer): void;
  /** The process is gone, for whatever reason; called once. */
  onExit(): void;
}

/** One sandboxed process that executes jobs: started, spoken to and ended here. Knows nothing of queues. */
export class SandboxWorker {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #enclosure: Enclosure;
  #errors = "";
  #isReady = false;
  /** It said what no worker says: nothing that follows counts, and it is ended. */
  #isUnreadable = false;
  #startTimer: NodeJS.Timeout;

  constructor(enclosure: Enclosure, events: WorkerEvents) {
    this.#enclosure = enclosure;
    // A process group of its own: the terminal's Ctrl-C is the parent's business, and the whole group can be killed.
    this.#child = spawn(enclosure.executable, enclosure.arguments, {
      env: enclosure.environment,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    this.#startTimer = setTimeout(() => {
      this.#errors += `\nno sign of life in ${startSeconds} s`;
      this.kill();
    }, startSeconds * 1000);
    this.exited = new Promise((resolve) => {
      const gone = (error?: Error) => {
        if (error !== undefined) this.#errors += `\n${enclosure.executable}: ${messageOf(error)}`;
        clearTimeout(this.#startTimer);
        void removeLeftovers(enclosure).then(resolve);
      };
      this.#child.once("error", gone);
      this.#child.once("close", () => gone());
    });
    void this.exited.then(() => events.onExit());
    this.#listen(events);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The end of what the worker wrote to standard error, and how it ended. */
  get lastWords(): string {
    const { exitCode, signalCode } = this.#child;
    const end = signalCode === null ? `exit status ${exitCode ?? "unknown"}` : `ended by ${signalCode}`;
    return `${this.#errors.trim() || "it said nothing"} (${end})`;
  }

  send(job: WorkerJob): void {
    this.#child.stdin?.write(`${JSON.stringify(job)}\n`);
  }

  /** Asks the worker to end after what it was sent, and kills it when it does not. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.kill(), endSeconds * 1000);
    await this.exited;
    clearTimeout(timer);
  }

  /** Ends the worker and every process of it, now. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#enclosure.end === "kill") {
      signalGroup(pid, "SIGKILL");
      return;
    }
    // The supervisor does the rest; only a stopped or broken one has to be killed itself.
    signalGroup(pid, "SIGTERM");
    const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), endSeconds * 2000);
    void this.exited.then(() => clearTimeout(timer));
  }

  #listen(events: WorkerEvents): void {
    const { stdin, stdout, stderr } = this.#child;
    // A worker that died breaks its pipe; its end is reported by "close".
    stdin?.on("error", () => undefined);
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptErrorCharacters);
    });
    let unfinished = "";
    stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) this.#hear(line, events);
      if (unfinished.length > longestLine) this.#hear(unfinished, events);
    });
  }

  #hear(line: string, events: WorkerEvents): void {
    if (this.#isUnreadable) return;
    const message = readWorkerLine(line);
    if (message === undefined) {
      this.#isUnreadable = true;
      this.#errors += `\nunreadable answer: ${line.slice(0, 200)}`;
      this.kill();
    } else if ("id" in message) {
      events.onAnswer(message);
    } else {
      clearTimeout(this.#startTimer);
      this.#isReady = true;
      events.onReady(message);
    }
  }
}

/** A supervisor that was killed itself leaves its scratch folder. Best effort: nothing depends on it. */
async function removeLeftovers({ scratch }: Enclosure): Promise<void> {
  if (scratch !== undefined) await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
