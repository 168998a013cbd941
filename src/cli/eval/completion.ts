import path from "node:path";
import { UserError } from "../../common/errors.ts";
import type { ProgressListener } from "../../common/progress.ts";
import type { CompletionEvaluation } from "../../completion/evaluate-completion.ts";
import { evaluateCompletion } from "../../completion/evaluate-completion.ts";
import { allTokens } from "../../completion/token-accuracy.ts";
import type { Interval } from "../../evaluation/records.ts";
import { openModel } from "../../model/open-model.ts";
import { percentage } from "../../report/text.ts";
import { duration, percent, print, remark, shellWord, table } from "../output.ts";
import { completionPrefix } from "./modes.ts";
import { type EvalOptions, modelSettingsOf } from "./options.ts";

/** Evaluates a model on completion tasks. */
export async function runCompletion(
  name: string,
  options: EvalOptions,
  watch: { readonly onProgress: ProgressListener; readonly signal: AbortSignal },
): Promise<CompletionEvaluation> {
  if (options.model === undefined)
    throw new UserError("eval", "no model was named", "Add --model; `apprentice model list` shows what there is.");
  const { heldOut, limit, run } = options;
  const model = await openModel(options.model, { ...modelSettingsOf(options), progress: watch.onProgress, remark });
  try {
    return await evaluateCompletion({
      reference: name.slice(completionPrefix.length),
      choice: { ...(heldOut === undefined ? {} : { heldOut }), ...(limit === undefined ? {} : { limit }) },
      model,
      ...watch,
      ...(run === undefined ? {} : { runFolder: run }),
    });
  } finally {
    await model.close();
  }
}

/** Prints the figures, the kinds of token, and what to do next. */
export function printCompletion({ configuration, summary, runFolder }: CompletionEvaluation, seconds: number): void {
  const { documents, model } = configuration;
  print(
    [
      `completion · ${documents.reference}`,
      path.basename(model.reference),
      `${summary.documents} documents`,
      `${summary.lines} lines`,
    ].join(" · "),
  );
  print();
  print(
    table(
      ["", "value (95 % interval)"],
      [
        ["token accuracy", share(summary.tokenAccuracy)],
        ["line exact match", share(summary.exactMatch)],
        ["line edit similarity", share(summary.editSimilarity)],
        ["bits per byte", number(summary.bitsPerByte)],
        ["perplexity per byte", number(summary.perplexityPerByte)],
      ],
    ),
  );
  print();
  const kinds = Object.entries(summary.kinds).map(([kind, { right, total }]) => [
    kind,
    percent(right / total),
    String(total),
  ]);
  const all = allTokens(summary.kinds);
  kinds.push(["all but comments", all.total === 0 ? "–" : percent(all.right / all.total), String(all.total)]);
  print(table(["kind of token", "predicted", "tokens"], kinds, ["left", "right", "right"]));
  print();
  print(`Run folder: ${runFolder} (${duration(seconds)})`);
  print(`Next: apprentice report ${shellWord(runFolder)}`);
}

function share({ value, low, high }: Interval): string {
  return `${percent(value).padStart(7)}  (${percentage(low)} – ${percentage(high)})`;
}

function number({ value, low, high }: Interval): string {
  return `${value.toFixed(3).padStart(7)}  (${low.toFixed(3)} – ${high.toFixed(3)})`;
}
