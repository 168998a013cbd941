import type { z } from "zod";
import type { Draft, SyntaxInterest } from "./draft.ts";

/** One step of a corpus: keeps documents, changes them, or drops them with a reason. `steps/<name>.ts` exports it as `member`. */
export interface CorpusStep<Options = unknown, Prepared = unknown> {
  /** For example `near-duplicates`. */
  readonly name: string;
  /** Raised when it comes to other results than before: part of the identity of a build. 1 where absent. */
  readonly version?: number;
  /** One line for people: what it does. */
  readonly description: string;
  /** The options that a recipe may give it, with their defaults. */
  readonly options: z.ZodType<Options>;
  /** Every reason for which it drops documents. */
  readonly reasons: readonly string[];
  /** Makes it ready in one thread. */
  open(options: Options, context: StepContext<Prepared>): Promise<OpenStep>;
  /** Set where it opens as a UniquenessStep. */
  readonly isUnique?: true;
  /** What is made once for all threads, before any document is read. */
  prepare?(options: Options): Promise<Preparation<Prepared>>;
}

export interface Preparation<Prepared> {
  /** Handed to `open` in every thread: plain data and typed arrays. */
  readonly prepared: Prepared;
  /** What it depends on and what a reader of the manifest must know of it. Part of the identity of a build. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface StepContext<Prepared = unknown> {
  /** Filled by steps that ask for more of the syntax than every description has. */
  readonly interest: SyntaxInterest;
  /** What `prepare` made. */
  readonly prepared: Prepared;
}

/** A reason to drop a document. */
export interface Drop {
  readonly reason: string;
  /** What in particular, for example the problem that it holds. Such documents are listed by name in a file of their own. */
  readonly detail?: string;
}

/** Undefined keeps the document. */
export type Decision = Drop | undefined;

/** A step at work in one thread. */
export type OpenStep = LocalStep | UniquenessStep;

/** A step that decides on each document alone. */
export interface LocalStep {
  apply(draft: Draft): Decision | Promise<Decision>;
  close?(): Promise<void>;
}

/**
 * A step that drops what an earlier document was already. Of each document it computes `bands` keys; a document is dropped when
 * one of them was the key, in the same band, of an earlier document that was kept. Only keys leave the thread.
 */
export interface UniquenessStep {
  readonly bands: number;
  /** 32-bit words of a key. */
  readonly words: number;
  readonly reason: string;
  /** Writes bands × words numbers at the offset. */
  keys(draft: Draft, into: Uint32Array, offset: number): void;
}

/** Types a step's options and gives it to the registry, which holds steps of all kinds. */
export function defineStep<Options, Prepared = undefined>(step: CorpusStep<Options, Prepared>): CorpusStep {
  return step as unknown as CorpusStep;
}
