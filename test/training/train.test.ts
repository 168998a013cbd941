import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exists } from "../../src/common/files.ts";
import { readGguf } from "../../src/model/gguf.ts";
import { openCorpus } from "../../src/training/corpus-shards.ts";
import { Interrupted } from "../../src/training/programs.ts";
import { settingsWith } from "../../src/training/settings.ts";
import { compareTokenizers } from "../../src/training/tokenizer.ts";
import { type TrainingRequest, train } from "../../src/training/train.ts";
import { smallPrograms, writeCorpus } from "./parquet.ts";
import { whyNoTrainer } from "./trainer-environment.ts";

const skip = await whyNoTrainer();

let root: string;
let request: TrainingRequest;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "train-"));
  const corpus = path.join(root, "corpus");
  await writeCorpus(corpus, smallPrograms(300));
  const settings = settingsWith({
    vocabulary: 320,
    sequence_length: 64,
    micro_batch: 2,
    held_out: 0.1,
    warmup_steps: 2,
    evaluation_every: 4,
    evaluation_sequences: 4,
    checkpoint_minutes: 0.001,
    threads: 1,
  });
  const budget = { steps: 12 };
  request = { corpus, model: { preset: "1m" }, budget, settings, gguf: "F16", out: path.join(root, "undisturbed") };
});
afterAll(() => rm(root, { recursive: true, force: true }));

const losses = (folder: string) => readFile(path.join(folder, "training", "losses.jsonl"), "utf8");

describe.skipIf(skip !== undefined)(`training a model${skip === undefined ? "" : ` (${skip})`}`, () => {
  it("makes a Hugging Face folder and a GGUF file of a corpus, and does nothing twice", {
    timeout: 300_000,
  }, async () => {
    const notes: string[] = [];
    const { summary, skipped } = await train(request, {
      onProgress: ({ task, note = "" }) => void (task === "train" && notes.push(note)),
    });
    expect(skipped).toEqual([]);
    expect(notes.at(-1)).toMatch(/^loss \d\.\d{3} \(held out \d\.\d{3}\) · [\d,]+ tokens\/s · MFU \d+\.\d %$/);
    expect(summary.training).toMatchObject({ step: 12, tokens: 12 * 2 * 64 });
    const facts = await readGguf(path.join(request.out, "model.gguf"));
    expect(facts).toMatchObject({ architecture: "llama", bytes: summary.ggufBytes });
    expect(JSON.parse(await readFile(path.join(request.out, "summary.json"), "utf8"))).toEqual(summary);
    const again = await train(request);
    expect(again).toEqual({ folder: request.out, summary, skipped: ["tokenizer", "pack", "training", "export"] });
  });

  it("makes a model again that was removed, of the last checkpoint, and says so", { timeout: 300_000 }, async () => {
    const [gguf, weights] = [
      path.join(request.out, "model.gguf"),
      path.join(request.out, "model", "model.safetensors"),
    ];
    const before = await Promise.all([gguf, weights].map((file) => readFile(file)));
    await Promise.all([gguf, weights].map((file) => rm(file)));
    const remarks: string[] = [];
    const { skipped } = await train(request, { remark: (line) => remarks.push(line) });
    expect(skipped).toEqual(["tokenizer", "pack"]);
    expect(remarks).toContain("model/model.safetensors: missing or damaged; the step training is done again.");
    expect(remarks).toContain("model.gguf: missing or damaged; the step export is done again.");
    const after = await Promise.all([gguf, weights].map((file) => readFile(file)));
    expect(after.map((bytes, index) => bytes.equals(before[index]!))).toEqual([true, true]);
  });

  it("goes on after it was interrupted, and ends with the same losses and the same file", {
    timeout: 300_000,
  }, async () => {
    const out = path.join(root, "interrupted");
    const interrupted = new AbortController();
    const started = train(
      { ...request, out },
      {
        signal: interrupted.signal,
        onProgress: ({ task, done }) => void (task === "train" && done >= 5 && interrupted.abort()),
      },
    );
    await expect(started).rejects.toThrow(Interrupted);
    expect(await exists(path.join(out, "model.gguf"))).toBe(false);
    const resumed: (number | null)[] = [];
    const { skipped } = await train(
      { ...request, out },
      { onStart: ({ resumed_at }) => void resumed.push(resumed_at) },
    );
    expect(skipped).toEqual(["tokenizer", "pack"]);
    expect(resumed[0]).toBeGreaterThanOrEqual(5);
    expect(await losses(out)).toBe(await losses(request.out));
    const [there, here] = await Promise.all(
      [request.out, out].map((folder) => readFile(path.join(folder, "model.gguf"))),
    );
    expect(here!.equals(there!)).toBe(true);
  });

  it("refuses other settings in a folder where training has begun", async () => {
    const budget = { steps: 13 };
    await expect(train({ ...request, budget })).rejects.toThrow("budget.steps: 12 there, 13 now\nNothing was changed.");
  });

  it("goes on from a Hugging Face folder with low-rank updates, and stores the weights as asked", {
    timeout: 300_000,
  }, async () => {
    const from = path.join(request.out, "model");
    const lora = { rank: 4, alpha: 8 };
    const out = path.join(root, "lora");
    const trained: number[] = [];
    const { summary } = await train(
      { ...request, model: { from, lora }, budget: { tokens: 512 }, gguf: "Q8_0", out },
      { onStart: ({ parameters, trainable_parameters }) => void trained.push(trainable_parameters / parameters) },
    );
    expect(trained[0]).toBeLessThan(0.2);
    expect(summary.training.step).toBe(4);
    const before = await readGguf(path.join(request.out, "model.gguf"));
    const after = await readGguf(path.join(out, "model.gguf"));
    expect(after.parameters).toBe(before.parameters);
    expect(after.bytes).toBeLessThan(before.bytes);
  });

  it("compares tokenizers on the documents that none of them has seen", { timeout: 120_000 }, async () => {
    const tokenizer = path.join(request.out, "tokenizer");
    const found = await compareTokenizers(await openCorpus(request.corpus), [tokenizer], "held_out", 0.1, {});
    expect(found.tokenizers[0]).toMatchObject({ vocabulary: 320, round_trips: found.documents });
    expect(found.documents).toBeGreaterThan(10);
    expect(found.documents).toBeLessThan(60);
    expect(found.tokenizers[0]!.bytes_per_token).toBeCloseTo(found.bytes / found.tokenizers[0]!.tokens, 2);
  });

  it("hands on what the trainer says of a user's mistake", { timeout: 120_000 }, async () => {
    const corpus = path.join(root, "tiny");
    await writeCorpus(corpus, ["x = 1\n"]);
    const attempt = train({ ...request, corpus, out: path.join(root, "refused") });
    await expect(attempt).rejects.toMatchObject({ name: "UserError", scope: "corpus" });
  });
});

