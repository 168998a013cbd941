import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";
import { trainerInterpreter } from "../../src/environment/index.ts";
import { fixtureModel } from "../model/transformers-folder.ts";
import { whyNoTrainer } from "./trainer-environment.ts";

const run = promisify(execFile);

/** llama.cpp's source, as node-llama-cpp ships it; the converter is taken out of it for the test and never kept. */
const bundle = path.join(packageFolder, "node_modules", "node-llama-cpp", "llama", "gitRelease.bundle");
const skip = existsSync(bundle) ? await whyNoTrainer() : "node-llama-cpp ships no source of llama.cpp here";

/** What `compare.py` says about one model in one type of weights. */
interface Comparison {
  readonly model: string;
  readonly type: string;
  readonly types: readonly string[];
  readonly tensors: number;
  readonly different: readonly string[];
  /** Keys of metadata that both have. */
  readonly compared: readonly string[];
  /** Keys whose values differ: ours, and the converter's or null where it writes none. */
  readonly metadata: Readonly<Record<string, readonly [unknown, unknown]>>;
}

/** Metadata that our export states and the converter leaves to llama.cpp's defaults. */
const stated: Readonly<Record<string, unknown>> = {
  // llama.cpp's own defaults for such a tokenizer.
  "tokenizer.ggml.add_eos_token": false,
  "tokenizer.ggml.add_space_prefix": false,
  // llama.cpp finds these by their names as well.
  "tokenizer.ggml.eot_token_id": 6,
  "tokenizer.ggml.fim_pre_token_id": 2,
  "tokenizer.ggml.fim_mid_token_id": 3,
  "tokenizer.ggml.fim_suf_token_id": 4,
};

/** For Qwen2 the converter also leaves out what follows from width and heads, and the number of tokens. */
const statedForQwen2: Readonly<Record<string, unknown>> = {
  "qwen2.attention.key_length": 16,
  "qwen2.attention.value_length": 16,
  "qwen2.rope.dimension_count": 16,
  "qwen2.vocab_size": 2080,
};

/** Keys for people: a name, and a size in words. */
const labels = ["general.name", "general.size_label"];

describe.skipIf(skip !== undefined)(`llama.cpp's own converter${skip === undefined ? "" : ` (${skip})`}`, () => {
  let work: string;
  let comparisons: readonly Comparison[];
  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), "apprentice-converter-"));
    const source = path.join(work, "llama.cpp");
    const models = path.join(work, "models");
    await mkdir(models);
    await run("git", ["clone", "--quiet", "--no-checkout", bundle, source]);
    await run("git", ["-C", source, "checkout", "HEAD", "--", "convert_hf_to_gguf.py", "conversion", "gguf-py"]);
    const script = path.join(import.meta.dirname, "converter", "compare.py");
    const { stdout } = await run(
      (await trainerInterpreter())!,
      ["-W", "ignore", script, source, fixtureModel, models],
      {
        env: {
          ...process.env,
          PYTHONPATH: path.join(packageFolder, "python", "trainer"),
          OMP_NUM_THREADS: "1",
          HF_HUB_OFFLINE: "1",
        },
        maxBuffer: 2 ** 26,
      },
    );
    comparisons = JSON.parse(stdout) as Comparison[];
  }, 300_000);
  afterAll(() => rm(work, { recursive: true, force: true }));

  it("writes every tensor with the bits of our export", () => {
    expect(comparisons.map(({ model, type, types }) => [model, type, types.join()])).toEqual([
      ["fixture", "F32", "F32"],
      ["fixture", "F16", "F16,F32"],
      ["fixture", "Q8_0", "F32,Q8_0"],
      ["qwen2", "F32", "F32"],
      ["qwen2", "F16", "F16,F32"],
      ["qwen2", "Q8_0", "F16,F32,Q8_0"],
      ["llama", "F32", "F32"],
      ["llama", "F16", "F16,F32"],
      ["llama", "Q8_0", "F16,F32,Q8_0"],
    ]);
    for (const { tensors, different } of comparisons) {
      expect(tensors).toBeGreaterThanOrEqual(20);
      expect(different).toEqual([]);
    }
  });

  it("writes the same metadata, but for what our export states besides", () => {
    for (const { model, metadata, compared } of comparisons) {
      const expected = model === "qwen2" ? { ...stated, ...statedForQwen2 } : stated;
      const different = Object.fromEntries(Object.entries(metadata).filter(([key]) => !labels.includes(key)));
      expect(different).toEqual(
        Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, [value, null]])),
      );
      const architecture = model === "qwen2" ? "qwen2" : "llama";
      expect(compared).toEqual(
        expect.arrayContaining([
          "general.architecture",
          "general.file_type",
          ...["context_length", "embedding_length", "block_count", "feed_forward_length", "rope.freq_base"].map(
            (key) => `${architecture}.${key}`,
          ),
          ...["head_count", "head_count_kv", "layer_norm_rms_epsilon"].map((key) => `${architecture}.attention.${key}`),
          ...["model", "tokens", "token_type", "merges", "bos_token_id", "eos_token_id"].map(
            (key) => `tokenizer.ggml.${key}`,
          ),
        ]),
      );
    }
  });
});
