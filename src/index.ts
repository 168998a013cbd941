// What the types are made of: a project with `types: []`, TypeScript's default since version 6, would not find it by itself.
/// <reference types="node" preserve="true" />
/// <reference types="emscripten" preserve="true" />

/**
 * Apprentice as a library: what the command line does, as typed functions. A whole evaluation:
 *
 * ```ts
 * const benchmark = await resolveBenchmark("human-eval");
 * const selection = selectProblems(benchmark, await loadProblems(benchmark), { limit: 20 });
 * const model = await openModel("qwen2.5-coder-0.5b-instruct");
 * const executor = await openExecutor();
 * const { summary, runFolder } = await evaluate({
 *   benchmark,
 *   selection,
 *   model,
 *   executor,
 *   strategy: await strategies.get("direct"),
 *   settings: { style: "completion" },
 *   sampling: { samples: 1, temperatures: [0], topP: 0.95, topK: 0, maximumTokens: 512, seed: 0 },
 * });
 * await model.close();
 * await executor.close();
 * ```
 *
 * Mistakes that a user can mend are thrown as `UserError`; everything else that is thrown is a bug.
 */
export {
  type Answer,
  type Benchmark,
  type BenchmarkInfo,
  benchmarks,
  type CheckReport,
  checkBenchmark,
  fetchBenchmark,
  type KnownBad,
  loadProblems,
  type Problem,
  type Refusal,
  resolveBenchmark,
} from "./benchmark/index.ts";
export { UserError } from "./common/errors.ts";
export type { Progress, ProgressListener } from "./common/progress.ts";
export type { ChosenDocuments, DocumentChoice } from "./completion/documents.ts";
export {
  type CompletionEvaluation,
  type CompletionRequest,
  evaluateCompletion,
} from "./completion/evaluate-completion.ts";
export type { CompletionConfiguration, CompletionSummary, DocumentRecord } from "./completion/records.ts";
export {
  type BuildRequest,
  type BuildResult,
  buildCorpus,
  type CorpusDocument,
  documentsOfPath,
  loadRecipe,
  type Manifest,
  type Recipe,
  readManifest,
  sampleDocuments,
} from "./corpus/index.ts";
export { bootstrapInterval, shareInterval } from "./evaluation/bootstrap.ts";
export { type DryRun, dryRun } from "./evaluation/dry-run.ts";
export { type Evaluation, type EvaluationRequest, evaluate } from "./evaluation/evaluate.ts";
export { extractAnswer, extractionVersion } from "./evaluation/extraction.ts";
export { meanRelativeChange, type ProblemCount, passAtK, passAtKPerProblem } from "./evaluation/metrics.ts";
export type {
  CompletionRecord,
  Interval,
  OutcomeCounts,
  RunConfiguration,
  Summary,
  TemperatureSummary,
  VerdictRecord,
} from "./evaluation/records.ts";
export { replaySourceOf } from "./evaluation/replay-source.ts";
export { type RescoreRequest, type Rescoring, rescore, type VerdictChange } from "./evaluation/rescore.ts";
export type { ProblemSelection, SamplingPlan } from "./evaluation/run-configuration.ts";
export { evaluateSamples, type SamplesEvaluation, type SamplesRequest } from "./evaluation/samples-file.ts";
export { type SelectionSettings, selectProblems } from "./evaluation/selection.ts";
export { type GoldenMiss, goldenMisses } from "./evaluation/self-test.ts";
export { type Executor, type ExecutorOptions, languages, openExecutor } from "./execution/executor.ts";
export type { GoldenProgram, LanguageRuntime, Toolchain } from "./execution/language-runtime.ts";
export {
  defaultLimits,
  type ExecutionMode,
  type IsolationTier,
  type Limits,
  type Outcome,
  outcomes,
  type Program,
  type Verdict,
} from "./execution/program.ts";
export type {
  ChatMessage,
  Completion,
  GenerationRequest,
  Model,
  ModelIdentity,
  ModelProvider,
  ModelSettings,
  Prompt,
  ReplaySource,
  Sampling,
  ScoredPiece,
  ScoreRequest,
  TextScore,
} from "./model/model.ts";
export { modelProviders, openModel } from "./model/open-model.ts";
export { type Comparison, compareRuns } from "./report/compare.ts";
export { buildReport } from "./report/report.ts";
export { openRun, type Run } from "./report/run.ts";
export { strategies } from "./strategy/strategies.ts";
export type { GenerationTask, PromptStyle, Strategy, StrategySettings } from "./strategy/strategy.ts";
export type { TrainingStart, TrainingWatch } from "./training/events.ts";
export { readPresets } from "./training/presets.ts";
export { regimes } from "./training/regimes.ts";
export { parseSettings, settingsWith, type TrainingSettings } from "./training/settings.ts";
export { compareTokenizers, type TokenizerComparison, trainTokenizer } from "./training/tokenizer.ts";
export { type Training, type TrainingRequest, type TrainingSummary, train } from "./training/train.ts";
