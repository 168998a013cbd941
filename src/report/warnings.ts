import type { ProblemSets } from "./problem-sets.ts";
import type { LabelledRun } from "./run.ts";
import { count, counted, type Html, html } from "./text.ts";

/** What a reader must know before believing a figure, at the top of the page. */
export function warnings(runs: readonly LabelledRun[], sets: ProblemSets): Html {
  const banners = [...runs.flatMap(runWarnings), ...dataWarnings(runs)].map(
    (text) => html`<p class="banner bad" role="alert">${text}</p>`,
  );
  const remarks = [...sets.missing].map(
    ([name, reason]) => html`<p class="banner">Prompts, tests and programs of ${name} cannot be shown. ${reason}</p>`,
  );
  return html`${banners}${remarks}`;
}

function runWarnings({ label, configuration: { execution }, summary }: LabelledRun): string[] {
  const texts: string[] = [];
  if (execution.mode === "same-process") {
    texts.push(
      `${label}: candidates ran in the same process as the tests. A program could have forged its verdict; do not publish these figures.`,
    );
  }
  if (execution.tier === "none") {
    texts.push(
      `${label}: candidates ran without isolation. A program could have changed files, verdicts or this report.`,
    );
  }
  if (summary.infrastructureErrors > 0) {
    const number = summary.infrastructureErrors;
    texts.push(
      `${label}: ${count(number)} of ${count(summary.samples)} samples could not be judged (infrastructure errors). They are in no pass@k. Run \`apprentice doctor\`, then the same \`apprentice eval\` command again.`,
    );
  }
  if (summary.missingSamples !== undefined) {
    texts.push(
      `${label}: ${counted(summary.missingSamples, "sample")} ${summary.missingSamples === 1 ? "is" : "are"} missing; the run stopped before its end.`,
    );
  }
  return texts;
}

/** Runs of one benchmark whose data differ are not about the same problems. */
function dataWarnings(runs: readonly LabelledRun[]): string[] {
  const names = [...new Set(runs.map(({ summary }) => summary.benchmark))];
  return names
    .filter((name) => {
      const of = runs.filter(({ summary }) => summary.benchmark === name);
      return new Set(of.map(({ configuration }) => JSON.stringify(configuration.benchmark.files))).size > 1;
    })
    .map(
      (name) =>
        `The runs of ${name} used different versions of its data: their figures are not about the same problems.`,
    );
}
