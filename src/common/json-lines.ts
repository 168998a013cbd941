import { createReadStream } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import { messageOf, UserError } from "./errors.ts";
import { fileSystemError } from "./system-errors.ts";
import { readTextLines } from "./text-lines.ts";

/**
 * The values of a JSON Lines file (gzipped or not), streamed. Blank lines are passed over.
 * A line that is no JSON raises a UserError that names the file and the line.
 */
export async function* readJsonLines(file: string): AsyncGenerator<{ value: unknown; line: number }> {
  let line = 0;
  for await (const text of readTextLines(file)) {
    line++;
    if (text.trim() !== "") yield { value: parseJsonLine(text, file, line), line };
  }
}

/** The value of one line. Throws a UserError that names the file and the line when it is no JSON. */
export function parseJsonLine(text: string, file: string, line: number, remedy = "Mend or remove the line."): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(`${file}, line ${line}`, `this is not JSON (${messageOf(error)})`, remedy);
  }
}

/**
 * Everything the complete lines of a journal hold; a last line without its line break (a torn write) is left out.
 * @throws UserError that names the line where something else wrote into the journal
 */
export async function* readJournal<Entry>(file: string): AsyncGenerator<Entry> {
  const remedy = "Something else changed this file. Remove the line, then give the command again that writes it.";
  let line = 0;
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const lines = (rest + (chunk as string)).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      line++;
      if (text !== "") yield parseJsonLine(text, file, line, remedy) as Entry;
    }
  }
}

/**
 * An append-only JSON Lines file that survives `kill -9`: every entry is written as one whole line, and a torn last line
 * is cut off when the journal is opened again.
 */
export class Journal<Entry> {
  #waiting: string[] = [];
  #written: Promise<void> = Promise.resolve();

  private constructor(
    readonly file: string,
    readonly handle: FileHandle,
  ) {}

  static async open<Entry>(file: string): Promise<Journal<Entry>> {
    const handle = await open(file, "a+");
    const { size } = await handle.stat();
    const end = await endOfLastLine(handle, size);
    if (end < size) await truncate(file, end);
    return new Journal<Entry>(file, handle);
  }

  /**
   * Resolves when the entry has reached the operating system. Entries that come while others are written go out together
   * with the next write: a hundred thousand of them take seconds, not minutes. After a write that failed, all fail: the
   * torn line that it may have left must stay the last one.
   */
  append(entry: Entry): Promise<void> {
    this.#waiting.push(`${JSON.stringify(entry)}\n`);
    if (this.#waiting.length > 1) return this.#written;
    this.#written = this.#written.then(() => {
      const lines = this.#waiting.join("");
      this.#waiting = [];
      return this.handle.appendFile(lines).catch((error: unknown) => {
        throw fileSystemError(error, this.file) ?? error;
      });
    });
    return this.#written;
  }

  /** Waits for what was appended, flushes it to the disk and closes the file. */
  async close(): Promise<void> {
    try {
      await this.#written;
      await this.handle.sync();
    } finally {
      await this.handle.close();
    }
  }
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(1 << 16);
  let position = size;
  while (position > 0) {
    const start = Math.max(0, position - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, position - start, start);
    const newline = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    position = start;
  }
  return 0;
}
