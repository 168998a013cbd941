import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { addTrainOptions, type TrainOptions, trainingRequestOf } from "../../src/cli/train/options.ts";
import { train } from "../../src/training/train.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

let home: string;
let corpus: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "train-command-"));
  corpus = path.join(home, "texts.parquet");
  await writeFile(corpus, "no Parquet, but nobody has looked yet");
});

/** Runs Apprentice from the sources, on a machine without the trainer's packages. */
async function apprentice(...commandLine: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const env = { ...process.env, NO_COLOR: "1", APPRENTICE_HOME: home, APPRENTICE_TRAINER_PYTHON: "" };
  return promisify(execFile)(process.execPath, ["--import", "tsx", main, ...commandLine], { env }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, status: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => ({ ...error, status: error.code }),
  );
}

/** What a command line asks for, read by the command's own options. */
async function requestOf(...commandLine: string[]) {
  const command = addTrainOptions(new Command("train"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(commandLine, { from: "user" });
  return trainingRequestOf(command.args[0], command.opts<TrainOptions>());
}

const scratch = ["c", "--out", "m", "--preset", "1m"];

describe("apprentice train", () => {
  it("fills in what the preset and the usual settings say", async () => {
    const request = await requestOf(...scratch, "--tokens", "1e6", "--set", "clip=2", "--gguf", "q8_0");
    expect(request).toMatchObject({
      corpus: "c",
      out: "m",
      model: { preset: "1m" },
      budget: { tokens: 1e6 },
      gguf: "Q8_0",
    });
    expect(request.settings).toMatchObject({ vocabulary: 2048, learning_rate: 0.003, clip: 2, weight_decay: 0.1 });
  });

  it("takes the settings of a continuation, of a regime, and of the user, each over those before", async () => {
    const from = ["c", "--out", "m", "--from", "x.gguf", "--steps", "9"];
    expect((await requestOf(...from)).settings.learning_rate).toBe(5e-5);
    const lora = await requestOf(...from, "--lora");
    expect(lora.model).toEqual({ from: "x.gguf", lora: { rank: 16, alpha: 32 } });
    expect(lora.settings).toMatchObject({ learning_rate: 2e-4, weight_decay: 0 });
    expect((await requestOf(...from, "--lora", "4")).model).toMatchObject({ lora: { rank: 4, alpha: 8 } });
    const regime = await requestOf(...from, "--regime", "codem", "--set", "warmup_steps=7");
    expect(regime.settings).toMatchObject({ learning_rate: 2e-5, warmup_steps: 7, loss: "response" });
  });

  it.each([
    [[], "train: no corpus was named. Make one with: apprentice corpus build"],
    [["c"], "train: it was not said where the model goes. Add --out FOLDER."],
    [["c", "--out", "m"], "train: one of --preset and --from is needed. Try --preset 1m."],
    [[...scratch, "--from", "x.gguf", "--steps", "5"], "train: --preset and --from exclude each other."],
    [scratch, "one of --steps, --tokens and --hours is needed. Try --steps 500."],
    [[...scratch, "--steps", "5", "--hours", "1"], "--steps and --hours exclude each other"],
    [[...scratch, "--lora"], "--lora: a model from scratch has nothing to update."],
    [["c", "--out", "m", "--from", "x.gguf", "--tokenizer", "t"], "a model that is continued has its own tokenizer"],
    [["c", "--out", "m", "--preset", "2m", "--steps", "5"], 'preset "2m": there is no such one. Did you mean'],
    [[...scratch, "--steps", "5", "--set", "clips=2"], 'setting "clips": there is no such one. Did you mean clip?'],
    [[...scratch, "--steps", "5", "--regime", "cret"], 'regime "cret": there is no such one. Did you mean cert?'],
  ])("explains %j", async (commandLine, message) => {
    await expect(requestOf(...commandLine)).rejects.toThrow(message);
  });

  it.each([
    ["--steps", "0"],
    ["--hours", "-1"],
    ["--tokens", "many"],
    ["--gguf", "Q2"],
    ["--lora", "2000"],
    ["--out", ""],
  ])("takes %s %s for wrong usage", async (option, value) => {
    await expect(requestOf("c", option, value)).rejects.toMatchObject({ code: "commander.invalidArgument" });
  });

  it.each([
    ["smollm2-135m-instrct", 'model "smollm2-135m-instrct": there is no such one.'],
    ["nowhere.gguf", 'model "nowhere.gguf": there is no such file.'],
    [os.tmpdir(), "there is no config.json in it"],
  ])("does not begin to go on from %s", async (from, message) => {
    const request = await requestOf(corpus, "--out", path.join(home, "m"), "--steps", "1", "--from", from);
    await expect(train(request)).rejects.toThrow(message);
  });

  it("lists presets and regimes, for people and for programs", async () => {
    const { stdout } = await apprentice("train", "presets");
    expect(stdout).toMatch(/^preset +parameters +vocabulary/);
    expect(stdout).toMatch(/\n110m +110\.1 M +32,768 /);
    expect(stdout).toMatch(/\ncodem .* learning_rate=0\.00002 schedule=cosine warmup_steps=30/);
    const document = JSON.parse((await apprentice("train", "presets", "--json")).stdout);
    expect(Object.keys(document)).toEqual(["presets", "regimes", "usual"]);
    expect(document.presets["1m"].vocabulary).toBe(2048);
  });

  it("says what to type where the packages are missing", async () => {
    const request = [corpus, "--preset", "1m", "--steps", "5", "--out", path.join(home, "scratch")];
    const { status, stderr } = await apprentice("train", ...request);
    expect(stderr).toMatch(/^apprentice: training: .* Set them up with: apprentice train setup\n$/);
    expect(status).toBe(1);
  });
});
