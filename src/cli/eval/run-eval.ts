import path from "node:path";
import type { Benchmark, Problem } from "../../benchmark/benchmark.ts";
import { benchmarks, loadProblems, resolveBenchmark } from "../../benchmark/index.ts";
import { UserError } from "../../common/errors.ts";
import { environmentInterpreter } from "../../environment/index.ts";
import { dryRun } from "../../evaluation/dry-run.ts";
import { type Evaluation, type EvaluationRequest, evaluate } from "../../evaluation/evaluate.ts";
import { replaySourceOf } from "../../evaluation/replay-source.ts";
import { type Rescoring, requireSamples, rescore } from "../../evaluation/rescore.ts";
import { readRunConfiguration } from "../../evaluation/run-store.ts";
import { evaluateSamples, type SamplesEvaluation } from "../../evaluation/samples-file.ts";
import { selectProblems } from "../../evaluation/selection.ts";
import { type Executor, openExecutor } from "../../execution/executor.ts";
import { openModel } from "../../model/open-model.ts";
import { defaultApis } from "../../strategy/strategies/api.ts";
import { strategies } from "../../strategy/strategies.ts";
import type { StrategySettings } from "../../strategy/strategy.ts";
import { namesIn } from "../arguments.ts";
import { interruptible, type Watch } from "../interruptible.ts";
import { printJson, remark } from "../output.ts";
import { printCompletion, runCompletion } from "./completion.ts";
import { completionPrefix, type Mode, modeOf, requireFitting } from "./modes.ts";
import { type EvalOptions, modelSettingsOf, samplingOf } from "./options.ts";
import { printDryRun, printEvaluation, printRescoring, printSamples } from "./results.ts";

/** The environment that is none: the toolchain as it is installed. */
const plainToolchain = "none";

/** What brings an interrupted user to the end after all, where that is not the usual. */
const toGoOn: Partial<Record<Mode, string>> = {
  samples: "Verdicts on a samples file are not kept: give the same command again to judge it from the start.",
  "dry-run": "Nothing was run.",
};

/**
 * `apprentice eval` in each of its ways: judge a samples file, rescore a run, plan, or evaluate a model.
 * @param given the flags that the user gave
 */
export async function runEval(name: string | undefined, options: EvalOptions, given: readonly string[]): Promise<void> {
  const started = performance.now();
  const mode = modeOf(name, options);
  requireFitting(given, mode);
  const result = await interruptible(async (watch): Promise<Printable> => {
    if (options.rescore !== undefined) {
      const rescoring = await rescoreRun(name, options.rescore, options, watch);
      return { document: rescoring, print: (seconds) => printRescoring(rescoring, seconds) };
    }
    if (name?.startsWith(completionPrefix)) {
      const evaluation = await runCompletion(name, options, watch);
      return { document: evaluation, print: (seconds) => printCompletion(evaluation, seconds) };
    }
    const benchmark = await resolveBenchmark(await required(name));
    const problems = await loadProblems(benchmark, { progress: watch.onProgress, remark });
    if (options.samples !== undefined) {
      const judged = await judgeSamples(benchmark, problems, options.samples, options, watch);
      return { document: judged, print: (seconds) => printSamples(judged, seconds) };
    }
    const request = await requestOf(benchmark, problems, options);
    if (options.dryRun === true) {
      const { selection, strategy, settings, sampling } = request;
      const plan = dryRun(benchmark, selection, strategy, settings, sampling, modelSettingsOf(options));
      return { document: plan, print: () => printDryRun(plan) };
    }
    const evaluation = await evaluateModel(request, problems, options, watch);
    if (evaluation.failures.length > 0) process.exitCode = 1;
    const failures = evaluation.failures.map(({ message }) => message);
    return { document: { ...evaluation, failures }, print: (seconds) => printEvaluation(evaluation, seconds) };
  }, toGoOn[mode]);
  if (result === undefined) return;
  if (options.json === true) printJson(result.document);
  else result.print((performance.now() - started) / 1000);
}

interface Printable {
  /** What `--json` prints. */
  readonly document: unknown;
  print(seconds: number): void;
}

async function required(name: string | undefined): Promise<string> {
  if (name !== undefined) return name;
  const known = [...(await benchmarks.all()).keys()].join(", ");
  throw new UserError("eval", "no benchmark was named", `Name a .jsonl file, completion:SOURCE, or one of: ${known}.`);
}

