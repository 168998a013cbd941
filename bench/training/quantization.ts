/**
 * What fewer bits cost: perplexity in llama.cpp of a model's exports as F32, F16 and Q8_0, and of the file that it came from.
 *
 *     npx tsx bench/training/quantization.ts [MODEL=smollm2-135m-instruct] [TEXTS=24]
 *
 * MODEL is a name of the catalogue or a GGUF file. The texts are the beginnings of source files that a lock file pins: JavaScript of the
 * package commander and grammars of tree-sitter.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { TextScore } from "../../src/model/model.ts";
import { pullModel } from "../../src/model/model-files.ts";
import { openModel } from "../../src/model/open-model.ts";
import { runProgram } from "../../src/training/programs.ts";
import { withScratch } from "../../src/training/tokenizer.ts";
import { repository } from "./hard-texts.ts";

/** Characters of a file that are read. */
const length = 1000;

const [reference = "smollm2-135m-instruct", wanted = "24"] = process.argv.slice(2);
const work = await mkdtemp(path.join(os.tmpdir(), "quantization-"));

/** The same ones every time, with one hash over all. */
function pinnedTexts(count: number): { texts: string[]; hash: string } {
  const folders = [
    "commander/lib",
    "zod/src/v4/core",
    "tree-sitter-javascript",
    "tree-sitter-rust",
    "tree-sitter-java",
  ];
  const files = folders.flatMap((folder) => {
    const place = path.join(repository, "node_modules", folder);
    const names = readdirSync(place).filter((name) => /\.(js|ts)$/.test(name));
    return names.sort().map((name) => path.join(place, name));
  });
  const texts = files.slice(0, count).map((file) => readFileSync(file, "utf8").slice(0, length));
  const hash = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 8);
  return { texts, hash };
}

async function scoresOf(file: string, texts: readonly string[]): Promise<TextScore[]> {
  const model = await openModel(file, { processes: 1, slots: 1 });
  const scores: TextScore[] = [];
  try {
    for (const text of texts) scores.push(await model.score!({ taskId: path.basename(file), text }));
  } finally {
    await model.close();
  }
  return scores;
}

/** Perplexity per token, bits a byte, and how the tokens compare with those of the first file. */
function row(name: string, file: string, texts: readonly string[], scores: TextScore[], first: TextScore[]): string {
  const pieces = scores.flatMap((score) => score.pieces);
  const reference = first.flatMap((score) => score.pieces);
  const pairs = pieces.flatMap((piece, index) =>
    piece.logProbability === null ? [] : [{ piece, other: reference[index]! }],
  );
  const nats = pairs.reduce((sum, { piece }) => sum - piece.logProbability!, 0);
  const tokens = pairs.reduce((sum, { piece }) => sum + piece.tokens, 0);
  const differences = pairs.map(({ piece, other }) => Math.abs(piece.logProbability! - other.logProbability!));
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const changed = pairs.filter(({ piece, other }) => piece.isLikeliest !== other.isLikeliest).length;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return [
    name,
    (statSync(file).size / 1e6).toFixed(1),
    Math.exp(nats / tokens).toFixed(4),
    (nats / Math.LN2 / bytes).toFixed(5),
    mean.toExponential(1),
    Math.max(...differences).toExponential(1),
    `${changed} of ${pairs.length}`,
  ].join(" | ");
}

try {
  const source = await pullModel(reference);
  const folder = path.join(work, "model");
  await withScratch((files) => runProgram("import", { from: source, out: folder }, z.object({}), files));
  const { texts, hash } = pinnedTexts(Number(wanted));
  console.log(`${texts.length} texts, SHA-256 ${hash}…\n`);
  console.log("| weights | MB | perplexity | bits a byte | mean difference | largest | likeliest in one only |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  let first: TextScore[] | undefined;
  for (const type of ["F32", "F16", "Q8_0", "as downloaded"]) {
    const file = type === "as downloaded" ? source : path.join(work, `${type}.gguf`);
    if (file !== source)
      await withScratch((files) => runProgram("export", { model: folder, out: file, type }, z.object({}), files));
    const scores = await scoresOf(file, texts);
    first ??= scores;
    console.log(`| ${row(type, file, texts, scores, first)} |`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
