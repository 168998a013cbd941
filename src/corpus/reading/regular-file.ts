import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { largestDocument, type SkipReason } from "./reasons.ts";

/**
 * The content of a regular file, or why there is none. A symbolic link is never followed, and nothing but a regular file is
 * opened: a pipe would wait for ever, a device would answer.
 *
 * Reads synchronously: sources are read in worker threads, where a small file costs a tenth of what it costs through Node's
 * own threads.
 *
 * @param limit bytes at most
 */
export function readRegularFile(file: string, limit: number = largestDocument): Buffer | SkipReason {
  try {
    const found = lstatSync(file);
    if (found.isSymbolicLink()) return "symbolic link";
    if (!found.isFile()) return found.isDirectory() ? "unreadable" : "not a regular file";
    if (found.size > limit) return "larger than 16 MiB";
    // The flags hold where something else was put in its place since.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return fstatSync(descriptor).isFile() ? readAll(descriptor, found.size, limit) : "not a regular file";
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "unreadable";
  }
}

/** Reads to the end, and no further than the limit where the file has grown since. */
function readAll(descriptor: number, size: number, limit: number): Buffer | SkipReason {
  let bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  while (true) {
    const bytesRead = readSync(descriptor, bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (bytesRead === 0) return bytes.subarray(0, length);
    if (length > limit) return "larger than 16 MiB";
    if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
  }
}
