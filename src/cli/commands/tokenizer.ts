import path from "node:path";
import { type Command, Option } from "commander";
import { openCorpus } from "../../training/corpus-shards.ts";
import { settingsWith } from "../../training/settings.ts";
import {
  type CorpusSplit,
  compareTokenizers,
  type TokenizerComparison,
  trainTokenizer,
  withScratch,
} from "../../training/tokenizer.ts";
import { count, notEmpty, share } from "../arguments.ts";
import type { CliCommand } from "../command.ts";
import { interruptible } from "../interruptible.ts";
import { duration, percent, print, printJson, table } from "../output.ts";

const usual = settingsWith();

const examples = `
Examples:
  $ apprentice tokenizer train corpora/stdlib --out tokenizers/stdlib
  $ apprentice tokenizer train corpora/stdlib --out tokenizers/small --vocabulary 8192
  $ apprentice tokenizer compare tokenizers/stdlib path/to/gpt2/tokenizer.json --on corpora/stdlib`;

interface TrainOptions {
  readonly out: string;
  readonly vocabulary: number;
  readonly heldOut: number;
  readonly json?: true;
}

interface CompareOptions {
  readonly on: string;
  readonly split: CorpusSplit;
  readonly heldOut: number;
  readonly json?: true;
}

/** `apprentice tokenizer train|compare`. */
export const member: CliCommand = {
  name: "tokenizer",
  register(program: Command): void {
    const group = program
      .command("tokenizer")
      .description("train tokenizers on a corpus, and compare how many tokens they need")
      .addHelpText("after", examples);
    const heldOut = [
      "--held-out <share>",
      "share of the documents that are kept out of the training",
      share,
      usual.held_out,
    ] as const;
    const json = ["--json", "print one JSON document"] as const;
    group
      .command("train")
      .description(
        "train a byte-level BPE tokenizer; Hugging Face's tokenizer.json comes out, and llama.cpp reads it alike",
      )
      .argument("<corpus>", "a folder that apprentice corpus build wrote, or a .parquet file with a column content")
      .requiredOption("--out <folder>", "where it goes", notEmpty)
      .option("--vocabulary <count>", "tokens", count, usual.vocabulary)
      .option(...heldOut)
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice tokenizer train corpora/stdlib --out tokenizers/stdlib")
      .action(train);
    group
      .command("compare")
      .description(
        "count the tokens of several tokenizers on the same documents, and the texts that come back unchanged",
      )
      .argument("<tokenizers...>", "folders, or tokenizer.json files")
      .requiredOption("--on <corpus>", "a corpus folder or a .parquet file")
      .addOption(
        new Option("--split <which>", "which of its documents")
          .choices(["held_out", "train", "all"])
          .default("held_out"),
      )
      .option(...heldOut)
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice tokenizer compare tokenizers/a tokenizers/b --on corpora/stdlib")
      .action(compare);
  },
};

async function train(corpus: string, { out, vocabulary, heldOut, json }: TrainOptions): Promise<void> {
  const shards = await openCorpus(corpus);
  const trained = await interruptible(({ onProgress, signal }) =>
    withScratch((scratch) =>
      trainTokenizer(
        shards,
        out,
        { vocabulary, held_out: heldOut, seed: usual.seed },
        { ...scratch, signal, progress: onProgress },
      ),
    ),
  );
  if (trained === undefined) return;
  if (json === true) return printJson({ folder: path.resolve(out), ...trained });
  const megabytes = (trained.bytes / 1e6).toFixed(1);
  const of = `${trained.documents.toLocaleString("en")} documents (${megabytes} MB)`;
  print(`${trained.vocabulary.toLocaleString("en")} tokens from ${of} in ${duration(trained.seconds)}.`);
  print(path.join(out, "tokenizer.json"));
}

async function compare(tokenizers: string[], { on, split, heldOut, json }: CompareOptions): Promise<void> {
  const shards = await openCorpus(on);
  const found = await interruptible(({ onProgress, signal }) =>
    compareTokenizers(shards, tokenizers, split, heldOut, { progress: onProgress, signal }),
  );
  if (found === undefined) return;
  if (json === true) return printJson(found);
  printComparison(found, tokenizers);
}

function printComparison({ documents, bytes, tokenizers }: TokenizerComparison, names: readonly string[]): void {
  const [first] = tokenizers;
  print(`${documents.toLocaleString("en")} documents, ${(bytes / 1e6).toFixed(1)} MB of text\n`);
  print(
    table(
      ["tokenizer", "vocabulary", "tokens", "bytes a token", "against the first", "texts unchanged"],
      tokenizers.map(({ vocabulary, tokens, bytes_per_token, round_trips }, index) => [
        names[index] ?? "",
        vocabulary.toLocaleString("en"),
        tokens.toLocaleString("en"),
        bytes_per_token.toFixed(2),
        first === undefined ? "–" : percent(tokens / first.tokens),
        `${round_trips} of ${documents}`,
      ]),
      ["left", "right", "right", "right", "right", "right"],
    ),
  );
}
