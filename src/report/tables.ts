import type { Interval } from "../evaluation/records.ts";
import { type Outcome, outcomes } from "../execution/program.ts";
import { settingsOf } from "./differences.ts";
import { outcomeNames } from "./outcome-names.ts";
import { type LabelledRun, modelName } from "./run.ts";
import { reportedK, samplesPerProblem } from "./series.ts";
import { count, dollars, type Html, html, meanOf, percentage } from "./text.ts";

/** A table of runs, which scrolls sideways on a narrow screen. The column of their names is left out where there is one run. */
function runTable(
  caption: string,
  head: readonly string[],
  rows: readonly { readonly run: LabelledRun; readonly cells: readonly (Html | string)[] }[],
): Html {
  const named = new Set(rows.map(({ run }) => run)).size > 1;
  return table(
    caption,
    named ? ["Run", ...head] : head,
    rows.map(({ run, cells }) => (named ? [runName(run), ...cells] : cells)),
  );
}

/** A table whose first column names its rows; it scrolls sideways on a narrow screen. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  const titles = head.map((title) => html`<th scope="col">${title}</th>`);
  const lines = rows.map(
    ([name = "", ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>${lines}</tbody>
</table></div>`;
}

function runName({ label, color }: LabelledRun): Html {
  return html`<i class="swatch ${color.slice("var(--".length, -1)}"></i>${label}`;
}

/** A share in percent with its interval. */
export function interval(value: Interval | undefined): Html {
  if (value === undefined) return html`<span class="faint">–</span>`;
  return html`<b>${percentage(value.value)}</b> <small>${percentage(value.low)}–${percentage(value.high)}</small>`;
}

/** The figures that matter first, one card a run. */
export function headlines(runs: readonly LabelledRun[]): Html {
  const cards = runs.map((run) => {
    const figures = reportedK(run.summary).map((k) => {
      const best = run.summary.best[k]!;
      const temperature = run.summary.temperatures.length > 1 ? html` · T ${best.temperature}` : "";
      return html`<div><dt>pass@${k}</dt><dd><b>${percentage(best.value)}</b><span class="unit"> %</span>
<small>${percentage(best.low)}–${percentage(best.high)}${temperature}</small></dd></div>`;
    });
    const content = figures.length === 0 ? html`<p class="faint">No sample was judged.</p>` : html`<dl>${figures}</dl>`;
    return html`<article class="card"><h3>${runName(run)}</h3>${content}</article>`;
  });
  return html`<div class="cards">${cards}</div>`;
}

/** pass@k of every run at every temperature. */
export function passTable(runs: readonly LabelledRun[]): Html {
  const ks = [...new Set(runs.flatMap(({ summary }) => reportedK(summary)))].sort((a, b) => a - b);
  const rows = runs.flatMap((run) =>
    run.summary.temperatures.map(({ temperature, passAt, samples }) => ({
      run,
      cells: [String(temperature), ...ks.map((k) => interval(passAt[k])), count(samples)],
    })),
  );
  return runTable("pass@k in percent with 95 % intervals", ["T", ...ks.map((k) => `pass@${k}`), "Samples"], rows);
}

/** Mean number of samples a problem by outcome, as table 2 of Orlanski et al. 2022 has it. */
export function outcomeTable(runs: readonly LabelledRun[]): Html {
  const shown = outcomes.filter((outcome) =>
    runs.some(({ summary }) => summary.temperatures.some((at) => (at.outcomesPerProblem[outcome] ?? 0) > 0)),
  );
  if (shown.length === 0) return html``;
  const digits = runs.every(({ summary }) => samplesPerProblem(summary) > 20) ? 1 : 2;
  const cell = (counts: Readonly<Partial<Record<Outcome, number>>>, outcome: Outcome) =>
    counts[outcome] === undefined ? html`<span class="faint">0</span>` : meanOf(counts[outcome], digits);
  const rows = runs.flatMap((run) =>
    run.summary.temperatures.map((at) => ({
      run,
      cells: [String(at.temperature), ...shown.map((outcome) => cell(at.outcomesPerProblem, outcome))],
    })),
  );
  const names = shown.map((outcome) => outcomeNames[outcome]);
  return runTable("Mean number of samples a problem", ["T", ...names], rows);
}

/** What a run cost and how it was judged. */
export function effortTable(runs: readonly LabelledRun[]): Html {
  const failing = runs.some(({ summary }) => summary.infrastructureErrors > 0);
  const priced = runs.some(({ summary }) => summary.cost !== undefined);
  const rows = runs.map((run) => {
    const { summary, configuration } = run;
    const changed = `${count(summary.extractionChanged)} of ${count(summary.samples)}`;
    const cells = [
      count(summary.promptTokens),
      count(summary.completionTokens),
      summary.samples === 0 ? "–" : (summary.completionTokens / summary.samples).toFixed(1),
      ...(priced ? [summary.cost === undefined ? "–" : dollars(summary.cost)] : []),
      changed,
      ...(failing ? [count(summary.infrastructureErrors)] : []),
      `${configuration.execution.tier}, ${configuration.execution.mode}`,
    ];
    return { run, cells };
  });
  const head = ["Prompt tokens", "Completion tokens", "Tokens a sample", ...(priced ? ["Cost"] : [])];
  return runTable(
    "Effort and judging",
    [...head, "Changed by extraction", ...(failing ? ["Infrastructure errors"] : []), "Isolation"],
    rows,
  );
}

/** Everything in run.json, folded away. */
export function settings(runs: readonly LabelledRun[]): Html {
  const lists = runs.map((run) => {
    const entries = settingsOf(run.configuration)
      .filter(([setting]) => setting !== "benchmark.taskIds" && setting !== "benchmark.folder")
      .map(([setting, value]) => html`<div><dt>${setting}</dt><dd>${value}</dd></div>`);
    return html`<details><summary>${runName(run)} <span class="faint">${modelName(run.configuration)} on ${run.configuration.benchmark.name}</span></summary><dl class="settings">${entries}</dl></details>`;
  });
  return html`<section aria-labelledby="settings"><h2 id="settings">Settings</h2>
<p class="lede">What is needed to repeat each run, from its <code>run.json</code>.</p>${lists}</section>`;
}
