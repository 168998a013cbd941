import type { TopLevelSpec } from "vega-lite";
import type { OutcomeCounts } from "../../evaluation/records.ts";
import { type Outcome, outcomes } from "../../execution/program.ts";
import { outcomeNames } from "../outcome-names.ts";
import { type Html, percentage } from "../text.ts";
import { characterWidth, renderChart, shortenAll } from "./render.ts";

export interface OutcomeRow {
  readonly label: string;
  /** Counts or means: shares are taken of their sum. */
  readonly outcomes: OutcomeCounts;
}

const rowHeight = 54;

interface Segment {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly middle: number;
  readonly outcome: Outcome;
  readonly text: string;
}

/** Shares of outcomes as stacked bars, each segment labelled as far as it has room. `width` is in pixels. */
export function renderOutcomes(title: string, rows: readonly OutcomeRow[], width: number): Promise<Html> {
  const segments = rows.flatMap((row, index) => segmentsOf(row, index, width));
  const labels = shortenAll(
    rows.map(({ label }) => label),
    width / characterWidth,
  );
  const shown = outcomes.filter((outcome) => segments.some((segment) => segment.outcome === outcome));
  const y = { field: "row", type: "ordinal" as const, axis: null, scale: { padding: 0 } };
  const scale = { domain: [0, 1], nice: false };
  const colors = (variable: string) => ({
    field: "outcome",
    type: "nominal" as const,
    scale: { domain: [...shown], range: shown.map((outcome) => `var(--${outcome.replace("_", "-")}${variable})`) },
    legend: null,
  });
  const spec: TopLevelSpec = {
    width,
    height: rows.length * rowHeight,
    autosize: { type: "none", contains: "content" },
    data: { values: segments },
    layer: [
      {
        mark: { type: "bar", height: 24, yOffset: 10, stroke: "var(--paper)", strokeWidth: 1.5 },
        encoding: {
          y,
          x: { field: "start", type: "quantitative" as const, scale, axis: null },
          x2: { field: "end" },
          color: colors(""),
        },
      },
      {
        mark: { type: "text", baseline: "middle", dy: 10 },
        encoding: {
          y,
          x: { field: "middle", type: "quantitative" as const, scale, axis: null },
          text: { field: "text" },
          color: colors("-ink"),
        },
      },
      {
        data: { values: labels.map((label, row) => ({ row, label })) },
        mark: { type: "text", align: "left", baseline: "bottom", dy: -6, color: "var(--ink)" },
        encoding: { y, x: { datum: 0, type: "quantitative" as const, scale, axis: null }, text: { field: "label" } },
      },
    ],
    resolve: { scale: { color: "independent" } },
  };
  return renderChart(title, spec);
}

function segmentsOf({ outcomes: counts }: OutcomeRow, row: number, width: number): Segment[] {
  const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
  let start = 0;
  return outcomes.flatMap((outcome) => {
    const share = (counts[outcome] ?? 0) / total;
    if (!(share > 0)) return [];
    const segment = {
      row,
      start,
      end: start + share,
      middle: start + share / 2,
      outcome,
      text: labelOf(outcome, share, share * width),
    };
    start += share;
    return [segment];
  });
}

/** Name and share where both have room in the segment, the share alone where that has, else nothing. */
function labelOf(outcome: Outcome, share: number, room: number): string {
  const figure = `${percentage(share)} %`;
  const candidates = [`${outcomeNames[outcome]} ${figure}`, figure];
  return candidates.find((text) => text.length * characterWidth + 10 <= room) ?? "";
}
