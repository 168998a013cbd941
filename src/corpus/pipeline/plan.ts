import { extensionOf, languageFinder } from "../../code/languages.ts";
import { UserError } from "../../common/errors.ts";
import { openSource } from "../open-source.ts";
import type { Recipe } from "../recipe.ts";
import type { PathFilter, SourcePart } from "../source.ts";

/** Bytes of input that make a task, roughly: enough to keep a thread busy, little enough to be held in memory. */
const taskBytes = 32_000_000;

/** The parts whose documents become one shard. */
export type Task = readonly SourcePart[];

/** What a build reads, cut into tasks by its input alone, so that shards do not depend on the number of threads. */
export interface Plan {
  readonly sources: readonly PlannedSource[];
  readonly tasks: readonly Task[];
  /** Bytes of all parts, roughly. */
  readonly bytes: number;
}

export interface PlannedSource {
  readonly reference: string;
  readonly source: string;
  readonly parts: number;
  readonly bytes: number;
}

/** Takes the files of these languages. Where languages share an extension the content decides later. */
export async function wantedFiles(languages: readonly string[]): Promise<PathFilter> {
  const languageOf = await languageFinder();
  return (path) => {
    const language = languageOf(path);
    if (language === undefined) return false;
    const { shared } = language;
    return (
      languages.includes(language.name) || (shared?.extension === extensionOf(path) && languages.includes(shared.other))
    );
  };
}

/**
 * Lists what is to be read.
 * @throws UserError where there is no source, a source cannot be read, or nothing is in any of them
 */
export async function makePlan(recipe: Recipe, references: readonly string[]): Promise<Plan> {
  if (references.length === 0)
    throw new UserError(
      `corpus recipe ${recipe.name}`,
      "it names no sources, and the command does neither",
      "Give folders, archives, JSONL or Parquet files.",
    );
  const wants = await wantedFiles(recipe.languages);
  const sources: PlannedSource[] = [];
  const parts: SourcePart[] = [];
  for (const reference of references) {
    const source = await openSource(reference);
    const own = await source.parts(reference, wants);
    sources.push({ reference, source: source.name, parts: own.length, bytes: bytesOf(own) });
    parts.push(...own);
  }
  if (parts.length === 0)
    throw new UserError(
      `corpus recipe ${recipe.name}`,
      `nothing to read in ${references.join(", ")}: no file of ${recipe.languages.join(", ")}`,
      "Name the folder, archive or data set that holds the code, or another recipe.",
    );
  return { sources, tasks: tasksOf(parts), bytes: bytesOf(parts) };
}

/** Joins small parts, in order. A large part is a task of its own. */
export function tasksOf(parts: readonly SourcePart[]): Task[] {
  const tasks: SourcePart[][] = [];
  let room = 0;
  for (const part of parts) {
    if (part.bytes > room || tasks.length === 0) {
      tasks.push([]);
      room = taskBytes;
    }
    tasks.at(-1)!.push(part);
    room -= part.bytes;
  }
  return tasks;
}

function bytesOf(parts: readonly SourcePart[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}
