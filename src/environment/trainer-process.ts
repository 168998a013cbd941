import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf, UserError } from "../common/errors.ts";
import { trainerCommand } from "./trainer.ts";

/** One line that a program of the trainer printed. */
export interface TrainerEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface TrainerProcessOptions {
  /** Configuration of `accelerate launch`. */
  readonly accelerateConfig?: string | undefined;
  /** What the program prints besides events is appended here. */
  readonly logFile?: string | undefined;
}

/** Lines of a failed program's log that its error shows. */
const shownLines = 8;

/** A program of the trainer's Python package that is running. It ends when this process ends, whatever ends that. */
export class TrainerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;
  readonly #errorsRead: Promise<void>;
  readonly #lastLines: string[] = [];
  readonly #log: NodeJS.WritableStream | undefined;
  #stopped = false;

  private constructor(
    readonly program: string,
    readonly options: TrainerProcessOptions,
    child: ChildProcess,
  ) {
    this.#child = child;
    this.#log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: "a" });
    // A full disk must not end the command before the program has said what it met there.
    this.#log?.on("error", () => undefined);
    const errors = createInterface({ input: child.stderr! }).on("line", (line) => this.#keep(line));
    this.#errorsRead = new Promise((resolve) => errors.once("close", resolve));
    // A child that is gone is noticed by its end, not by what it no longer reads.
    child.stdin!.on("error", () => undefined);
    this.#ended = new Promise((resolve, reject) => {
      child.on("error", (error) =>
        reject(new UserError("trainer", `"${child.spawnfile}" cannot be started: ${messageOf(error)}`)),
      );
      child.on("close", (status, signal) => resolve({ status, signal }));
    });
    this.#ended.catch(() => undefined);
  }

  /**
   * Starts a program.
   * @param configFile JSON file that it reads
   * @throws UserError when the trainer's environment is not on this machine
   */
  static async start(program: string, configFile: string, options: TrainerProcessOptions = {}) {
    const { command, parameters, environment } = await trainerCommand(program, configFile, options.accelerateConfig);
    // A session of its own: Ctrl-C in a terminal reaches this process alone, which then stops the program in order.
    const child = spawn(command, parameters, { env: environment, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    return new TrainerProcess(program, options, child);
  }

  /** The process's id; undefined where it could not be started. */
  get id(): number | undefined {
    return this.#child.pid;
  }

  /**
   * The events that the program prints, until it ends.
   * @throws UserError when it reports a mistake, or ends otherwise than by finishing or by `stop`
   */
  async *events(): AsyncGenerator<TrainerEvent> {
    let mistake: UserError | undefined;
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const event = parseEvent(line);
      if (event === undefined) this.#keep(line);
      else if (event.event === "error") mistake = mistakeOf(event);
      else yield event;
    }
    const { status, signal } = await this.#ended;
    // The error names the log: by then it must hold everything.
    await this.#errorsRead;
    const log = this.#log;
    if (log !== undefined) await new Promise<void>((resolve) => log.end(() => resolve()));
    if (mistake !== undefined) throw mistake;
    if (status !== 0 && !this.#stopped) throw this.#failure(status, signal);
  }

  /** Hands the program a line on its standard input. */
  send(message: unknown): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  /** Tells the program to put away what it has and to end. */
  stop(): void {
    this.#stopped = true;
    this.#child.stdin!.end();
    // The launcher of several processes would take the signal for its own end; they watch their standard input instead.
    if (this.options.accelerateConfig === undefined) this.#child.kill("SIGTERM");
  }

  /** Ends the program and all its processes at once. */
  async kill(): Promise<void> {
    this.#stopped = true;
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      try {
        process.kill(-this.#child.pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    }
    this.#child.stdout!.resume();
    await this.#ended.catch(() => undefined);
  }

  #keep(line: string): void {
    this.#log?.write(`${line}\n`);
    if (line.trim() === "") return;
    this.#lastLines.push(line);
    if (this.#lastLines.length > shownLines) this.#lastLines.shift();
  }

  #failure(status: number | null, signal: NodeJS.Signals | null): UserError {
    const how = signal === null ? `ended with status ${status}` : `was ended by ${signal}`;
    const said = this.#lastLines.length === 0 ? "" : `; its last lines:\n  ${this.#lastLines.join("\n  ")}`;
    const { logFile } = this.options;
    const remedies = [
      ...(signal === "SIGKILL" ? ["If memory ran out, use a smaller micro_batch."] : []),
      ...(logFile === undefined ? [] : [`The whole log is ${logFile}.`]),
    ];
    return new UserError(`trainer, ${this.program}`, `it ${how}${said}`, remedies.join(" ") || undefined);
  }
}

function parseEvent(line: string): TrainerEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line) as Partial<TrainerEvent>;
    return typeof value.event === "string" ? (value as TrainerEvent) : undefined;
  } catch {
    return undefined;
  }
}

function mistakeOf({ scope, cause, remedy }: TrainerEvent): UserError {
  return new UserError(String(scope), String(cause), typeof remedy === "string" ? remedy : undefined);
}