type RequestParts = Pick<EvaluationRequest, "benchmark" | "selection" | "strategy" | "settings" | "sampling">;

/** What is asked, checked as far as it can be before anything is opened. */
async function requestOf(
  benchmark: Benchmark,
  problems: readonly Problem[],
  options: EvalOptions,
): Promise<RequestParts> {
  const strategy = await strategies.get(options.strategy);
  if (options.apis !== undefined && strategy.name === "direct")
    throw new UserError("--apis", "the strategy direct gives no documentation", "Add --strategy api.");
  const settings: StrategySettings = {
    style: options.style,
    ...(strategy.name === "api" ? { apis: options.apis ?? defaultApis } : {}),
  };
  const selection = selectProblems(benchmark, problems, {
    excludeKnownBad: options.excludeKnownBad === true,
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.tasks === undefined
      ? {}
      : { taskIds: namesIn(options.tasks, new Set(problems.map(({ taskId }) => taskId))) }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  // A strategy that lacks what it needs says so here, before a model is loaded.
  for (const problem of selection.problems) strategy.prompt(benchmark, problem, settings);
  return { benchmark, selection, strategy, settings, sampling: samplingOf(options, benchmark.info.maximumTokens) };
}

async function evaluateModel(
  request: RequestParts,
  problems: readonly Problem[],
  options: EvalOptions,
  watch: Watch,
): Promise<Evaluation> {
  const reference = options.model;
  if (reference === undefined) {
    throw new UserError("eval", "no model was named", "Add --model; `apprentice model list` shows what there is.");
  }
  return withExecutor(request.benchmark, options, async (executor) => {
    const replaySource = replaySourceOf(reference, request.benchmark, problems);
    const settings = {
      ...modelSettingsOf(options),
      progress: watch.onProgress,
      remark,
      ...(replaySource === undefined ? {} : { replaySource }),
    };
    const model = await openModel(reference, settings);
    try {
      return await evaluate({ ...request, ...watch, ...outputOf(options), model, executor });
    } finally {
      await model.close();
    }
  });
}

function judgeSamples(
  benchmark: Benchmark,
  problems: readonly Problem[],
  samplesFile: string,
  options: EvalOptions,
  watch: Watch,
): Promise<SamplesEvaluation> {
  return withExecutor(benchmark, options, (executor) =>
    evaluateSamples({
      benchmark,
      problems,
      samplesFile,
      style: options.style,
      executor,
      ...watch,
      ...(options.k === undefined ? {} : { ks: options.k }),
      ...(options.results === undefined ? {} : { resultsFile: options.results }),
    }),
  );
}

async function rescoreRun(
  name: string | undefined,
  runFolder: string,
  options: EvalOptions,
  watch: Watch,
): Promise<Rescoring> {
  const benchmark = await resolveBenchmark(name ?? (await benchmarkOf(runFolder)));
  const problems = await loadProblems(benchmark, { progress: watch.onProgress, remark });
  const { runFolder: targetFolder, ...rest } = outputOf(options);
  return withExecutor(benchmark, options, (executor) =>
    rescore({
      runFolder,
      benchmark,
      problems,
      executor,
      ...watch,
      ...rest,
      ...(targetFolder === undefined ? {} : { targetFolder }),
    }),
  );
}

/** How the benchmark of a run is found again: by its name, or by the file that it was made of. */
async function benchmarkOf(runFolder: string): Promise<string> {
  const configuration = await readRunConfiguration(runFolder);
  requireSamples(configuration, runFolder);
  const { name, folder, files } = configuration.benchmark;
  return folder === undefined ? name : path.join(folder, Object.keys(files)[0] ?? name);
}

function outputOf({ k, run }: EvalOptions): Pick<EvaluationRequest, "ks" | "runFolder"> {
  return { ...(k === undefined ? {} : { ks: k }), ...(run === undefined ? {} : { runFolder: run }) };
}

/** Opens the sandbox with the benchmark's pinned environment, or the one that the user names. */
async function withExecutor<Result>(
  { info }: Benchmark,
  options: EvalOptions,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  const environment = options.environment ?? info.environment ?? plainToolchain;
  const executor = await openExecutor({
    tier: options.isolation,
    mode: options.sameProcess === true ? "same-process" : "split",
    unsafe: options.unsafe === true,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(environment === plainToolchain
      ? {}
      : { executables: { [info.language]: await environmentInterpreter(environment) } }),
  });
  try {
    return await work(executor);
  } finally {
    await executor.close();
  }
}
