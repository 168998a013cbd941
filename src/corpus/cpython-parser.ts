import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { packageFolder } from "../common/folders.ts";

/** A Python process that parses texts and runs none of them. */
export interface CpythonParser {
  /** Whether CPython accepts the text as a module. */
  accepts(text: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Starts the `python3` of the search path as a parser.
 * @throws UserError where there is none
 */
export async function openCpythonParser(): Promise<CpythonParser> {
  const child = spawn("python3", ["-I", "-S", path.join(packageFolder, "python", "corpus", "parse.py")], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  await once(child, "spawn").catch(() => {
    throw new UserError(
      "corpus step syntax",
      "there is no python3 on the search path",
      'Install it, or use "parser": "grammar".',
    );
  });
  let answer: ((accepted: boolean) => void) | undefined;
  child.stdout.on("data", (byte: Buffer) => answer?.(byte[0] === 1));
  const ended = once(child, "exit");
  // A text on which the parser itself breaks is none that CPython accepts; the next one meets an error of its own.
  void ended.then(() => answer?.(false));
  child.stdin.on("error", () => answer?.(false));
  return {
    accepts(text) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new UserError("corpus step syntax", `the python3 process ended (${child.signalCode ?? child.exitCode})`);
      const bytes = Buffer.from(text);
      const head = Buffer.alloc(4);
      head.writeUInt32LE(bytes.length);
      return new Promise((resolve) => {
        answer = resolve;
        child.stdin.write(head);
        child.stdin.write(bytes);
      });
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
