// Does llama.cpp read an exported model as PyTorch does? By hand, for real models (`docs/training.md` has the figures):
//   node bench/training/parity.ts --python PYTHON --model HF_FOLDER [--type F32] [--texts 1000] [--prompts 50] [--scored 10]
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { hardTexts, repository } from "./hard-texts.ts";
import { LlamaSide } from "./llama-side.ts";

const run = promisify(execFile);

/** How far two readings of one model are apart. */
export interface Parity {
  readonly texts: number;
  readonly tokens: number;
  /** Texts whose token ids differ. */
  readonly differentIds: number;
  /** Texts that llama.cpp does not give back unchanged from their ids. */
  readonly changedTexts: number;
  readonly prompts: number;
  /** Prompts whose greedy continuations are equal. */
  readonly equalGreedy: number;
  readonly scoredTokens: number;
  readonly largestDifference: number;
  readonly perplexityTorch: number;
  readonly perplexityLlama: number;
}

export interface ParityOptions {
  /** Interpreter of the trainer's environment. */
  readonly python: string;
  /** Hugging Face folder. */
  readonly model: string;
  readonly type: "F32" | "F16" | "Q8_0";
  readonly texts: number;
  readonly prompts: number;
  readonly scored: number;
  /** Threads of PyTorch. */
  readonly threads: number;
}

/** Tokens of a prompt, and of its greedy continuation. */
const promptLength = 96;
const continuationLength = 32;

/** Runs one command of the trainer and returns the events it printed. */
export async function trainer(
  python: string,
  command: string,
  configuration: object,
  folder: string,
): Promise<Record<string, unknown>[]> {
  const file = path.join(folder, `${command}.json`);
  await writeFile(file, JSON.stringify(configuration));
  const { stdout } = await run(python, ["-W", "ignore", "-m", "apprentice_trainer", command, "--config", file], {
    env: { ...process.env, PYTHONPATH: path.join(repository, "python", "trainer") },
    maxBuffer: 2 ** 30,
  });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Scored {
  readonly id: string;
  readonly tokens: number[];
  readonly log_probabilities: (number | null)[];
}

async function readLines<Line>(file: string): Promise<Line[]> {
  const text = await readFile(file, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Exports the model, and compares ids on all texts, greedy continuations of some and log-probabilities of a few. */
export async function compare(options: ParityOptions): Promise<Parity> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-parity-"));
  try {
    const gguf = path.join(folder, "model.gguf");
    await trainer(options.python, "export", { model: options.model, out: gguf, type: options.type }, folder);
    const llama = await LlamaSide.open(gguf);
    try {
      return await compareWith(llama, options, folder);
    } finally {
      await llama.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareWith(llama: LlamaSide, options: ParityOptions, folder: string): Promise<Parity> {
  const texts = hardTexts([path.join(repository, "node_modules"), path.join(repository, "src")], options.texts);
  const ids = await idsByTorch(options, texts, folder);
  const ours = texts.map((text) => llama.tokenize(text));
  const differentIds = ours.filter((tokens, place) => String(tokens) !== String(ids[place])).length;
  const changedTexts = ours.filter((tokens, place) => llama.detokenize(tokens) !== texts[place]).length;
  const prompts = ours
    .filter((tokens) => tokens.length > promptLength)
    .map((tokens) => llama.detokenize(tokens.slice(0, promptLength)))
    .filter((text) => !text.includes("\ufffd"))
    .slice(-options.prompts);
  return {
    texts: texts.length,
    tokens: ours.reduce((sum, tokens) => sum + tokens.length, 0),
    differentIds,
    changedTexts,
    ...(await compareGreedy(llama, options, prompts, folder)),
    ...(await compareScores(llama, options, prompts.slice(0, options.scored), folder)),
  };
}

async function idsByTorch(options: ParityOptions, texts: readonly string[], folder: string): Promise<number[][]> {
  const input = path.join(folder, "texts.json");
  await writeFile(input, JSON.stringify(texts));
  const program = `
import json, sys
from pathlib import Path
from apprentice_trainer.vocabulary import load_tokenizer
tokenizer = load_tokenizer(Path(sys.argv[1]))
print(json.dumps([tokenizer.encode(text, add_special_tokens=False).ids for text in json.loads(Path(sys.argv[2]).read_text())]))`;
  const { stdout } = await run(options.python, ["-c", program, options.model, input], {
    env: { ...process.env, PYTHONPATH: path.join(repository, "python", "trainer") },
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(stdout) as number[][];
}

async function compareGreedy(llama: LlamaSide, options: ParityOptions, prompts: readonly string[], folder: string) {
  const requests = path.join(folder, "requests.jsonl");
  const samples = path.join(folder, "samples.jsonl");
  const lines = prompts.map((prompt, id) => {
    return { id: String(id), prompt, samples: [0], temperature: 0, max_tokens: continuationLength };
  });
  await writeFile(requests, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { model, threads } = options;
  const configuration = { model, requests, samples, threads, device: "cpu", precision: "float32", batch: 8 };
  await trainer(options.python, "generate", configuration, folder);
  const completions = await readLines<{ task_id: string; completion: string }>(samples);
  const byId = new Map(completions.map((line) => [line.task_id, line.completion]));
  const continuations = await llama.continue(
    prompts.map((prompt) => llama.tokenize(prompt)),
    continuationLength,
  );
  const equal = continuations.filter((tokens, place) => llama.detokenize(tokens) === byId.get(String(place)));
  return { prompts: prompts.length, equalGreedy: equal.length };
}

async function compareScores(llama: LlamaSide, options: ParityOptions, texts: readonly string[], folder: string) {
  const input = path.join(folder, "scored.jsonl");
  const out = path.join(folder, "scores.jsonl");
  await writeFile(input, texts.map((text, id) => `${JSON.stringify({ id: String(id), text })}\n`).join(""));
  const { model, threads } = options;
  await trainer(options.python, "score", { model, input, out, threads, device: "cpu", precision: "float32" }, folder);
  const scored = await readLines<Scored>(out);
  const theirs = scored.map((line) => line.log_probabilities.slice(1) as number[]);
  const ours = await llama.score(scored.map((line) => line.tokens));
  const pairs = ours.flatMap((scores, text) => scores.map((score, place) => [score, theirs[text]![place]!] as const));
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  return {
    scoredTokens: pairs.length,
    largestDifference: Math.max(...pairs.map(([one, other]) => Math.abs(one - other))),
    perplexityTorch: Math.exp(-mean(1)),
    perplexityLlama: Math.exp(-mean(0)),
  };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      python: { type: "string", default: "python3" },
      model: { type: "string" },
      type: { type: "string", default: "F32" },
      texts: { type: "string", default: "1000" },
      prompts: { type: "string", default: "50" },
      scored: { type: "string", default: "10" },
      threads: { type: "string", default: "1" },
    },
  });
  if (values.model === undefined) throw new Error("--model is missing: a Hugging Face folder");
  const result = await compare({
    python: values.python,
    model: values.model,
    type: values.type as ParityOptions["type"],
    texts: Number(values.texts),
    prompts: Number(values.prompts),
    scored: Number(values.scored),
    threads: Number(values.threads),
  });
  console.log(JSON.stringify(result, null, 2));
}
