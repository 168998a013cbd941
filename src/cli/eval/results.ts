import path from "node:path";
import type { DryRun } from "../../evaluation/dry-run.ts";
import type { Evaluation } from "../../evaluation/evaluate.ts";
import type { Interval, OutcomeCounts, RunConfiguration, Summary } from "../../evaluation/records.ts";
import type { Rescoring } from "../../evaluation/rescore.ts";
import type { SamplesEvaluation } from "../../evaluation/samples-file.ts";
import { type Outcome, outcomes } from "../../execution/program.ts";
import { dollars, meanOf, percentage } from "../../report/text.ts";
import { duration, percent, print, remark, shellWord, table } from "../output.ts";

/** Prints a finished evaluation: scores with intervals, outcomes, what to know about them, and what to do next. */
export function printEvaluation(
  evaluation: Evaluation,
  seconds: number,
  whyIncomplete = "The same command goes on with them.",
): void {
  const { configuration, summary, runFolder, failures } = evaluation;
  print(titleOf(configuration));
  print();
  printScores(summary);
  print();
  printOutcomes(configuration, summary);
  print();
  for (const line of notesOn(configuration, summary, whyIncomplete)) print(line);
  print(`Run folder: ${runFolder} (${duration(seconds)})`);
  print(`Next: apprentice report ${shellWord(runFolder)}`);
  for (const failure of failures.slice(0, 3)) remark(`apprentice: ${failure.message}`);
  if (failures.length > 3) remark(`apprentice: ${failures.length - 3} more problems could not be asked.`);
}

function titleOf({ benchmark, model, strategy, sampling }: RunConfiguration): string {
  const parts = [
    benchmark.split === undefined ? benchmark.name : `${benchmark.name} (${benchmark.split})`,
    path.basename(model.reference),
    strategy.apis === undefined ? strategy.name : `${strategy.name} (${strategy.apis})`,
    `${strategy.style} prompts`,
    `${benchmark.taskIds.length} problems`,
    sampling.samples === 1 ? "1 sample each" : `${sampling.samples} samples each`,
  ];
  return parts.join(" · ");
}

/** A row per temperature and, with several, one with the best of each k, as the papers report it. */
function printScores({ temperatures, best }: Summary): void {
  const ks = Object.keys(best);
  const rows = temperatures.map(({ temperature, passAt }) => [
    String(temperature),
    ...ks.map((k) => scoreText(passAt[k])),
  ]);
  if (temperatures.length > 1)
    rows.push(["best", ...ks.map((k) => `${scoreText(best[k])} at ${best[k]?.temperature}`)]);
  print(table(["temperature", ...ks.map((k) => `pass@${k} (95 % interval)`)], rows));
}

function scoreText(score: Interval | undefined): string {
  if (score === undefined) return "–";
  return `${percent(score.value).padStart(7)}  (${percentage(score.low)} – ${percentage(score.high)})`;
}

function printOutcomes({ sampling }: RunConfiguration, { temperatures, problems }: Summary): void {
  const seen = outcomes.filter((outcome) => temperatures.some((row) => row.outcomesPerProblem[outcome] !== undefined));
  const single = sampling.samples === 1;
  const rows = temperatures.map(({ temperature, outcomesPerProblem }) => [
    String(temperature),
    ...seen.map((outcome) => countText(outcomesPerProblem[outcome] ?? 0, problems, single)),
  ]);
  print(single ? "Samples by outcome" : "Samples per problem by outcome, on average");
  print(table(["temperature", ...seen.map(words)], rows, ["left", ...seen.map(() => "right" as const)]));
}

function countText(perProblem: number, problems: number, single: boolean): string {
  return single ? String(Math.round(perProblem * problems)) : meanOf(perProblem, 1);
}

function words(outcome: Outcome): string {
  return outcome.replaceAll("_", " ");
}