describe("a training that fails", () => {
  it.each([
    ["corpus", "--out CORPUS: the corpus CORPUS is the same folder. Choose another folder with --out."],
    ["base", "--out OUT: --from OUT is the same folder."],
    ["base/..", "--out OUT: --from FROM lies in it, and would be replaced."],
  ])("writes over nothing that it reads: %s", async (place, message) => {
    const from = path.join(root, "base");
    await mkdir(from, { recursive: true });
    await writeFile(path.join(from, "config.json"), "{}");
    const out = path.join(root, place);
    const attempt = train({ ...request, model: { from }, out });
    const expected = message.replaceAll("CORPUS", out).replaceAll("OUT", out).replaceAll("FROM", from);
    await expect(attempt).rejects.toThrow(expected);
  });

  it("says how to get the packages where they are missing", async () => {
    vi.stubEnv("APPRENTICE_TRAINER_PYTHON", "");
    vi.stubEnv("APPRENTICE_HOME", path.join(root, "home"));
    try {
      await expect(train({ ...request, out: path.join(root, "nothing") })).rejects.toThrow(
        "training: the Python packages that it needs are not on this machine. Set them up with: apprentice train setup",
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("shows the last lines of a program that dies, and where the whole log is", async () => {
    const python = path.join(root, "python");
    await writeFile(python, "#!/bin/sh\necho 'first words' >&2\necho 'no such instruction' >&2\nexit 70\n", {
      mode: 0o755,
    });
    vi.stubEnv("APPRENTICE_TRAINER_PYTHON", python);
    const out = path.join(root, "dead");
    try {
      await expect(train({ ...request, out })).rejects.toThrow(
        `trainer, tokenizer: it ended with status 70; its last lines:\n  first words\n  no such instruction. The whole log is ${out}/log.txt.`,
      );
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await readFile(path.join(out, "log.txt"), "utf8")).toBe("first words\nno such instruction\n");
  });
});
