import type { TokenKind } from "../code/tokens.ts";
import type { Interval } from "../evaluation/records.ts";
import type { ModelIdentity } from "../model/model.ts";

/** Version of the files below, and of the rules by which they are filled. */
export const completionVersion = "2";

/** What tells a folder with a run of completion tasks from one of an executed benchmark. */
export const completionKind = "completion";

/** `run.json`: everything that is needed to repeat a run. Written first; the same command goes on with a run that equals it. */
export interface CompletionConfiguration {
  readonly format: 1;
  readonly kind: typeof completionKind;
  readonly version: string;
  readonly apprentice: string;
  readonly documents: {
    /** The corpus source, as the user gave it. */
    readonly reference: string;
    /** SHA-256 over the sorted hashes of the documents' contents. */
    readonly fingerprint: string;
    readonly count: number;
    readonly bytes: number;
    readonly heldOut?: number;
    readonly limit?: number;
  };
  readonly model: ModelIdentity;
}

/** Language tokens that the model predicted, and all that it was asked for. */
export interface TokenCount {
  readonly right: number;
  readonly total: number;
}

export type TokenCounts = Readonly<Partial<Record<TokenKind, TokenCount>>>;

/** A line that the model was to write. The raw text is never rewritten. */
export interface LineResult {
  /** From 1. */
  readonly line: number;
  readonly expected: string;
  readonly text: string;
  readonly exact: boolean;
  /** From 0 to 1. */
  readonly similarity: number;
}

/** A line of `documents.jsonl`: one document, done. */
export interface DocumentRecord {
  /** SHA-256 of the content. */
  readonly sha256: string;
  readonly repo: string;
  readonly path: string;
  /** Bytes that were predicted: all but those of a first token that nothing precedes. */
  readonly bytes: number;
  /** Tokens of the model that were predicted. */
  readonly tokens: number;
  /** Minus the logarithm to base 2 of their probability. */
  readonly bits: number;
  /** Absent where the language is not known or the text cannot be parsed. */
  readonly kinds?: TokenCounts;
  /** Absent where no line can be asked for. */
  readonly line?: LineResult;
}

/** `summary.json`: written last. */
export interface CompletionSummary {
  readonly kind: typeof completionKind;
  readonly reference: string;
  readonly documents: number;
  readonly bytes: number;
  readonly tokens: number;
  /** Cross-entropy in bits a byte of UTF-8: can be compared between tokenizers. */
  readonly bitsPerByte: Interval;
  /** 2 to the power of that. */
  readonly perplexityPerByte: Interval;
  /** Share of language tokens, comments aside, that greedy decoding would have written. */
  readonly tokenAccuracy: Interval;
  readonly kinds: TokenCounts;
  readonly lines: number;
  readonly exactMatch: Interval;
  readonly editSimilarity: Interval;
}
