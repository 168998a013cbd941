/** Documents and their bytes of UTF-8. */
export interface Amount {
  documents: number;
  bytes: number;
}

/** What one step did. */
export interface StepCounts {
  readonly step: string;
  /** Reason → what was dropped for it. */
  readonly dropped: Record<string, Amount>;
  /** Kind of edit → how often. */
  readonly edits: Record<string, number>;
}

/** A document, or something that could not become one, that is listed by name. */
export interface NamedRemoval {
  /** Name of the step, or `read` for what no source could make a document of. */
  readonly step: string;
  readonly reason: string;
  readonly detail?: string;
  readonly repo: string;
  readonly path: string;
}

/** What came of one task. */
export interface TaskReport {
  readonly read: Amount;
  /** SHA-256 over repositories, paths and texts of the documents that came to the steps. */
  readonly fingerprint: string;
  /** Reason → things that could not become documents. */
  readonly skipped: Record<string, number>;
  readonly steps: readonly StepCounts[];
  readonly kept: Amount;
  /** Sum of the weights of what was kept. */
  readonly weight: number;
  /** Language → what was kept, and licence → what was kept; `unknown` without one. */
  readonly languages: Record<string, Amount>;
  readonly licenses: Record<string, Amount>;
  readonly files: readonly ShardFile[];
  readonly removed: readonly NamedRemoval[];
}

/** A Parquet file. */
export interface ShardFile extends Amount {
  readonly file: string;
  readonly sha256: string;
}

/** Adds to the amount under a name. */
export function addAmount(amounts: Record<string, Amount>, name: string, documents: number, bytes: number): void {
  amounts[name] ??= { documents: 0, bytes: 0 };
  amounts[name].documents += documents;
  amounts[name].bytes += bytes;
}

/** Adds to the number under a name. */
export function addCount(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count;
}
