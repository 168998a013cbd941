import type { TopLevelSpec } from "vega-lite";
import type { Interval } from "../../evaluation/records.ts";
import type { Html } from "../text.ts";
import { renderChart, shortenAll } from "./render.ts";

export interface Line {
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
  readonly points: readonly (Interval & { readonly x: number })[];
}

export interface LineChart {
  readonly title: string;
  readonly xTitle: string;
  readonly xScale: "log" | "linear";
  readonly lines: readonly Line[];
  /** Share at the top of the chart; charts side by side take the same. */
  readonly top: number;
  /** Whether intervals are drawn: the bands of many lines hide each other and the lines. */
  readonly bands: boolean;
}

/** Height of the whole chart, and its margins but the right one, in pixels. */
const wholeHeight = 300;
const margin = { left: 44, top: 10, bottom: 46 };
const height = wholeHeight - margin.top - margin.bottom;
/** Least distance of two labels, in pixels: a line of 12-pixel text. */
const labelDistance = 15;
/** Mean width of a character of bold 12-pixel text, in pixels. */
const boldWidth = 7.4;
/** Pixels of the chart's width for each character of the longest label. */
const widthPerCharacter = 20;
/** Lines that have a colour of their own; those after them are dashed. */
const solidLines = 8;

/** pass@k as lines with bands for their intervals, labelled at their right ends. `width` is in pixels. */
export function renderLines(chart: LineChart, width: number): Promise<Html> {
  const points = chart.lines.flatMap(({ label, points: of }, index) =>
    of.map((point) => ({ label, dashed: index >= solidLines, alone: of.length === 1, ...point })),
  );
  const texts = shortenAll(
    chart.lines.map(({ label }) => label),
    Math.floor(width / widthPerCharacter),
  );
  const labels = placeLabels(chart).map((place) => ({
    ...place,
    text: texts[chart.lines.findIndex(({ label }) => label === place.label)]!,
  }));
  const right = 18 + boldWidth * Math.max(0, ...labels.map(({ text }) => text.length));
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const color = {
    field: "label",
    type: "nominal" as const,
    scale: { domain: chart.lines.map(({ label }) => label), range: chart.lines.map((line) => line.color) },
    legend: null,
  };
  const x = {
    field: "x",
    type: "quantitative" as const,
    scale: {
      type: chart.xScale,
      domain: [xs[0]!, xs.at(-1)!],
      nice: false,
      padding: 6,
      ...(chart.xScale === "linear" ? { zero: false } : {}),
    },
    axis: {
      title: chart.xTitle,
      values: ticksOf(xs, chart.xScale),
      grid: false,
      format: "~g",
      labelOverlap: "greedy" as const,
    },
  };
  const y = {
    field: "value",
    type: "quantitative" as const,
    scale: { domain: [0, chart.top], nice: false },
    axis: { title: null, format: "~%", tickCount: 5 },
  };
  const spec: TopLevelSpec = {
    width: width - margin.left - right,
    height,
    autosize: { type: "none", contains: "content" },
    padding: { ...margin, right },
    data: { values: points },
    layer: [
      ...(chart.bands ? intervalMarks(x, y, color) : []),
      {
        mark: { type: "line", strokeWidth: 2 },
        encoding: { x, y, color, strokeDash: { field: "dashed", type: "nominal", scale: dashes, legend: null } },
      },
      { mark: { type: "point", filled: true, size: 30, opacity: 1 }, encoding: { x, y, color } },
      {
        data: { values: labels },
        mark: { type: "text", align: "left", baseline: "middle", dx: 10, fontWeight: 600 },
        encoding: { x, y, color, text: { field: "text" } },
      },
    ],
  };
  return renderChart(chart.title, spec);
}

const dashes = {
  domain: [false, true],
  range: [
    [1, 0],
    [6, 4],
  ],
};

/** A band along each line, and a stroke where a line is a single point. */
function intervalMarks(x: object, y: object, color: object) {
  const encoding = { x, y: { ...y, field: "low" }, y2: { field: "high" }, color };
  return [
    { mark: { type: "area" as const, opacity: 0.12 }, encoding },
    {
      transform: [{ filter: "datum.alone" }],
      mark: { type: "rule" as const, strokeWidth: 6, opacity: 0.25, strokeCap: "round" as const },
      encoding,
    },
  ];
}

/** Where the labels go: at the right end of each line, as near to it as they can be without overlapping. */
function placeLabels({ lines, top }: LineChart): { label: string; x: number; value: number }[] {
  const right = Math.max(...lines.flatMap(({ points }) => points.map(({ x }) => x)));
  const ends = lines
    .filter(({ points }) => points.length > 0)
    .map(({ label, points }) => ({ label, value: points.at(-1)!.value }))
    .sort((a, b) => a.value - b.value);
  const values = spread(
    ends.map(({ value }) => value),
    (Math.min(labelDistance, height / Math.max(1, ends.length - 1)) / height) * top,
    top,
  );
  return ends.map(({ label }, index) => ({ label, x: right, value: values[index]! }));
}

/**
 * Moves sorted values apart so that neighbours are at least a distance from each other, none is below 0 or above `most` as far
 * as there is room, and the squared movement is least: isotonic regression of what is left after taking off the distances, by pooling adjacent violators.
 */
export function spread(sorted: readonly number[], distance: number, most = Number.POSITIVE_INFINITY): number[] {
  const blocks: { sum: number; size: number }[] = [];
  for (const [index, value] of sorted.entries()) {
    let block = { sum: value - index * distance, size: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.size > block.sum / block.size; ) {
      block = { sum: last.sum + block.sum, size: last.size + block.size };
      blocks.pop();
      last = blocks.at(-1);
    }
    blocks.push(block);
  }
  return blocks
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((value, index) => Math.max(0, Math.min(value, most - (sorted.length - 1) * distance)) + index * distance);
}

function ticksOf(xs: readonly number[], scale: LineChart["xScale"]): number[] {
  return xs.filter((x) => scale === "linear" || /^[125]0*$/.test(String(x)));
}

/** The least of 5, 10, 20, 40, 60, 80 and 100 % that all shares fit under. */
export function topOf(shares: readonly number[]): number {
  const most = Math.max(0, ...shares);
  return [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => most <= top) ?? 1;
}
