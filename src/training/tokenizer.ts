import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { ProgressListener } from "../common/progress.ts";
import type { CorpusShards } from "./corpus-shards.ts";
import { type ProgramOptions, progressOf, runProgram } from "./programs.ts";

const training = z.object({
  vocabulary: z.number(),
  documents: z.number(),
  bytes: z.number(),
  seconds: z.number(),
});

/** What training a tokenizer came to. */
export type TokenizerTraining = Readonly<z.infer<typeof training>>;

const comparison = z.object({
  documents: z.number(),
  bytes: z.number(),
  tokenizers: z.array(
    z.object({
      path: z.string(),
      vocabulary: z.number(),
      tokens: z.number(),
      bytes_per_token: z.number(),
      round_trips: z.number(),
    }),
  ),
});

/** Tokenizers on the same texts. `round_trips`: texts that come back unchanged. */
export type TokenizerComparison = Readonly<z.infer<typeof comparison>>;

/** Which documents of a corpus are looked at. The held-out ones were not seen by a tokenizer that was trained with the same share. */
export type CorpusSplit = "held_out" | "train" | "all";

interface Watch {
  readonly progress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The settings that a tokenizer depends on. */
export interface TokenizerSettings {
  /** Tokens, those for bytes and special ones included. */
  readonly vocabulary: number;
  /** Share of the documents that are kept out. */
  readonly held_out: number;
  readonly seed: number;
  /** Whether another tokenizer that is there is replaced; it is refused otherwise. */
  readonly replace?: boolean;
}

/**
 * Trains a byte-level BPE (Sennrich et al. 2016, over bytes as in GPT-2) on the training part of a corpus and writes it as a
 * folder in Hugging Face's form. It is whole or not there.
 */
export function trainTokenizer(
  corpus: CorpusShards,
  out: string,
  settings: TokenizerSettings,
  { progress, ...program }: Omit<ProgramOptions, "onEvent"> & Watch,
): Promise<TokenizerTraining> {
  const config = { action: "train", corpus: corpus.files, out: path.resolve(out), ...settings };
  return runProgram("tokenizer", config, training, { ...program, onEvent: progressOf("tokenizer", progress) });
}

/**
 * Counts the tokens of several tokenizers on the same documents.
 * @param tokenizers folders with a `tokenizer.json`, or such files
 */
export async function compareTokenizers(
  corpus: CorpusShards,
  tokenizers: readonly string[],
  split: CorpusSplit,
  heldOut: number,
  { progress, signal }: Watch,
): Promise<TokenizerComparison> {
  const places = tokenizers.map((place) => path.resolve(place));
  const config = { action: "compare", corpus: corpus.files, tokenizers: places, split, held_out: heldOut };
  return withScratch((scratch) =>
    runProgram("tokenizer", config, comparison, { ...scratch, signal, onEvent: progressOf("compare", progress) }),
  );
}

/** Gives a program a folder for its configuration and its log, for as long as it runs. */
export async function withScratch<Result>(
  work: (files: { configFile: string; logFile: string }) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-trainer-"));
  try {
    return await work({ configFile: path.join(folder, "config.json"), logFile: path.join(folder, "log.txt") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
