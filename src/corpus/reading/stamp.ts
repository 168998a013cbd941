import { createHash } from "node:crypto";

/**
 * What changes with every change of one of the files. The time of the last change of state (`ctime`) moves with each write and, unlike the
 * time of modification, cannot be set by programs that unpack or copy; it also moves when nothing but a file's name does.
 */
export function stampOf(files: Iterable<{ readonly ctimeMs: number }>): string {
  const hash = createHash("sha256");
  for (const { ctimeMs } of files) hash.update(`${ctimeMs}\n`);
  return hash.digest("base64url");
}
