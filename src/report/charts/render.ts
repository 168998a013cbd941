import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { Html, html } from "../text.ts";

/** Fonts and colours of all charts. Colours are variables of the page's style, so that charts follow its light and dark mode. */
export const chartConfig: TopLevelSpec["config"] = {
  background: "transparent",
  padding: 0,
  aria: false,
  font: "inherit",
  view: { stroke: null },
  axis: {
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelPadding: 6,
    titlePadding: 10,
    gridColor: "var(--rule)",
    domain: false,
    ticks: false,
  },
  text: { font: "inherit", fontSize: 12 },
};

/** Mean width of a character of the charts' 12-pixel text, in pixels. */
export const characterWidth = 6.6;

/**
 * Draws a Vega-Lite chart as SVG, without a browser. The same chart makes the same text.
 *
 * @param title what the chart shows, for screen readers; the figures themselves stand in the report's tables
 */
export async function renderChart(title: string, chart: TopLevelSpec): Promise<Html> {
  const { spec } = compile({ ...chart, config: { ...chartConfig, ...chart.config } });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logLevel: vega.Warn });
  const svg = await view.toSVG();
  view.finalize();
  const [opening = "", rest = ""] = splitOnce(
    svg.replace(/ xmlns(:xlink)?="[^"]*"| version="1.1"| class="marks"/g, ""),
    ">",
  );
  return new Html(`${opening}${html` role="img" aria-label="${title}"`.source}>${rest}`);
}

/** A long name with its middle left out: names of runs often differ at their ends. */
export function shorten(label: string, longest: number): string {
  const half = Math.floor(longest / 2);
  return label.length <= longest ? label : `${label.slice(0, half - 1)}…${label.slice(-half)}`;
}

/**
 * Long names with a part left out, so that different ones stay different: where that is in the middle of all, what is shown is
 * what differs with as much around it as there is room for.
 */
export function shortenAll(labels: readonly string[], longest: number): string[] {
  const short = labels.map((label) => shorten(label, longest));
  if (new Set(short).size === new Set(labels).size) return short;
  const [alike, alikeAtEnd] = [commonStart(labels), commonStart(labels.map(reversed))];
  const differing = Math.max(...labels.map(({ length }) => length)) - alike - alikeAtEnd;
  const around = Math.max(0, Math.floor((longest - differing) / 2) - 1);
  const [start, end] = [Math.max(0, alike - around), Math.max(0, alikeAtEnd - around)];
  return labels.map((label) =>
    shorten(`${start > 0 ? "…" : ""}${label.slice(start, label.length - end)}${end > 0 ? "…" : ""}`, longest),
  );
}

/** How many characters all texts begin with alike. */
function commonStart(texts: readonly string[]): number {
  const [first = "", ...others] = texts;
  const at = [...first].findIndex((_, index) => others.some((other) => other[index] !== first[index]));
  return at < 0 ? first.length : at;
}

function reversed(text: string): string {
  return text.split("").reverse().join("");
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
