import { describe, expect, it } from "vitest";
import { MinHash } from "../../../src/corpus/min-hash.ts";
import { Gate } from "../../../src/corpus/pipeline/gate.ts";
import type { UniquenessStep } from "../../../src/corpus/step.ts";
import { corpusSteps } from "../../../src/corpus/steps.ts";
import { draftOf } from "./drafts.ts";

/** Which of the texts stay, as one task. */
async function kept(name: string, texts: readonly string[], options = {}): Promise<number[]> {
  const step = await corpusSteps.get(name);
  const context = { interest: { libraries: new Set<string>() }, prepared: undefined };
  const { bands, words, keys } = (await step.open(step.options.parse(options), context)) as UniquenessStep;
  const all = new Uint32Array(texts.length * bands * words);
  for (const [index, text] of texts.entries()) keys(draftOf(text), all, index * bands * words);
  return [...(await new Gate(bands, words, () => undefined).pass(0, all))];
}

const program = Array.from({ length: 60 }, (_, index) => `def f${index}(a, b):\n    return a * ${index} + b`);

describe("exact-duplicates", () => {
  it("keeps the first of what is the same to the last character", async () => {
    expect(await kept("exact-duplicates", ["a", "b", "a", "a ", "A", "b"])).toEqual([1, 1, 0, 1, 1, 0]);
  });
});

describe("near-duplicates", () => {
  it("drops a file with a few changed lines and keeps one with many", async () => {
    const text = program.join("\n");
    const few = program.with(30, "def other(): pass").join("\n");
    const many = program.map((line, index) => (index % 2 === 0 ? `class C${index}: x = "${index}"` : line)).join("\n");
    const layout = program.join("\n\n").replaceAll("    ", "\t");
    expect(await kept("near-duplicates", [text, few, many, layout])).toEqual([1, 0, 1, 0]);
  });

  it("does not chain: what was dropped does not drop others", async () => {
    const steps = Array.from({ length: 12 }, (_, step) =>
      program.map((line, index) => (index < step * 5 ? `class D${index}(object): y = [${index}]` : line)).join("\n"),
    );
    const verdicts = await kept("near-duplicates", steps);
    expect(verdicts[1]).toBe(0);
    expect(verdicts.filter((verdict) => verdict === 1).length).toBeGreaterThanOrEqual(3);
  });

  it("takes texts without a word", async () => {
    expect(await kept("near-duplicates", ["", " ", "x"])).toEqual([1, 0, 1]);
  });
});

describe("MinHash", () => {
  it("estimates the Jaccard similarity of shingles", () => {
    const minHash = new MinHash(64, 8, 1);
    const words = Array.from({ length: 1000 }, (_, index) => `w${index}`);
    for (const shared of [100, 500, 900]) {
      const one = minHash.signature(words.join(" ")).slice();
      const other = minHash.signature(words.map((word, index) => (index < shared ? word : `v${index}`)).join(" "));
      const equal = one.filter((value, index) => value === other[index]).length / one.length;
      // 512 draws: a standard deviation of at most 0.022.
      expect(Math.abs(equal - shared / (2000 - shared))).toBeLessThan(0.08);
    }
  });
});