function notesOn({ execution, benchmark }: RunConfiguration, summary: Summary, whyIncomplete: string): string[] {
  const notes: string[] = [];
  if (summary.missingSamples !== undefined)
    notes.push(`Incomplete: ${summary.missingSamples} samples are missing. ${whyIncomplete}`);
  if (summary.infrastructureErrors > 0)
    notes.push(
      `${summary.infrastructureErrors} samples could not be judged (infrastructure errors) and are in no score. The same command tries them again.`,
    );
  if (execution.mode === "same-process")
    notes.push("Judged in the same process (--same-process): verdicts can be forged.");
  if (execution.tier === "none") notes.push("Judged without isolation (--unsafe).");
  if (benchmark.knownBadExcluded) notes.push("Problems with a known-bad reference or test are left out.");
  notes.push(`Extraction changed ${summary.extractionChanged} of ${summary.samples} programs.`);
  if (summary.cost !== undefined) notes.push(`Cost: ${dollars(summary.cost)}.`);
  return notes;
}

/** Prints what rescoring changed, behind the evaluation itself. */
export function printRescoring(rescoring: Rescoring, seconds: number): void {
  printEvaluation(rescoring, seconds, "The run that was rescored lacks them: complete it first, then rescore again.");
  const changed = rescoring.changes.reduce((sum, { samples }) => sum + samples, 0);
  print();
  print(`${changed} of ${rescoring.summary.samples} verdicts changed.`);
  if (changed === 0) return;
  const rows = rescoring.changes.map(({ from, to, samples }) => [words(from), words(to), String(samples)]);
  print(table(["was", "is now", "samples"], rows, ["left", "left", "right"]));
}

/** Prints the verdicts on a samples file. */
export function printSamples(evaluation: SamplesEvaluation, seconds: number): void {
  const { benchmark, samples, problems, passAt, problemsWithoutSamples, resultsFile } = evaluation;
  print(`${benchmark} · ${samples} samples of ${problems} problems`);
  print();
  const scores = Object.entries(passAt).map(([k, score]) => [`pass@${k}`, scoreText(score)]);
  print(table(["", "score (95 % interval)"], scores));
  print();
  printCounts(evaluation.outcomes);
  print();
  for (const line of tooFewSamples(evaluation)) print(line);
  if (problemsWithoutSamples.length > 0) {
    const named = problemsWithoutSamples.slice(0, 5).join(", ");
    const more = problemsWithoutSamples.length > 5 ? `, … (${problemsWithoutSamples.length} in all)` : "";
    print(`Without samples, and in no score: ${named}${more}.`);
  }
  print(`Results: ${resultsFile} (${duration(seconds)})`);
}

/** A score of fewer problems than the others must not be compared with them, and one that is missing must not be missed. */
function tooFewSamples({ problems, problemsWithFewer }: SamplesEvaluation): string[] {
  return Object.entries(problemsWithFewer)
    .filter(([, without]) => without > 0)
    .map(([k, without]) =>
      without === problems
        ? `pass@${k} cannot be computed: no problem has ${k} judged samples.`
        : `pass@${k} is the mean of ${problems - without} of ${problems} problems: the others have fewer than ${k} judged samples.`,
    );
}

function printCounts(counts: OutcomeCounts): void {
  const rows = outcomes.flatMap((outcome) => {
    const count = counts[outcome];
    return count === undefined ? [] : [[words(outcome), String(count)]];
  });
  print(table(["outcome", "samples"], rows, ["left", "right"]));
}

/** Prints what an evaluation would ask and cost. */
export function printDryRun(plan: DryRun): void {
  const { firstPrompt } = plan;
  if (firstPrompt.kind === "completion") {
    print("First prompt, to be completed:");
    print();
    print(firstPrompt.text);
  } else {
    for (const { role, content } of firstPrompt.messages) {
      print(`First prompt, ${role}:`);
      print();
      print(content);
    }
  }
  print();
  const rows = [
    ["problems", String(plan.problems)],
    ["requests", String(plan.requests)],
    ["samples", String(plan.samples)],
    ["prompt tokens (estimated)", String(plan.estimatedPromptTokens)],
    ["completion tokens at most", String(plan.mostCompletionTokens)],
    ["cost at most (estimated)", plan.mostCost === undefined ? "no prices given" : `$${plan.mostCost.toFixed(2)}`],
  ];
  print(table(["nothing was run", ""], rows, ["left", "right"]));
}
