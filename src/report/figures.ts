import { outcomes } from "../execution/program.ts";
import { renderIntervals } from "./charts/intervals.ts";
import { type Line, type LineChart, renderLines, topOf } from "./charts/lines.ts";
import { renderOutcomes } from "./charts/outcomes.ts";
import { outcomeNames } from "./outcome-names.ts";
import { type LabelledRun, seriesColor } from "./run.ts";
import { bestCurve, curveAt, reportedK, samplesPerProblem, temperatureCurve } from "./series.ts";
import { type Html, html } from "./text.ts";

/** The charts of one benchmark's runs. */
export async function figures(runs: readonly LabelledRun[]): Promise<Html> {
  const charts: Html[] = [];
  if (runs.some(({ summary }) => samplesPerProblem(summary) > 1)) charts.push(await curveFigure(runs));
  if (runs.some(({ summary }) => summary.temperatures.length > 1)) charts.push(...(await temperatureFigures(runs)));
  const points = charts.length === 0 && runs.length > 1 ? await pointFigure(runs) : html``;
  const grid = charts.length === 0 ? html`` : html`<div class="charts">${charts}</div>`;
  return html`${grid}${points}${await outcomeFigure(runs)}`;
}

/** The widths of a chart, in pixels: on a desk, on a tablet or a page of paper, and on a phone. The page's style shows one of them. */
const wideWidths = { broad: 1016, middle: 640, narrow: 360 };
const halfWidths = { "broad middle": 500, narrow: 360 };

/** Charts that are scaled to another width have letters that are too small or too large. */
async function everyWidth(
  widths: Readonly<Record<string, number>>,
  render: (width: number) => Promise<Html>,
): Promise<Html> {
  const charts = Object.entries(widths).map(
    async ([name, width]) => html`<div class="${name}">${await render(width)}</div>`,
  );
  return html`${await Promise.all(charts)}`;
}

/** Lines whose intervals are drawn. */
const mostBands = 4;

/** A chart of lines with its caption. `remark` stands before what is said about the intervals. */
async function lineFigure(chart: Omit<LineChart, "top" | "bands">, remark = ""): Promise<Html> {
  const bands = chart.lines.length <= mostBands;
  const top = topOf(chart.lines.flatMap(({ points }) => points.map(({ value, high }) => (bands ? high : value))));
  const note = bands ? "Band: 95 % interval." : "95 % intervals: in the table.";
  const drawn = await everyWidth(halfWidths, (width) => renderLines({ ...chart, top, bands }, width));
  return figure(chart.title, remark + note, drawn);
}

function figure(caption: string, note: string, chart: Html, wide = false): Html {
  return html`<figure class="${wide ? "chart wide" : "chart"}">
<figcaption><strong>${caption}</strong> <span>${note}</span></figcaption>
${chart}
</figure>`;
}

/** pass@k against k: a line a temperature for one run, a line a run for several. */
async function curveFigure(runs: readonly LabelledRun[]): Promise<Html> {
  const [only] = runs;
  const single = runs.length === 1 && only !== undefined;
  const lines: Line[] = single
    ? only.summary.temperatures.map(({ temperature }, index) => ({
        label: `T = ${temperature}`,
        color: seriesColor(index),
        points: curveAt(only.summary, temperature),
      }))
    : runs.map(({ label, color, summary }) => ({ label, color, points: bestCurve(summary) }));
  const best = !single && runs.some(({ summary }) => summary.temperatures.length > 1);
  return lineFigure(
    { title: "pass@k against k", xTitle: "k", xScale: "log", lines },
    best ? "Best temperature for each k. " : "",
  );
}

/** pass@1 of each run, where there is one sample a problem. */
async function pointFigure(runs: readonly LabelledRun[]): Promise<Html> {
  const rows = runs.flatMap(({ label, color, summary }) => {
    const best = summary.best[1];
    return best === undefined ? [] : [{ label, color, ...best }];
  });
  const title = "pass@1";
  const top = topOf(rows.map(({ high }) => high));
  return figure(
    title,
    "Bar: 95 % interval.",
    await everyWidth(wideWidths, (width) => renderIntervals(title, rows, top, width)),
    true,
  );
}

/** pass@k against temperature: one chart with a line a k for one run, a chart a k with a line a run for several. */
async function temperatureFigures(runs: readonly LabelledRun[]): Promise<Html[]> {
  const [only] = runs;
  const common = { xTitle: "temperature", xScale: "linear" as const };
  if (runs.length === 1 && only !== undefined) {
    const lines = reportedK(only.summary).map((k) => ({
      label: `pass@${k}`,
      color: "var(--ink)",
      points: temperatureCurve(only.summary, k),
    }));
    return [await lineFigure({ ...common, title: "pass@k against temperature", lines })];
  }
  const ks = [...new Set(runs.flatMap(({ summary }) => reportedK(summary)))].sort((a, b) => a - b);
  return Promise.all(
    ks.map((k) => {
      const lines = runs
        .map(({ label, color, summary }) => ({ label, color, points: temperatureCurve(summary, k) }))
        .filter(({ points }) => points.length > 0);
      return lineFigure({ ...common, title: `pass@${k} against temperature`, lines });
    }),
  );
}

async function outcomeFigure(runs: readonly LabelledRun[]): Promise<Html> {
  const rows = runs.flatMap(({ label, summary }) =>
    summary.temperatures.map(({ temperature, outcomesPerProblem }) => ({
      label: runs.length === 1 ? `T = ${temperature}` : `${label}, T = ${temperature}`,
      outcomes: outcomesPerProblem,
    })),
  );
  const shown = outcomes.filter((outcome) => rows.some((row) => (row.outcomes[outcome] ?? 0) > 0));
  if (shown.length === 0) return html``;
  const legend = shown.map(
    (outcome) => html`<li><i class="swatch ${outcome.replace("_", "-")}"></i>${outcomeNames[outcome]}</li>`,
  );
  const title = runs.some(({ summary }) => summary.temperatures.length > 1) ? "Outcomes by temperature" : "Outcomes";
  const chart = await everyWidth(wideWidths, (width) => renderOutcomes(title, rows, width));
  return figure(title, "Share of all samples.", html`<ul class="legend">${legend}</ul>${chart}`, true);
}
