import path from "node:path";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { UserError } from "../common/errors.ts";
import { exists } from "../common/files.ts";
import type { ProgressListener } from "../common/progress.ts";
import type { Executor } from "../execution/executor.ts";
import type { Outcome } from "../execution/program.ts";
import { type Evaluation, finishRun } from "./evaluate.ts";
import { extractionVersion } from "./extraction.ts";
import { type CompletionRecord, type RunConfiguration, runFormatVersion, type VerdictRecord } from "./records.ts";
import { executionConfiguration, type ProblemSelection } from "./run-configuration.ts";
import {
  completionsFile,
  type RunStore,
  readRecords,
  readRunConfiguration,
  verdictsFile,
  withRun,
} from "./run-store.ts";
import { requireEnoughSamples } from "./summary.ts";

export interface RescoreRequest {
  /** The run whose completions are judged again; it stays as it is. */
  readonly runFolder: string;
  readonly benchmark: Benchmark;
  readonly problems: ProblemSelection["problems"];
  readonly executor: Executor;
  /** The new run's folder; the old name with `-rescored` when absent. */
  readonly targetFolder?: string;
  readonly ks?: readonly number[];
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** One kind of change: so many samples went from one outcome to another. */
export interface VerdictChange {
  readonly from: Outcome;
  readonly to: Outcome;
  readonly samples: number;
}

export interface Rescoring extends Evaluation {
  readonly changes: readonly VerdictChange[];
}

/**
 * Extracts and judges the stored raw completions of a run again, without its model: with this version's extraction rules,
 * this machine's toolchain. The result is a run folder of its own.
 */
export async function rescore(request: RescoreRequest): Promise<Rescoring> {
  const { runFolder, benchmark, executor } = request;
  const old = await readRunConfiguration(runFolder);
  requireSamples(old, runFolder);
  if (!(await exists(completionsFile(runFolder))))
    throw new UserError(`run "${runFolder}"`, "no completion was stored in it", "Evaluate the model first.");
  requireSameData(old, benchmark);
  requireEnoughSamples(request.ks, old.sampling.samples, "The run has no more; give a smaller k.");
  const chosen = new Set(old.benchmark.taskIds);
  const problems = request.problems.filter(({ taskId }) => chosen.has(taskId));
  const { language, limits } = benchmark.info;
  const configuration: RunConfiguration = {
    ...old,
    execution: await executionConfiguration(language, limits, executor),
    extraction: { version: extractionVersion, completionRules: benchmark.judge.completion.version },
  };
  const target = request.targetFolder ?? `${runFolder.replace(/[\\/]+$/, "")}-rescored`;
  if (path.resolve(target) === path.resolve(runFolder))
    throw new UserError(`run "${target}"`, "a run cannot be rescored into itself", "Name another folder with --run.");
  const result = await withRun(target, configuration, async (store) => {
    await copyCompletions(runFolder, store);
    const { style } = configuration.strategy;
    const finished = await finishRun({ ...request, store, problems, settings: { style } }, request.ks);
    return { ...finished, changes: await changesSince(runFolder, store) };
  });
  return { runFolder: target, configuration, ...result };
}

/** A copy that a kill interrupted is completed: what is there already is passed over. */
async function copyCompletions(runFolder: string, store: RunStore): Promise<void> {
  for await (const record of readRecords<CompletionRecord>(completionsFile(runFolder)))
    await store.addCompletion(record);
}

async function changesSince(runFolder: string, store: RunStore): Promise<VerdictChange[]> {
  const changes = new Map<string, { from: Outcome; to: Outcome; samples: number }>();
  if (!(await exists(verdictsFile(runFolder)))) return [];
  for await (const record of readRecords<VerdictRecord>(verdictsFile(runFolder))) {
    const to = store.ledger.outcomeOf(record);
    if (to === undefined || to === record.outcome) continue;
    const key = `${record.outcome} ${to}`;
    const change = changes.get(key) ?? { from: record.outcome, to, samples: 0 };
    change.samples++;
    changes.set(key, change);
  }
  return [...changes.values()].sort((a, b) => b.samples - a.samples || (a.from + a.to < b.from + b.to ? -1 : 1));
}

/** Completion tasks have a run.json too, and no samples. */
export function requireSamples(configuration: Partial<RunConfiguration>, runFolder: string): void {
  if (configuration.benchmark !== undefined && configuration.format === runFormatVersion) return;
  throw new UserError(
    `run "${runFolder}"`,
    "it holds no samples of a benchmark that this version can judge",
    "Name a folder that `apprentice eval BENCHMARK` wrote.",
  );
}

function requireSameData(old: RunConfiguration, benchmark: Benchmark): void {
  const changed = benchmark.files.filter(({ path, sha256 }) => old.benchmark.files[path] !== sha256);
  if (old.benchmark.name === benchmark.name && changed.length === 0) return;
  throw new UserError(
    `run of benchmark "${old.benchmark.name}"`,
    old.benchmark.name === benchmark.name
      ? `the data is no longer what it was made with (${changed.map(({ path }) => path).join(", ")})`
      : `it cannot be judged with benchmark "${benchmark.name}"`,
    "Rescore it with the benchmark and data that it was made with.",
  );
}
