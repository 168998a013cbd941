import type { Document, Skipped } from "../document.ts";
import type { Draft } from "../draft.ts";
import type { Drop } from "../step.ts";
import { type Amount, addAmount, addCount, type NamedRemoval, type ShardFile, type TaskReport } from "./counts.ts";

/** What happens to the documents of one task, counted. */
export class TaskCounts {
  readonly #read: Amount = { documents: 0, bytes: 0 };
  readonly #skipped: Record<string, number> = {};
  readonly #steps;
  readonly #kept: Amount = { documents: 0, bytes: 0 };
  readonly #languages: Record<string, Amount> = {};
  readonly #licenses: Record<string, Amount> = {};
  readonly #removed: NamedRemoval[] = [];
  #weight = 0;

  /** @param steps their names, in order */
  constructor(steps: readonly string[]) {
    this.#steps = steps.map((step) => ({
      step,
      dropped: {} as Record<string, Amount>,
      edits: {} as Record<string, number>,
    }));
  }

  get bytesRead(): number {
    return this.#read.bytes;
  }

  read({ bytes }: Document): void {
    this.#read.documents++;
    this.#read.bytes += bytes.length;
  }

  skip({ path, repo, reason }: Skipped): void {
    addCount(this.#skipped, reason, 1);
    this.#removed.push({ step: "read", reason, repo, path });
  }

  /** Counts a step's edits and forgets them. */
  edit(step: number, edits: Map<string, number>): void {
    if (edits.size === 0) return;
    for (const [kind, count] of edits) addCount(this.#steps[step]!.edits, kind, count);
    edits.clear();
  }

  drop(step: number, { bytes, repo, path }: Draft, { reason, detail }: Drop): void {
    const counts = this.#steps[step]!;
    addAmount(counts.dropped, reason, 1, bytes.length);
    if (detail !== undefined) this.#removed.push({ step: counts.step, reason, detail, repo, path });
  }

  keep({ bytes, weight, language, license }: Draft): void {
    this.#kept.documents++;
    this.#kept.bytes += bytes.length;
    this.#weight += weight;
    addAmount(this.#languages, language.name, 1, bytes.length);
    addAmount(this.#licenses, license ?? "unknown", 1, bytes.length);
  }

  report(fingerprint: string, files: readonly ShardFile[]): TaskReport {
    return {
      read: this.#read,
      fingerprint,
      skipped: this.#skipped,
      steps: this.#steps,
      kept: this.#kept,
      weight: this.#weight,
      languages: this.#languages,
      licenses: this.#licenses,
      files,
      removed: this.#removed,
    };
  }
}
