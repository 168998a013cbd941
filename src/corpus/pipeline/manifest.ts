import { createHash } from "node:crypto";
import { packageDescription } from "../../common/package-description.ts";
import type { ChosenStep, Recipe } from "../recipe.ts";
import { type Amount, addAmount, addCount, type ShardFile, type StepCounts, type TaskReport } from "./counts.ts";
import { notTaken } from "./draft-maker.ts";
import type { Plan, PlannedSource } from "./plan.ts";

/** `manifest.json`: what a corpus is and how it came about. The same for the same input on every machine. */
export interface Manifest {
  readonly format: 1;
  /** SHA-256 over recipe, sources and versions; a build goes on in a folder only where it is the same. */
  readonly identity: string;
  readonly recipe: Pick<Recipe, "name" | "description" | "languages"> & {
    readonly steps: readonly (ChosenStep & {
      readonly version?: number;
      readonly facts?: Readonly<Record<string, unknown>>;
    })[];
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly sources: readonly PlannedSource[];
  readonly input: Amount & {
    /** SHA-256 over repositories, paths and texts of everything that was read. */
    readonly fingerprint: string;
    /** Reason → what could not become a document. */
    readonly skipped: Readonly<Record<string, number>>;
  };
  readonly steps: readonly StepResult[];
  readonly output: Amount & {
    /** Sum of the weights. */
    readonly weight: number;
    readonly languages: Readonly<Record<string, Amount>>;
    readonly licenses: Readonly<Record<string, Amount>>;
    readonly files: readonly ShardFile[];
  };
}

/** What a step did, with the documents that came to it and those that left it. */
export interface StepResult extends StepCounts {
  readonly documentsIn: number;
  readonly documentsOut: number;
}

/** Raised whenever sources give other documents than before, so that what was built before is not taken for the same. */
const readingVersion = "2";

/** Releases of what bears on a corpus: Apprentice, how it reads, and those of its packages that parse and write, which it pins. */
export function versions(): Record<string, string> {
  const { version, dependencies } = packageDescription();
  const bearing = Object.entries(dependencies).filter(([name]) => /tree-sitter|duckdb/.test(name));
  return { apprentice: version, reading: readingVersion, ...Object.fromEntries(bearing) };
}

/** Adds up the reports of all tasks, given in order. */
export class ManifestBuilder {
  readonly #input: Amount = { documents: 0, bytes: 0 };
  readonly #fingerprint = createHash("sha256");
  readonly #skipped: Record<string, number> = {};
  readonly #steps: StepCounts[];
  readonly #kept: Amount = { documents: 0, bytes: 0 };
  readonly #languages: Record<string, Amount> = {};
  readonly #licenses: Record<string, Amount> = {};
  readonly #files: ShardFile[] = [];
  #weight = 0;

  constructor(readonly recipe: Manifest["recipe"]) {
    this.#steps = recipe.steps.map(({ step }) => ({ step, dropped: {}, edits: {} }));
  }

  add(report: TaskReport): void {
    this.#input.documents += report.read.documents;
    this.#input.bytes += report.read.bytes;
    this.#fingerprint.update(report.fingerprint);
    for (const [reason, count] of Object.entries(report.skipped)) addCount(this.#skipped, reason, count);
    for (const [index, { dropped, edits }] of report.steps.entries()) {
      const sum = this.#steps[index]!;
      for (const [reason, { documents, bytes }] of Object.entries(dropped))
        addAmount(sum.dropped, reason, documents, bytes);
      for (const [kind, count] of Object.entries(edits)) addCount(sum.edits, kind, count);
    }
    this.#kept.documents += report.kept.documents;
    this.#kept.bytes += report.kept.bytes;
    this.#weight += report.weight;
    for (const [name, { documents, bytes }] of Object.entries(report.languages))
      addAmount(this.#languages, name, documents, bytes);
    for (const [name, { documents, bytes }] of Object.entries(report.licenses))
      addAmount(this.#licenses, name, documents, bytes);
    this.#files.push(...report.files);
  }

  /** Documents that came to the steps. */
  get documentsTaken(): number {
    return notTaken.reduce((rest, reason) => rest - (this.#skipped[reason] ?? 0), this.#input.documents);
  }

  build(identity: string, { sources }: Plan): Manifest {
    let documents = this.documentsTaken;
    const steps = this.#steps.map((counts) => {
      const documentsIn = documents;
      for (const amount of Object.values(counts.dropped)) documents -= amount.documents;
      return { ...counts, documentsIn, documentsOut: documents };
    });
    return {
      format: 1,
      identity,
      recipe: this.recipe,
      versions: versions(),
      sources,
      input: { ...this.#input, fingerprint: this.#fingerprint.digest("hex"), skipped: this.#skipped },
      steps,
      output: {
        ...this.#kept,
        weight: this.#weight,
        languages: this.#languages,
        licenses: this.#licenses,
        files: this.#files,
      },
    };
  }
}
