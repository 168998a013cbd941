import path from "node:path";
import { messageOf, UserError } from "../../common/errors.ts";
import { writeFileAtomically } from "../../common/files.ts";
import type { FetchWatcher } from "../../common/pinned-file.ts";
import { type Evaluation, evaluate } from "../../evaluation/evaluate.ts";
import { replaySourceOf } from "../../evaluation/replay-source.ts";
import { type Executor, openExecutor } from "../../execution/executor.ts";
import { defaultModel } from "../../model/catalogue.ts";
import type { Model } from "../../model/model.ts";
import { pullModel } from "../../model/model-files.ts";
import { openModel } from "../../model/open-model.ts";
import { defaultApis } from "../../strategy/strategies/api.ts";
import { strategies } from "../../strategy/strategies.ts";
import { humanEvalPart, libraryParts, type Part } from "./parts.ts";

/** Where the quickstart's report goes, below the current folder. */
const reportFile = path.join("runs", "quickstart.html");

export interface QuickstartPart {
  readonly title: string;
  readonly shown: string;
  readonly model: string;
  readonly evaluation: Evaluation;
}

export interface QuickstartResult {
  /** `generated`: a model wrote every candidate. `replayed`: known solutions stood in, and no model was judged. */
  readonly kind: "generated" | "replayed";
  /** What could not be had, and what was done instead. */
  readonly missing: readonly string[];
  readonly parts: readonly QuickstartPart[];
  readonly report: string;
}

/**
 * Judges the default model on 20 problems of HumanEval and on 20 of the invented library, without and with documentation.
 * Goes on where an earlier call stopped. Where the model or HumanEval cannot be had, says so and replays reference and
 * broken solutions instead, which shows that the machine judges rightly and says nothing about any model.
 */
export async function runQuickstart(watcher: FetchWatcher): Promise<QuickstartResult> {
  const missing: string[] = [];
  const instead = async <Value>(wanted: Promise<Value>, consequence: string): Promise<Value | undefined> => {
    try {
      return await wanted;
    } catch (error) {
      if (!UserError.isInstance(error)) throw error;
      missing.push(`${messageOf(error)} ${consequence}`);
      return undefined;
    }
  };
  const humanEval = await instead(humanEvalPart(watcher), "HumanEval is left out below.");
  const parts = [...(humanEval === undefined ? [] : [humanEval]), ...(await libraryParts())];
  const file = await instead(
    pullModel(defaultModel, watcher),
    "No model is judged below: the reference solutions and broken versions of them are replayed.",
  );
  const references = file === undefined ? ["replay:references", "replay:broken"] : [defaultModel];
  const executor = await openExecutor();
  try {
    const done: QuickstartPart[] = [];
    for (const reference of references) done.push(...(await evaluateParts(reference, parts, executor, watcher)));
    const folders = done.map(({ evaluation }) => evaluation.runFolder);
    // Loaded when it is needed: every command loads this file, and the charts would cost each a quarter of a second.
    const { buildReport } = await import("../../report/report.ts");
    await writeFileAtomically(reportFile, await buildReport(folders));
    return { kind: file === undefined ? "replayed" : "generated", missing, parts: done, report: reportFile };
  } finally {
    await executor.close();
  }
}

async function evaluateParts(
  reference: string,
  parts: readonly Part[],
  executor: Executor,
  watcher: FetchWatcher,
): Promise<QuickstartPart[]> {
  const done: QuickstartPart[] = [];
  let model: Model | undefined;
  let modelOf: string | undefined;
  try {
    for (const part of parts) {
      const replaySource = replaySourceOf(reference, part.benchmark, part.problems);
      // One model serves all parts; a replay hands out the solutions of one benchmark.
      if (model === undefined || (replaySource !== undefined && modelOf !== part.benchmark.name)) {
        await model?.close();
        model = await openModel(reference, replaySource === undefined ? {} : { replaySource });
        modelOf = part.benchmark.name;
      }
      const evaluation = await evaluatePart(part, model, executor, watcher);
      done.push({ title: part.title, shown: part.shown, model: reference, evaluation });
    }
    return done;
  } finally {
    await model?.close();
  }
}

async function evaluatePart(part: Part, model: Model, executor: Executor, watcher: FetchWatcher): Promise<Evaluation> {
  const { progress } = watcher;
  return evaluate({
    benchmark: part.benchmark,
    selection: part.selection,
    model,
    strategy: await strategies.get(part.strategy),
    settings: { style: "completion", ...(part.strategy === "api" ? { apis: defaultApis } : {}) },
    sampling: {
      samples: 1,
      temperatures: [0],
      topP: 0.95,
      topK: 0,
      maximumTokens: part.maximumTokens,
      seed: 0,
    },
    executor,
    ks: [1],
    ...(progress === undefined
      ? {}
      : { onProgress: (state) => progress({ ...state, task: `${part.title}, ${part.shown}: ${state.task}` }) }),
  });
}
