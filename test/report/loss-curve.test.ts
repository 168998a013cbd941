import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { renderLossCurve, writeLossCurve } from "../../src/report/loss-curve.ts";
import { readLosses } from "../../src/training/losses.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "loss-curve-"));
  await mkdir(path.join(folder, "training"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lines = [
  { step: 1, loss: 7.5, learning_rate: 0.001, grad_norm: 1.2 },
  { step: 2, loss: 6.5, learning_rate: 0.002, grad_norm: 1.1 },
  { step: 2, evaluation_loss: 6.25, bits_per_byte: 3 },
];

it("is drawn from what the trainer wrote, a torn last line left out", async () => {
  const file = path.join(folder, "training", "losses.jsonl");
  await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"step": 3, "lo`);
  expect(await readLosses(folder)).toEqual({
    steps: [
      { step: 1, loss: 7.5 },
      { step: 2, loss: 6.5 },
    ],
    evaluations: [{ step: 2, loss: 6.25, bitsPerByte: 3 }],
  });
  expect(await writeLossCurve(folder)).toBe(path.join(folder, "loss.svg"));
  const svg = await readFile(path.join(folder, "loss.svg"), "utf8");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
  for (const text of ["step", "loss (nats a token)", "training", "held out"]) expect(svg).toContain(`>${text}</text>`);
});

it("is not drawn where there is nothing to draw", async () => {
  expect(await writeLossCurve(folder)).toBeUndefined();
  expect(await readLosses(path.join(folder, "nowhere"))).toEqual({ steps: [], evaluations: [] });
});

it("stays a small file however many steps there were, and comes out the same twice", async () => {
  const steps = Array.from({ length: 100_000 }, (_, index) => ({ step: index + 1, loss: 8 - index / 20_000 }));
  const svg = await renderLossCurve({ steps, evaluations: [] });
  expect(svg.length).toBeLessThan(40_000);
  expect(svg).toBe(await renderLossCurve({ steps, evaluations: [] }));
});
