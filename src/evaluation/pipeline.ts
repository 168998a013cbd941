import { availableParallelism } from "node:os";
import type { Benchmark, Problem } from "../benchmark/benchmark.ts";
import { UserError } from "../common/errors.ts";
import type { ProgressListener } from "../common/progress.ts";
import type { Executor } from "../execution/executor.ts";
import { budgetScope, type Model } from "../model/model.ts";
import type { Strategy, StrategySettings } from "../strategy/strategy.ts";
import { judgeText } from "./judging.ts";
import type { CompletionRecord } from "./records.ts";
import type { RunStore } from "./run-store.ts";
import { expectManyListeners, Slots } from "./slots.ts";

/** Programs that are handed to the executor at once: enough to keep its workers busy, few enough to hold no memory. */
const judgedAtOnce = 8 * availableParallelism();

/** So many requests that fail one after another, without any success between them, mean that the model is gone. */
const mostFailuresInARow = 3;

/** Where completions come from. */
export interface CompletionSource {
  readonly model: Model;
  readonly strategy: Strategy;
}

/** What a run still needs. */
export interface PipelineWork {
  readonly store: RunStore;
  readonly benchmark: Benchmark;
  readonly problems: readonly Problem[];
  readonly settings: StrategySettings;
  readonly executor: Executor;
  /** Absent when nothing may be generated: stored completions are only judged. */
  readonly source?: CompletionSource;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Generates the samples that are missing and judges those without a verdict, both at the same time. Every completion is
 * stored before it is judged. When judging falls behind, generation waits. What was generated before an error is judged and
 * stored before the error is thrown.
 *
 * @returns why some problems got no samples although the model goes on answering for others; empty when nothing is missing
 */
export async function completeRun(work: PipelineWork): Promise<readonly UserError[]> {
  const problems = new Map(work.problems.map((problem) => [problem.taskId, problem]));
  const judging = new Slots(judgedAtOnce);
  reportGenerated(work);
  reportJudged(work);
  const judge = (record: CompletionRecord) =>
    judging.start(async () => {
      await judgeRecord(work, problems.get(record.taskId) as Problem, record);
      reportJudged(work);
    });
  const backlog = async () => {
    for await (const record of work.store.unjudged()) {
      if (work.signal?.aborted === true) return;
      await judge(record);
    }
  };
  const generation = work.source === undefined ? [] : generateMissing(work, work.source, judge);
  const [stored, generated] = await Promise.allSettled([backlog(), generation]);
  await judging.idle();
  work.signal?.throwIfAborted();
  if (stored.status === "rejected") throw stored.reason;
  if (generated.status === "rejected") throw generated.reason;
  return generated.value;
}

async function judgeRecord(work: PipelineWork, problem: Problem, record: CompletionRecord): Promise<void> {
  const { taskId, temperature, sampleIndex } = record;
  const judgement = await judgeText(work.benchmark, problem, work.settings.style, record.text, work.executor);
  await work.store.addVerdict({ taskId, temperature, sampleIndex, ...judgement });
}

interface MissingSamples {
  readonly problem: Problem;
  readonly temperature: number;
  readonly sampleIndices: readonly number[];
}

function* missingSamples({ store, problems }: PipelineWork): Iterable<MissingSamples> {
  for (const temperature of store.configuration.sampling.temperatures) {
    for (const problem of problems) {
      const sampleIndices = store.ledger.missingSamples(problem.taskId, temperature);
      if (sampleIndices.length > 0) yield { problem, temperature, sampleIndices };
    }
  }
}

/**
 * Keeps as many requests under way as the model asks for, until nothing is missing. A problem that cannot be put to the model
 * (its prompt is too long) does not hold up the others, and a budget that is used up ends the generation in order; a model
 * that fails again and again, or a bug, ends it with an error.
 */
async function generateMissing(
  work: PipelineWork,
  { model, strategy }: CompletionSource,
  accept: (record: CompletionRecord) => Promise<void>,
): Promise<readonly UserError[]> {
  const failures: UserError[] = [];
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ...(work.signal === undefined ? [] : [work.signal])]);
  expectManyListeners(signal);
  const requests = missingSamples(work)[Symbol.iterator]();
  let failuresInARow = 0;
  const outOfBudget = (error: UserError) => {
    if (failures.every(({ scope }) => scope !== budgetScope)) failures.push(error);
  };
  const keepAsking = async () => {
    // Not for-of: leaving it would close the list that all askers share.
    for (let next = requests.next(); next.done !== true && !signal.aborted; next = requests.next()) {
      try {
        await ask(work, { model, strategy }, next.value, signal, accept);
        failuresInARow = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (UserError.isInstance(error) && error.scope === budgetScope) return outOfBudget(error);
        failuresInARow++;
        if (!UserError.isInstance(error) || failuresInARow >= mostFailuresInARow) return ended.abort(error);
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, model.concurrency) }, keepAsking));
  if (ended.signal.aborted) throw ended.signal.reason;
  return failures;
}

/** One request: the missing samples of one problem at one temperature. */
async function ask(
  work: PipelineWork,
  { model, strategy }: CompletionSource,
  { problem, temperature, sampleIndices }: MissingSamples,
  signal: AbortSignal,
  accept: (record: CompletionRecord) => Promise<void>,
): Promise<void> {
  const { store, benchmark, settings } = work;
  const { seed, topP, topK, maximumTokens, stop } = store.configuration.sampling;
  const sampling = { temperature, topP, topK, maximumTokens, stop };
  const task = { benchmark, problem, settings, sampling, sampleIndices, seed, signal };
  let received = 0;
  for await (const completion of strategy.generate(task, model)) {
    if (signal.aborted) return;
    const record = { taskId: problem.taskId, temperature, ...completion };
    await store.addCompletion(record);
    received++;
    reportGenerated(work);
    await accept(record);
  }
  if (received < sampleIndices.length && !signal.aborted) throw tooFew(problem, received, sampleIndices.length);
}

function tooFew(problem: Problem, received: number, wanted: number): UserError {
  return new UserError(
    `problem ${problem.taskId}`,
    `the model gave ${received} of ${wanted} samples`,
    "Give the same command again to ask for the others.",
  );
}

function reportGenerated({ store, onProgress, source }: PipelineWork): void {
  const { size: total, generated: done } = store.ledger;
  if (source !== undefined) onProgress?.({ task: "generate", done, total, unit: "samples" });
}

function reportJudged({ store, onProgress }: PipelineWork): void {
  const { size: total, judged: done, passed } = store.ledger;
  onProgress?.({ task: "judge", done, total, unit: "samples", note: done === 0 ? "" : `${passed} passed` });
}
