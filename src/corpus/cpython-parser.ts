import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { UserError } from "../common/errors.ts";
import { packageFolder } from "../common/folders.ts";

/** A text that waits for its answer. */
interface Waiting {
  readonly text: Buffer;
  resolve(accepted: boolean): void;
  reject(error: UserError): void;
}

/** Asked first, to know that a process works. */
const probe = Buffer.from("x = 1\n");

/** A Python process that parses texts and runs none of them. Many may be asked about at once; they are answered in turn. */
export class CpythonParser {
  #child: (ChildProcess & { readonly stdin: Writable; readonly stdout: Readable }) | undefined;
  #waiting: Waiting[] = [];

  /**
   * Starts the `python3` of the search path as a parser.
   * @throws UserError where there is none, or where it does not work
   */
  static async open(): Promise<CpythonParser> {
    const parser = new CpythonParser();
    await parser.#start();
    return parser;
  }

  /** Whether CPython accepts the UTF-8 text as a module. */
  accepts(text: Buffer): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiting = { text, resolve, reject };
      this.#waiting.push(waiting);
      this.#send(waiting);
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
  }

  async #start(): Promise<void> {
    const script = path.join(packageFolder, "python", "corpus", "parse.py");
    const child = spawn("python3", ["-I", "-S", script], { stdio: ["pipe", "pipe", "ignore"] });
    child.stdout.on("data", (answers: Buffer) => {
      for (const answer of answers) this.#waiting.shift()?.resolve(answer === 1);
    });
    // What could not be written is still waiting, and is sent again where the end of the process is met.
    child.stdin.on("error", () => {});
    child.on("close", () => {
      if (this.#child === child) this.#recover();
    });
    await once(child, "spawn").catch(() => {
      throw new UserError(
        "corpus step syntax",
        "there is no python3 on the search path",
        'Install it, or use "parser": "grammar".',
      );
    });
    this.#child = child;
    const others = this.#waiting;
    const works = new Promise<boolean>((resolve, reject) => {
      this.#waiting = [{ text: probe, resolve, reject }, ...others];
    });
    for (const waiting of this.#waiting) this.#send(waiting);
    if (!(await works)) throw brokenPython();
  }

  /** The process ended by itself: a text on which the parser breaks is none that CPython accepts. The others go to a new process. */
  #recover(): void {
    this.#child = undefined;
    const culprit = this.#waiting.shift();
    if (culprit?.text === probe) culprit.reject(brokenPython());
    else culprit?.resolve(false);
    if (culprit?.text !== probe) this.#start().catch((error: UserError) => this.#fail(error));
  }

  #fail(error: UserError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #send({ text }: Waiting): void {
    const stdin = this.#child?.stdin;
    if (stdin === undefined) return;
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32LE(text.length);
    stdin.cork();
    stdin.write(head);
    stdin.write(text);
    stdin.uncork();
  }
}

function brokenPython(): UserError {
  return new UserError("corpus step syntax", "the python3 on the search path cannot parse a line of Python");
}
