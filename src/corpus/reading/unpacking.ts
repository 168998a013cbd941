import { createReadStream } from "node:fs";
import { gunzip } from "./gzip.ts";
import { unpackZstandard } from "./zstandard.ts";

/**
 * What unpacked data may come to. Source text packs to a third or a tenth, and repetitive data to a fiftieth: more than a
 * two-hundredth means that somebody made the file to be so.
 */
const mostTimesLarger = 200;

/** Unpacked bytes that are let through before the ratio counts: small files may be all alike. */
const freeBytes = 64 * 1024 * 1024;

/** Unpacked data came to far more than their packed size. */
export class UnpacksTooLarge extends Error {}

/** Throws when so many bytes have come out of so few. */
export function checkRatio(packed: number, unpacked: number): void {
  if (unpacked > freeBytes && unpacked > packed * mostTimesLarger)
    throw new UnpacksTooLarge(`${unpacked} bytes came out of ${packed}`);
}

/**
 * A file's bytes, unpacked by its ending (`.gz`, `.tgz`, `.zst`), streamed. Other files come as they are. Bytes behind the end of
 * packed data that are no packed data themselves are passed over.
 *
 * @throws UnpacksTooLarge for a decompression bomb, other errors for damaged data, in both cases after what came before
 */
export function unpacked(file: string): AsyncIterable<Buffer> {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  if (/\.t?gz$/i.test(file)) return counted(raw, gunzip);
  if (/\.zst$/i.test(file)) return counted(raw, unpackZstandard);
  return raw;
}

async function* counted(
  raw: AsyncIterable<Buffer>,
  unpack: (packed: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let packed = 0;
  let total = 0;
  const counting = async function* () {
    for await (const chunk of raw) {
      packed += chunk.length;
      yield chunk;
    }
  };
  for await (const chunk of unpack(counting())) {
    total += chunk.length;
    checkRatio(packed, total);
    yield chunk;
  }
}
