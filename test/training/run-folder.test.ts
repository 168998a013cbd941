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
  const ask = (inputs: unknown) => folder.once("pack", { inputs, outputs: [] }, count);
  expect(await ask({ a: 1, b: [2] })).toEqual({ result: 1, skipped: false });
  expect(await ask({ b: [2], a: 1 })).toEqual({ result: 1, skipped: true });
  expect(await ask({ a: 1, b: [3] })).toEqual({ result: 2, skipped: false });
  expect(await ask({ a: 1, b: [2] })).toEqual({ result: 3, skipped: false });
});

it("does a step again that failed, also after it was done for other inputs", async () => {
  await folder.once("pack", { inputs: 1, outputs: [] }, async () => "one");
  const fail = () => Promise.reject(new Error("no"));
  await expect(folder.once("pack", { inputs: 2, outputs: [] }, fail)).rejects.toThrow("no");
  expect(await folder.once("pack", { inputs: 1, outputs: [] }, async () => "again")).toEqual({
    result: "again",
    skipped: false,
  });
});

it("does a step again whose files are missing or cut short, and leaves edited descriptions alone", async () => {
  const told: string[] = [];
  const make = async () => {
    await mkdir(folder.at("model"), { recursive: true });
    await writeFile(folder.at("model", "model.safetensors"), "weights");
    await writeFile(folder.at("model", "config.json"), "{}");
    return "made";
  };
  const ask = () => folder.once("training", { inputs: 1, outputs: ["model"] }, make, (line) => told.push(line));
  expect(await ask()).toEqual({ result: "made", skipped: false });
  await writeFile(folder.at("model", "config.json"), '{ "edited": true }');
  expect(await ask()).toEqual({ result: "made", skipped: true });
  await writeFile(folder.at("model", "model.safetensors"), "wei");
  expect(await ask()).toEqual({ result: "made", skipped: false });
  await rm(folder.at("model"), { recursive: true });
  expect(await ask()).toEqual({ result: "made", skipped: false });
  expect(told).toEqual([
    "model/model.safetensors: missing or damaged; the step training is done again.",
    "model/config.json, model/model.safetensors: missing or damaged; the step training is done again.",
  ]);
});

it("is not begun where something else lies, or what was begun cannot be read", async () => {
  await mkdir(path.join(place, "model"), { recursive: true });
  await expect(folder.begin({ steps: 10 })).rejects.toThrow("the folder holds something else (model). Choose another");
  await writeFile(path.join(place, "run.json"), "{");
  await expect(folder.begin({ steps: 10 })).rejects.toThrow("its run.json is damaged");
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
