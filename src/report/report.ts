import path from "node:path";
import { unreliableTaskIds } from "../benchmark/known-bad.ts";
import type { RunConfiguration } from "../evaluation/records.ts";
import { type CompletionRun, completionSections, isCompletionRun, openCompletionRuns } from "./completion.ts";
import { figures } from "./figures.ts";
import { type PackedPages, packPages } from "./packing.ts";
import { page } from "./page.ts";
import { loadProblemSets, type ProblemSet, type ProblemSets } from "./problem-sets.ts";
import { type LabelledRun, labelRuns, openRun } from "./run.ts";
import { effortTable, headlines, outcomeTable, passTable, settings } from "./tables.ts";
import { counted, type Html, html } from "./text.ts";
import { warnings } from "./warnings.ts";

/**
 * One self-contained HTML file on finished runs: scores, charts, and a page for every problem. The same run folders make
 * the same text. Runs of one benchmark are drawn side by side.
 *
 * @throws UserError when a folder is no finished run
 */
export async function buildReport(runFolders: readonly string[]): Promise<string> {
  const folders = [...new Map(runFolders.map((folder) => [path.resolve(folder), folder])).values()];
  const isCompletion = await Promise.all(folders.map(isCompletionRun));
  const completions = await openCompletionRuns(folders.filter((_, index) => isCompletion[index]));
  const runs = labelRuns(await Promise.all(folders.filter((_, index) => !isCompletion[index]).map(openRun)));
  const sets = await loadProblemSets(runs);
  const problems = await packPages(runs, sets.found);
  const names = [...new Set(runs.map(({ summary }) => summary.benchmark))];
  const titles = [...names.map((name) => titleOf(name, sets)), ...(completions.length === 0 ? [] : ["Completion"])];
  const title = `${titles.join(", ")} · Apprentice report`;
  const sections = await Promise.all(
    names.map((name) =>
      benchmarkSection(
        runs.filter(({ summary }) => summary.benchmark === name),
        name,
        sets,
      ),
    ),
  );
  const all = [...sections, ...completionSections(completions)];
  return page(title, overview({ runs, completions }, all, problems, sets), problems.payload);
}

function titleOf(name: string, sets: ProblemSets): string {
  return sets.found.get(name)?.benchmark.info.title ?? name;
}

function overview(
  { runs, completions }: { readonly runs: readonly LabelledRun[]; readonly completions: readonly CompletionRun[] },
  sections: readonly Html[],
  problems: PackedPages,
  sets: ProblemSets,
): Html {
  return html`<main id="overview">
<header class="top"><p class="eyebrow">Apprentice report</p></header>
${warnings(runs, sets)}${sections}${runs.length === 0 ? html`` : html`${problemSection(problems)}${settings(runs)}`}
<footer><p>Made by Apprentice ${[...new Set([...runs, ...completions].map(({ configuration }) => configuration.apprentice))].join(", ")}.
pass@k: unbiased estimator (Chen et al. 2021). Intervals: 95 %, bootstrap over problems; exact where all are alike.</p></footer>
</main>
<main id="problem" hidden></main>`;
}

async function benchmarkSection(runs: readonly LabelledRun[], name: string, sets: ProblemSets): Promise<Html> {
  return html`<section class="benchmark">
<h1>${titleOf(name, sets)}</h1>
<p class="lede">${problemSetLine(runs, sets.found.get(name))}</p>
${headlines(runs)}
${await figures(runs)}
${passTable(runs)}
${outcomeTable(runs)}
${effortTable(runs)}
</section>`;
}

/** Which problems the figures are about. */
function problemSetLine(runs: readonly LabelledRun[], set: ProblemSet | undefined): string {
  const lines = runs.map(({ summary, configuration: { benchmark } }) => {
    const split = benchmark.split === undefined ? "" : `, split ${benchmark.split}`;
    return `${counted(summary.problems, "problem")}${split}, ${knownBadPhrase(benchmark, set)}`;
  });
  const distinct = [...new Set(lines)];
  if (distinct.length === 1) return `${distinct[0]}.`;
  return `${runs.map(({ label }, index) => `${label}: ${lines[index]}`).join("; ")}.`;
}

function knownBadPhrase(
  { taskIds, knownBadExcluded }: RunConfiguration["benchmark"],
  set: ProblemSet | undefined,
): string {
  if (knownBadExcluded) return "known-bad problems left out";
  if (set === undefined) return "known-bad problems included";
  const bad = unreliableTaskIds(set.benchmark.info.knownBad);
  const included = taskIds.filter((id) => bad.has(id)).length;
  return included === 0 ? "none of them known to be bad" : `${counted(included, "known-bad problem")} included`;
}

function problemSection({ candidateLimit, problemCount }: PackedPages): Html {
  return html`<section aria-labelledby="problems"><h2 id="problems">Problems</h2>
<p class="lede">${counted(problemCount, "problem")}. A problem's page shows up to ${candidateLimit} distinct ${candidateLimit === 1 ? "program" : "programs"}
of each run in full, the most frequent ones and at least one of each outcome as far as they go; the rest is counted.</p>
<noscript><p class="banner">The list of problems and their pages need JavaScript.</p></noscript>
<div id="problem-list"></div></section>`;
}
