import { isAscii, isUtf8 } from "node:buffer";
import type { Document, Skipped } from "../document.ts";
import { largestDocument, skipped } from "./reasons.ts";

/** What is known of a file besides its content. */
export type FileFacts = Omit<Document, "content" | "bytes">;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A file's bytes as a document, or why they are none: too many, not UTF-8, a NUL in them. A byte order mark is taken off. */
export function documentOf(bytes: Buffer, facts: FileFacts): Document | Skipped {
  const { repo, path } = facts;
  if (!staysInside(path)) return skipped(repo, path, "path leads outside");
  if (bytes.length > largestDocument) return skipped(repo, path, "larger than 16 MiB");
  if (bytes.includes(0)) return skipped(repo, path, "binary");
  if (!isUtf8(bytes)) return skipped(repo, path, "not UTF-8");
  const start = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
  const own = bytes.subarray(start);
  return {
    bytes: own,
    get content() {
      return decodeText(own);
    },
    ...facts,
  };
}

/** The same for a text that was decoded already, by a JSON or Parquet reader. */
export function documentOfText(content: string, facts: FileFacts): Document | Skipped {
  const { repo, path } = facts;
  if (!staysInside(path)) return skipped(repo, path, "path leads outside");
  if (content.length > largestDocument) return skipped(repo, path, "larger than 16 MiB");
  // Half a surrogate pair can be written in JSON and has no UTF-8.
  return content.isWellFormed() ? documentOf(Buffer.from(content), facts) : skipped(repo, path, "not UTF-8");
}

/** Text of valid UTF-8. ASCII, which most of it is, is told and copied at memory's speed. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

/** Whether a path stays below where it starts. Nothing is ever written there; a name that tries to climb is hostile or broken. */
export function staysInside(path: string): boolean {
  return !/^[\\/]|^[A-Za-z]:[\\/]|(^|[\\/])\.\.([\\/]|$)/.test(path);
}
