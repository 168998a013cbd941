import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exists } from "../../src/common/files.ts";
import { TrainingFolder } from "../../src/training/run-folder.ts";

let place: string;
let folder: TrainingFolder;
beforeEach(async () => {
  place = path.join(await mkdtemp(path.join(os.tmpdir(), "training-folder-")), "model");
  folder = new TrainingFolder(place);
});
afterEach(() => rm(path.dirname(place), { recursive: true, force: true }));

it("does a step once for the same inputs, and again for others", async () => {
  let runs = 0;
  const count = async () => ++runs;
  const ask = (inputs: unknown) => folder.once("pack", inputs, count);
  expect(await ask({ a: 1, b: [2] })).toEqual({ result: 1, skipped: false });
  expect(await ask({ b: [2], a: 1 })).toEqual({ result: 1, skipped: true });
  expect(await ask({ a: 1, b: [3] })).toEqual({ result: 2, skipped: false });
  expect(await ask({ a: 1, b: [2] })).toEqual({ result: 3, skipped: false });
});

it("does a step again that failed, also after it was done for other inputs", async () => {
  await folder.once("pack", 1, async () => "one");
  const fail = () => Promise.reject(new Error("no"));
  await expect(folder.once("pack", 2, fail)).rejects.toThrow("no");
  expect(await folder.once("pack", 1, async () => "again")).toEqual({ result: "again", skipped: false });
});

it("lets nothing that was trained be lost to other settings", async () => {
  await folder.begin({ steps: 10, rate: 1 });
  await mkdir(folder.at("training", "checkpoints", "step-5"), { recursive: true });
  await folder.begin({ rate: 1, steps: 10 });
  await expect(folder.begin({ steps: 20, rate: 1 })).rejects.toThrow(
    "it was begun with other settings:\n  steps: 10 there, 20 now\nNothing was changed. Give the same settings",
  );
  expect(JSON.parse(await readFile(folder.at("run.json"), "utf8"))).toEqual({ request: { steps: 10, rate: 1 } });
  expect(await exists(folder.at("training", "checkpoints", "step-5"))).toBe(true);
});

it("begins anew with other settings while nothing was trained", async () => {
  await folder.begin({ steps: 10 });
  await mkdir(folder.at("training"), { recursive: true });
  await writeFile(folder.at("training", "losses.jsonl"), "");
  await folder.begin({ steps: 20 });
  expect(await exists(folder.at("training"))).toBe(false);
});

it("belongs to one process at a time", async () => {
  await folder.locked(async () => {
    await expect(new TrainingFolder(place).locked(async () => undefined)).rejects.toThrow(
      `training "${place}": another process is working in it.`,
    );
  });
  expect(await folder.locked(async () => "free again")).toBe("free again");
});
