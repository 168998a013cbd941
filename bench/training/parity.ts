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
  /** Tokens of a prompt, and of its greedy continuation. */
  readonly promptLength: number;
  readonly continuationLength: number;
  /** Threads of PyTorch. */
  readonly threads: number;
}

/** What `parity_torch.py` writes. */
interface Answer {
  readonly ids: number[][];
  readonly prompts: string[];
  readonly greedy: string[];
  /** Token ids of a text, and the log-probabilities of all but the first. */
  readonly scores: [number[], number[]][];
}

/** Exports the model, and compares ids on all texts, greedy continuations of some and log-probabilities of a few. */
export async function compare(options: ParityOptions): Promise<Parity> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-parity-"));
  try {
    const texts = hardTexts([path.join(repository, "node_modules"), path.join(repository, "src")], options.texts);
    const answer = await askTorch(options, texts, folder);
    const llama = await LlamaSide.open(path.join(folder, "model.gguf"));
    try {
      return {
        ...compareIds(llama, texts, answer),
        ...(await compareGreedy(llama, answer, options.continuationLength)),
        ...(await compareScores(llama, answer)),
      };
    } finally {
      await llama.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function askTorch(options: ParityOptions, texts: readonly string[], folder: string): Promise<Answer> {
  const { python, ...rest } = options;
  const request = { ...rest, texts };
  const file = path.join(folder, "request.json");
  await writeFile(file, JSON.stringify(request));
  await run(python, ["-W", "ignore", path.join(repository, "bench", "training", "parity_torch.py"), file], {
    env: { ...process.env, PYTHONPATH: path.join(repository, "python", "trainer") },
  });
  return JSON.parse(await readFile(path.join(folder, "answer.json"), "utf8")) as Answer;
}

function compareIds(llama: LlamaSide, texts: readonly string[], answer: Answer) {
  const ours = texts.map((text) => llama.tokenize(text));
  return {
    texts: texts.length,
    tokens: ours.reduce((sum, tokens) => sum + tokens.length, 0),
    differentIds: ours.filter((tokens, place) => String(tokens) !== String(answer.ids[place])).length,
    changedTexts: ours.filter((tokens, place) => llama.detokenize(tokens) !== texts[place]).length,
  };
}

async function compareGreedy(llama: LlamaSide, { prompts, greedy }: Answer, length: number) {
  const asked = prompts.map((prompt) => llama.tokenize(prompt));
  const continuations = await llama.continue(asked, length);
  const equal = continuations.filter((tokens, place) => llama.detokenize(tokens) === greedy[place]);
  return { prompts: prompts.length, equalGreedy: equal.length };
}

async function compareScores(llama: LlamaSide, { scores }: Answer) {
  const ours = await llama.score(scores.map(([tokens]) => tokens));
  const pairs = ours.flatMap((found, text) => found.map((score, place) => [score, scores[text]![1][place]!] as const));
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
      prompt: { type: "string", default: "96" },
      continuation: { type: "string", default: "32" },
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
    promptLength: Number(values.prompt),
    continuationLength: Number(values.continuation),
    threads: Number(values.threads),
  });
  console.log(JSON.stringify(result, null, 2));
}
