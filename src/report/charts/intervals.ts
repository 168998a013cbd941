import type { TopLevelSpec } from "vega-lite";
import type { Interval } from "../../evaluation/records.ts";
import { type Html, percentage } from "../text.ts";
import { characterWidth, renderChart, shortenAll } from "./render.ts";

export interface IntervalRow extends Interval {
  readonly label: string;
  readonly color: string;
}

/** Left: half a point and its interval, so that 0 % is whole. */
const margin = { left: 7, right: 110, top: 0, bottom: 26 };
const rowHeight = 54;

/** One value a row with its interval: what is left to draw where runs have one sample a problem. `width` is in pixels. */
export function renderIntervals(
  title: string,
  rows: readonly IntervalRow[],
  top: number,
  width: number,
): Promise<Html> {
  const labels = shortenAll(
    rows.map(({ label }) => label),
    width / characterWidth,
  );
  const values = rows.map((row, index) => ({
    ...row,
    index,
    label: labels[index],
    text: `${percentage(row.value)} %`,
  }));
  const y = {
    field: "index",
    type: "ordinal" as const,
    axis: null,
    scale: { paddingInner: 0, paddingOuter: 0 },
  };
  const x = {
    field: "value",
    type: "quantitative" as const,
    scale: { domain: [0, top], nice: false },
    axis: {
      title: null,
      format: "~%",
      tickCount: 5,
      grid: false,
      ticks: true,
      tickColor: "var(--rule)",
      labelFlush: true,
    },
  };
  const color = {
    field: "index",
    type: "ordinal" as const,
    scale: { domain: values.map(({ index }) => index), range: rows.map((row) => row.color) },
    legend: null,
  };
  const spec: TopLevelSpec = {
    width: width - margin.left - margin.right,
    height: rows.length * rowHeight,
    autosize: { type: "none", contains: "content" },
    padding: margin,
    data: { values },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 6, opacity: 0.25, strokeCap: "round", yOffset: 8 },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, color },
      },
      { mark: { type: "point", filled: true, size: 90, opacity: 1, yOffset: 8 }, encoding: { y, x, color } },
      {
        mark: { type: "text", align: "left", baseline: "bottom", dx: -margin.left, dy: -6, color: "var(--ink)" },
        encoding: { y, x: { datum: 0 }, text: { field: "label" } },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", dx: 12, dy: 8, fontWeight: 600, color: "var(--ink)" },
        encoding: { y, x: { ...x, field: "high" }, text: { field: "text" } },
      },
    ],
  };
  return renderChart(title, spec);
}
