import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf, UserError } from "./errors.ts";
import { fileSystemError } from "./system-errors.ts";

/** A longer line is no line of text: JavaScript holds no string that is much longer. */
const mostBytes = 1 << 28;

/**
 * The lines of a text file in UTF-8, streamed, without their line breaks and without a byte order mark. Gzip is told by
 * the content, whatever the file's name.
 * @throws UserError that names the file, and the line where there is one, for what cannot be read or is no UTF-8
 */
export async function* readTextLines(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 0;
  const decode = (pieces: readonly Buffer[]) => {
    line++;
    try {
      return decoder.decode(Buffer.concat(pieces));
    } catch {
      throw new UserError(
        `${file}, line ${line}`,
        "this is not UTF-8 text",
        "Save the file as UTF-8, or name another one.",
      );
    }
  };
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of contentOf(file)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield decode([...pieces, chunk.subarray(start, end)]);
      pieces = [];
      length = 0;
      start = end + 1;
    }
    pieces.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > mostBytes)
      throw new UserError(`${file}, line ${line + 1}`, "the line has no end: this is no text", "Name another file.");
  }
  if (length > 0) yield decode(pieces);
}

/** The bytes of a file, unpacked where they are gzipped. */
async function* contentOf(file: string): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = createReadStream(file, { highWaterMark: 1 << 20 })[Symbol.asyncIterator]();
  try {
    const first = await chunks.next();
    if (first.done === true) return;
    const whole = chain(first.value, { [Symbol.asyncIterator]: () => chunks });
    if (isUtf16(first.value))
      throw new UserError(file, "it is UTF-16 text", "Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > NEW");
    yield* isGzip(first.value) ? unpacked(whole) : whole;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith("Z_"))
      throw new UserError(file, `its gzip data is damaged or cut off (${messageOf(error)})`, "Make or fetch it again.");
    throw fileSystemError(error, file) ?? error;
  } finally {
    await chunks.return?.();
  }
}

async function* chain(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function unpacked(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // Errors are told by the stream that is returned.
  return pipeline(Readable.from(packed), createGunzip(), () => undefined);
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function isUtf16(start: Buffer): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}
