import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../../bench/training/hard-texts.ts";
import { compare } from "../../bench/training/parity.ts";
import { trainerInterpreter } from "../../src/environment/index.ts";
import { whyNoTrainer } from "./trainer-environment.ts";

const fixture = path.join(repository, "test", "fixtures", "model-1m", "model-1m.gguf");
const python = await trainerInterpreter();
const missing = await whyNoTrainer();
let folder: string;

/** The fixture as a Hugging Face folder, and a Qwen2 model with random weights over the same tokenizer. */
const makeModels = `
import sys
from pathlib import Path
import torch
from apprentice_trainer.gguf_model import load_gguf_model, save_gguf_tokenizer
from apprentice_trainer.models import save_model
from transformers import AutoModelForCausalLM, Qwen2Config
source, folder = map(Path, sys.argv[1:])
torch.manual_seed(1)
shape = dict(hidden_size=96, num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2, intermediate_size=160)
llama = load_gguf_model(source)
rest = dict(vocab_size=llama.config.vocab_size, max_position_embeddings=1024, bos_token_id=0, eos_token_id=0)
qwen = AutoModelForCausalLM.from_config(Qwen2Config(**shape, **rest))
for name, parameter in qwen.named_parameters():
    if name.endswith("bias"): torch.nn.init.normal_(parameter)
for name, model in (("llama", llama), ("qwen2", qwen.float())):
    save_model(model, folder / name)
    save_gguf_tokenizer(source, folder / name)
`;

beforeAll(async () => {
  if (python === undefined) return;
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-parity-test-"));
  const env = { ...process.env, PYTHONPATH: path.join(repository, "python", "trainer"), OMP_NUM_THREADS: "1" };
  await promisify(execFile)(python, ["-W", "ignore", "-c", makeModels, fixture, folder], { env });
});
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe(`llama.cpp reads what the trainer exports as PyTorch does${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  it.skipIf(python === undefined).each(["llama", "qwen2"])(
    "%s: ids of 1,000 texts, 50 greedy continuations, log-probabilities within 1e-3",
    async (architecture) => {
      const parity = await compare({
        python: python!,
        model: path.join(folder, architecture),
        type: "F32",
        texts: 1000,
        prompts: 50,
        scored: 5,
        promptLength: 96,
        continuationLength: 32,
        threads: 1,
      });
      expect(parity).toMatchObject({ texts: 1000, differentIds: 0, changedTexts: 0, prompts: 50, equalGreedy: 50 });
      expect(parity.scoredTokens).toBeGreaterThan(400);
      expect(parity.largestDifference).toBeLessThan(1e-3);
    },
    180_000,
  );
});
