import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indexTexts, OverlapFinder } from "../../../src/corpus/overlap.ts";
import { openLocal } from "./drafts.ts";

const prompt = `from typing import List


def closest_pair(numbers: List[float], limit: float) -> bool:
    """ Say whether any two of the numbers given lie nearer to each other than the limit.
    >>> closest_pair([1.0, 2.0, 3.9], 0.3)
    False
    """
`;
const solution = `    for first, one in enumerate(numbers):
        for second, other in enumerate(numbers):
            if first != second and abs(one - other) < limit:
                return True

    return False
`;
const record = { task_id: "Own/7", prompt, entry_point: "closest_pair", test: "", canonical_solution: solution };

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-decontaminate-"));
  file = path.join(folder, "own-eval.jsonl");
  await writeFile(file, `${JSON.stringify(record)}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const filler = "def other(a, b):\n    return [a + index for index in range(b) if index % 3 == 0]\n\n\n";
const judge = async (text: string, options = {}) => {
  const step = await openLocal("decontaminate", { benchmarks: [file], ...options });
  return (await step.judge(text)).decision;
};

describe("decontaminate", () => {
  it("finds a problem in the middle of a file, and names it", async () => {
    expect(await judge(`${filler}${prompt}${filler}`)).toEqual({
      reason: "prompt of a benchmark",
      detail: "own-eval Own/7 (prompt, whole)",
    });
    expect(await judge(`${filler}def f(numbers, limit):\n${solution}`)).toEqual({
      reason: "solution of a benchmark",
      detail: "own-eval Own/7 (solution, whole)",
    });
  });

  it("is not misled by layout, letter case or quotes around it", async () => {
    const flat = prompt.toUpperCase().split(/\s+/).join("  \n\t");
    expect((await judge(flat))?.reason).toBe("prompt of a benchmark");
    expect(
      (
        await judge(
          prompt
            .split("\n")
            .map((line) => `# ${line}`)
            .join("\n"),
        )
      )?.reason,
    ).toBeUndefined();
    expect((await judge(JSON.stringify(solution).replaceAll("\\n", "\n")))?.reason).toBe("solution of a benchmark");
  });

  it("finds the larger part of a problem, and says how much", async () => {
    const part = solution.split("\n").slice(0, 4).join("\n");
    const decision = await judge(`${filler}${part}\n${filler}`);
    expect(decision?.detail).toMatch(/^own-eval Own\/7 \(solution, \d+ of \d+ n-grams\)$/);
    expect(await judge(`${filler}${part}`, { share: 1 })).toBeUndefined();
  });

  it("keeps what only shares an idiom with it", async () => {
    expect(await judge(filler)).toBeUndefined();
    expect(
      await judge("from typing import List\n\n\ndef f(numbers: List[float], limit: float) -> bool:\n    pass\n"),
    ).toBeUndefined();
    expect(
      await judge(
        "for first, one in enumerate(numbers):\n    for second, other in enumerate(numbers):\n        pass\n",
      ),
    ).toBeUndefined();
  });

  it("does not count tables that are alike everywhere", async () => {
    const table = 'DataFrame({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7, 8, 9]})';
    const question = `import pandas as pd\n\nN = 2\ndf = pd.${table}\n# How to get the last N rows of a pandas DataFrame?\nresult = `;
    const tables = path.join(folder, "tables.jsonl");
    await writeFile(tables, `${JSON.stringify({ ...record, prompt: question, canonical_solution: "df.tail(N)" })}\n`);
    expect(await judge(`${filler}other = ${table}\n${filler}`, { benchmarks: [tables] })).toBeUndefined();
    expect(await judge(`${filler}${question}`, { benchmarks: [tables] })).toBeDefined();
  });

  it("says what it covers and what is not on this machine", async () => {
    const shared = process.env.APPRENTICE_BENCHMARKS;
    const home = process.env.APPRENTICE_HOME;
    process.env.APPRENTICE_BENCHMARKS = "";
    process.env.APPRENTICE_HOME = folder;
    try {
      const { facts } = await openLocal("decontaminate", { benchmarks: [file, "human-eval"] });
      expect(facts).toEqual({ covered: { [file]: 1 }, notCovered: ["human-eval"] });
      expect((await openLocal("decontaminate")).facts?.notCovered).toContain("mbpp");
    } finally {
      restore("APPRENTICE_BENCHMARKS", shared);
      restore("APPRENTICE_HOME", home);
    }
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe("OverlapFinder", () => {
  it("agrees with a plain search over all n-grams", () => {
    const words = Array.from({ length: 400 }, (_, index) => `word${(index * index) % 37}`);
    const text = words.join(" ");
    const forbidden = Array.from({ length: 40 }, (_, index) => ({
      problem: String(index),
      kind: "prompt" as const,
      text: index % 2 === 0 ? words.slice(index * 5, index * 5 + 30).join(" ") : `other${index} `.repeat(30),
    }));
    const size = 5;
    const grams = (value: string) => {
      const parts = value.trim().split(" ");
      return new Set(parts.slice(size - 1).map((_, at) => parts.slice(at, at + size).join(" ")));
    };
    const all = grams(text);
    for (const one of forbidden) {
      const own = grams(one.text);
      const shared = [...own].filter((gram) => all.has(gram)).length;
      const found = new OverlapFinder(indexTexts([one], size)).largest(text, 1, 0.0001);
      expect(found).toEqual(
        shared === 0 ? undefined : { problem: one.problem, kind: "prompt", shared, grams: own.size },
      );
    }
  });
});
