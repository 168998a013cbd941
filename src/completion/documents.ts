import { createHash } from "node:crypto";
import { UserError } from "../common/errors.ts";
import { sha256 } from "../common/files.ts";
import type { Document } from "../corpus/document.ts";
import { openSource } from "../corpus/open-source.ts";

/** Bytes of a document at most: a longer one would outweigh all others, and takes minutes. */
const largestDocument = 100_000;

/** Which documents of a source are asked about. */
export interface DocumentChoice {
  /** Only those that a training with this share of held-out documents does not see. */
  readonly heldOut?: number;
  /** At most so many: those with the smallest hashes, which is a sample that does not depend on names and order. */
  readonly limit?: number;
}

/** The documents that were chosen. */
export interface ChosenDocuments {
  /** SHA-256 of their contents, sorted. */
  readonly hashes: readonly string[];
  readonly bytes: number;
}

/** A document with the hash of its content. */
export interface HashedDocument extends Document {
  readonly sha256: string;
}

/**
 * Whether a training that holds out this share of documents leaves this one out: the rule of `apprentice train`, by the hash of
 * the content, so that no copy of a text is on both sides.
 */
export function isHeldOut(hash: string, share: number): boolean {
  return Number(BigInt(`0x${hash.slice(0, 16)}`)) / 2 ** 64 < share;
}

/** Chooses documents of a corpus source; of equal ones one. Throws a UserError when none is left. */
export async function chooseDocuments(reference: string, choice: DocumentChoice): Promise<ChosenDocuments> {
  const sizes = new Map<string, number>();
  for await (const { sha256: hash, content } of documents(reference)) {
    if (choice.heldOut === undefined || isHeldOut(hash, choice.heldOut)) sizes.set(hash, Buffer.byteLength(content));
  }
  const hashes = [...sizes.keys()].sort().slice(0, choice.limit);
  if (hashes.length === 0)
    throw new UserError(`source "${reference}"`, "no document is left of this choice", "Ask for more of it.");
  return { hashes, bytes: hashes.reduce((sum, hash) => sum + sizes.get(hash)!, 0) };
}

/** One hash for all of them. */
export function fingerprintOf({ hashes }: ChosenDocuments): string {
  const hash = createHash("sha256");
  for (const each of hashes) hash.update(each);
  return hash.digest("hex");
}

/** The documents of a source that are neither blank nor too long, in its order, streamed. */
export async function* documents(reference: string): AsyncGenerator<HashedDocument> {
  const source = await openSource(reference);
  for (const part of await source.parts(reference)) {
    for await (const item of source.read(part)) {
      if (!("content" in item) || item.content.trim() === "") continue;
      if (Buffer.byteLength(item.content) <= largestDocument) yield { ...item, sha256: sha256(item.content) };
    }
  }
}
