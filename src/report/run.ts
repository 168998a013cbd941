import { readFile } from "node:fs/promises";
import path from "node:path";
import { messageOf, UserError } from "../common/errors.ts";
import { exists } from "../common/files.ts";
import { completionKind } from "../completion/records.ts";
import { type RunConfiguration, runFormatVersion, type Summary } from "../evaluation/records.ts";

/** A finished run, as it lies in its folder. */
export interface Run {
  readonly folder: string;
  readonly configuration: RunConfiguration;
  readonly summary: Summary;
}

/** A run with the name and the colour that it has in tables and charts. */
export interface LabelledRun extends Run {
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
}

/** Opens a run folder. Throws a UserError when it is none, is not finished, or was written by another version. */
export async function openRun(folder: string): Promise<Run> {
  const scope = `run "${folder}"`;
  if (!(await exists(folder))) {
    throw new UserError(scope, "there is no such folder", "Name a folder that `apprentice eval` wrote.");
  }
  if (!(await exists(path.join(folder, "run.json")))) {
    throw new UserError(scope, "there is no run.json in it", "Name a folder that `apprentice eval` wrote.");
  }
  const configuration = (await readRunFile(folder, "run.json")) as RunConfiguration;
  if ((configuration as { kind?: unknown }).kind === completionKind)
    throw new UserError(scope, "it holds completion tasks, which have no outcomes", "See it with `apprentice report`.");
  if (configuration.format !== runFormatVersion) {
    throw new UserError(
      scope,
      `its format is ${String(configuration.format)}; this version of Apprentice reads format ${runFormatVersion}`,
      "Evaluate again, or use the version that wrote it.",
    );
  }
  const summary = (await readRunFile(folder, "summary.json")) as Summary;
  requireParts(scope, "run.json", configuration, ["benchmark", "model", "strategy", "sampling", "execution"]);
  requireParts(scope, "summary.json", summary, ["benchmark", "best", "temperatures", "perProblem"]);
  return { folder, configuration, summary };
}

/** A file that something else wrote, or that was changed by hand, is the user's to mend and no bug. */
function requireParts(scope: string, name: string, content: object, parts: readonly string[]): void {
  const missing = parts.find((part) => !(part in content));
  if (missing === undefined) return;
  throw new UserError(scope, `${name} is damaged: it has no "${missing}"`, remedyFor(name));
}

/** A summary is made again from the verdicts; what a run was asked for stands in its run.json alone. */
function remedyFor(name: string): string {
  return name === "summary.json"
    ? "Give the same `apprentice eval` command again; it writes it anew."
    : "Evaluate again, in another folder.";
}

/**
 * A JSON file of a run folder.
 * @throws UserError where it is missing or cannot be read: the run is not finished
 */
export async function readRunFile(folder: string, name: string): Promise<object> {
  const scope = `run "${folder}"`;
  if (await exists(path.join(folder, name))) return readJson(scope, path.join(folder, name));
  const remedy = "Give the same `apprentice eval` command again; it goes on where it stopped.";
  throw new UserError(scope, `it is not finished: there is no ${name} in it`, remedy);
}

async function readJson(scope: string, file: string): Promise<object> {
  const name = path.basename(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UserError(scope, `${name} cannot be read (${messageOf(error)})`, remedyFor(name));
  }
  if (typeof content === "object" && content !== null) return content;
  throw new UserError(scope, `${name} is damaged: it holds no JSON object`, remedyFor(name));
}

/** How many colours the page's style has for runs; more runs than that share them. */
const seriesColors = 8;

/** The colour of a run, or of another series. */
export function seriesColor(index: number): string {
  return `var(--series-${(index % seriesColors) + 1})`;
}

/** Names and colours for a report's runs. Those of one benchmark are shown side by side, and are told apart. */
export function labelRuns(runs: readonly Run[]): LabelledRun[] {
  const benchmarks = [...new Set(runs.map(({ summary }) => summary.benchmark))];
  return benchmarks.flatMap((benchmark) => {
    const of = runs.filter(({ summary }) => summary.benchmark === benchmark);
    const labels = labelsOf(of);
    return of.map((run, index) => ({ ...run, label: labels[index]!, color: seriesColor(index) }));
  });
}

/** Names for runs that are shown side by side: the model, and of the rest only what tells the runs apart. */
export function labelsOf(runs: readonly Run[]): string[] {
  const parts = runs.map(({ configuration }) => [
    modelName(configuration),
    configuration.strategy.apis === undefined
      ? configuration.strategy.name
      : `${configuration.strategy.name} (${configuration.strategy.apis})`,
    configuration.strategy.style,
    configuration.benchmark.knownBadExcluded ? "known-bad excluded" : "all problems",
  ]);
  const differs = (part: number) => new Set(parts.map((of) => of[part])).size > 1;
  const labels = parts.map((of) => of.filter((_, part) => part === 0 || differs(part)).join(" · "));
  const folders = runs.map(({ folder }) => path.resolve(folder));
  const names = folders.map((folder) => path.basename(folder));
  return labels.map((label, index) => {
    if (labels.filter((other) => other === label).length === 1) return label;
    const isNameUnique = names.filter((other) => other === names[index]).length === 1;
    return `${label} · ${isNameUnique ? names[index] : folders[index]}`;
  });
}

/** The model's reference without folders and file ending. */
export function modelName({ model }: Pick<RunConfiguration, "model">): string {
  return model.reference.replace(/^.*[\\/](?=[^\\/])/, "").replace(/\.gguf$/i, "");
}
