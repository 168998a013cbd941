import { closeSync, openSync, readSync } from "node:fs";

const chunkBytes = 512 * 1024;

/**
 * The bytes of a file from a place on, up to but not with another one. Each chunk is good until the next one is asked for: they share one
 * buffer, and are read synchronously, for the reason that `readRegularFile` names.
 */
export function* chunksOf(file: string, start: number, end = Number.POSITIVE_INFINITY): Generator<Buffer> {
  const descriptor = openSync(file, "r");
  try {
    const chunk = Buffer.allocUnsafeSlow(chunkBytes);
    for (let place = start; place < end; ) {
      const bytesRead = readSync(descriptor, chunk, 0, Math.min(chunkBytes, end - place), place);
      if (bytesRead === 0) return;
      place += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
}
