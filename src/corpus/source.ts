import type { Document, Skipped } from "./document.ts";
import type { Allocate } from "./text-memory.ts";

/** Tells by a file's path whether it is wanted. */
export type PathFilter = (path: string) => boolean;

/**
 * An independent piece of a source. Plain data: it crosses to worker threads and into manifests, and a part read again gives
 * the same documents as long as the source has not changed.
 */
export interface SourcePart {
  /** Name of the CorpusSource that reads it. */
  readonly source: string;
  readonly reference: string;
  /** What the source needs to find it again, in a form of its own. */
  readonly detail: string;
  /** Roughly how much there is to read. */
  readonly bytes: number;
  /** Another one whenever what is read may be another; absent where `detail` names contents. No part of what the corpus is. */
  readonly stamp?: string;
}

/** One kind of source; `sources/<name>.ts` exports it as `member`. */
export interface CorpusSource {
  /** For example `folder`. */
  readonly name: string;
  /** What references look like, for help and messages. */
  readonly referenceForm: string;
  /** How surely this source reads such a reference: the highest answer wins, 0 is no. Only looks; reads no content. */
  claims(reference: string): Promise<number>;
  /**
   * The parts in a fixed order. Lists names and sizes and reads no content.
   *
   * @param wants which files are taken; every file of a language that is known when absent
   */
  parts(reference: string, wants?: PathFilter): Promise<readonly SourcePart[]>;
  /**
   * The documents of a part in a fixed order, streamed in bounded memory. What cannot become a document is named with the
   * reason, and the rest goes on. Nothing that is read is ever run.
   *
   * @param wants the same filter that the parts were made with
   * @param allocate where a source that makes texts of other bytes may put them
   */
  read(part: SourcePart, wants?: PathFilter, allocate?: Allocate): AsyncIterable<Document | Skipped>;
}
