import type { Skipped } from "../document.ts";

/** Why something that a source met became no document. */
export type SkipReason =
  | "larger than 16 MiB"
  | "not UTF-8"
  | "binary"
  | "symbolic link"
  | "submodule"
  | "not a regular file"
  | "unreadable"
  | "path leads outside"
  | "encrypted"
  | "unpacks too large"
  | "truncated or damaged"
  | "not JSON"
  | "no JSON object"
  | "no text in it"
  | "folder of installed packages"
  | "archive or data set";

/** Bytes of a document at most. Larger files are no source text, and would be the whole of what a reader may hold in memory. */
export const largestDocument = 16 * 1024 * 1024;

/** Names what was skipped. */
export function skipped(repo: string, path: string, reason: SkipReason): Skipped {
  return { path, repo, reason };
}
