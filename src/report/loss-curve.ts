import path from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { writeFileAtomically } from "../common/files.ts";
import { type Losses, readLosses } from "../training/losses.ts";
import { renderChart } from "./charts/render.ts";

/** Most points of the training loss that are drawn: more than pixels are wide say nothing. */
const mostPoints = 400;

/** Colours of the picture, in light and dark mode. They are those of the report. */
const style = `<style>
svg{--muted:#5b6570;--rule:#e3e7eb;--loss:#9aa5b1;--held-out:#2563eb;font-family:system-ui,sans-serif;background:#fff}
@media(prefers-color-scheme:dark){svg{--muted:#aab4be;--rule:#333c45;--loss:#7b8794;--held-out:#7aa7ff;background:#15191d}}
</style>`;

/**
 * Draws the losses of a training so far as `loss.svg` in its folder.
 * @returns the path of the picture; undefined where there are no losses yet
 */
export async function writeLossCurve(folder: string): Promise<string | undefined> {
  const losses = await readLosses(folder);
  if (losses.steps.length === 0) return undefined;
  const file = path.join(folder, "loss.svg");
  await writeFileAtomically(file, await renderLossCurve(losses));
  return file;
}

/** The losses as an SVG picture that stands alone: each step's (averaged where there are many) and those on held-out texts. */
export async function renderLossCurve({ steps, evaluations }: Losses): Promise<string> {
  const points = [
    ...averaged(steps).map((point) => ({ ...point, line: "training" })),
    ...evaluations.map(({ step, loss }) => ({ step, loss, line: "held out" })),
  ];
  const spec: TopLevelSpec = {
    width: 680,
    height: 300,
    padding: 12,
    data: { values: points },
    mark: { type: "line", strokeWidth: 2 },
    encoding: {
      x: { field: "step", type: "quantitative", axis: { title: "step", grid: false, format: "~s" } },
      y: { field: "loss", type: "quantitative", scale: { zero: false }, axis: { title: "loss (nats a token)" } },
      color: {
        field: "line",
        type: "nominal",
        scale: { domain: ["training", "held out"], range: ["var(--loss)", "var(--held-out)"] },
        legend: { title: null, orient: "top-right", labelColor: "var(--muted)", symbolType: "stroke" },
      },
    },
  };
  const { source } = await renderChart("Loss against steps", spec);
  return `${source.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"').replace(">", `>${style}`)}\n`;
}

/** Means of equally long pieces, at their middles; all points where there are few. */
function averaged(steps: Losses["steps"]): { step: number; loss: number }[] {
  const size = Math.ceil(steps.length / mostPoints);
  const pieces = Array.from({ length: Math.ceil(steps.length / size) }, (_, index) =>
    steps.slice(index * size, (index + 1) * size),
  );
  return pieces.map((piece) => ({
    step: mean(piece.map(({ step }) => step)),
    loss: mean(piece.map(({ loss }) => loss)),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
