import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CodeToken } from "../../src/code/tokens.ts";
import { sha256 } from "../../src/common/files.ts";
import { isHeldOut } from "../../src/completion/documents.ts";
import { chooseLine, editSimilarity, writtenLine } from "../../src/completion/line-task.ts";
import { ratioInterval } from "../../src/completion/summary.ts";
import { allTokens, countTokens } from "../../src/completion/token-accuracy.ts";
import type { ScoredPiece, TextScore } from "../../src/model/model.ts";

/** A score of pieces of the given texts; a piece with a `!` in front was not the likeliest. */
function scoreOf(...texts: readonly string[]): { text: string; score: TextScore } {
  const pieces: ScoredPiece[] = [];
  let start = 0;
  for (const [index, marked] of texts.entries()) {
    const text = marked.replace(/^!/, "");
    const isLikeliest = text === marked && index > 0;
    pieces.push({ start, end: start + text.length, tokens: 1, logProbability: index === 0 ? null : -1, isLikeliest });
    start += text.length;
  }
  return { text: texts.map((text) => text.replace(/^!/, "")).join(""), score: { pieces, context: 2048 } };
}

function token(kind: CodeToken["kind"], text: string, part: string, from = 0): CodeToken {
  const start = text.indexOf(part, from);
  return { kind, start, end: start + part.length };
}

describe("token accuracy", () => {
  it("asks for every piece that shares a character with the token", () => {
    const { text, score } = scoreOf("im", "port", " nu", "!mpy", " as", " np", "):", "\n", "!# c");
    const tokens = [
      token("keyword", text, "import"),
      token("identifier", text, "numpy"),
      token("keyword", text, "as"),
      token("identifier", text, "np"),
      token("punctuation", text, ")"),
      token("punctuation", text, ":"),
      token("comment", text, "# c"),
    ];
    // `import` begins with the piece that nothing precedes, which nobody could predict.
    expect(countTokens(tokens, score)).toEqual({
      identifier: { right: 1, total: 2 },
      keyword: { right: 1, total: 1 },
      punctuation: { right: 2, total: 2 },
      comment: { right: 0, total: 1 },
    });
    expect(allTokens(countTokens(tokens, score))).toEqual({ right: 4, total: 5 });
  });
});

describe("a line task", () => {
  const text = "import os\n\n# a comment\ndef f():\n    '''doc\n    string'''\n    return 1\n";
  const tokens = [
    token("keyword", text, "import"),
    token("identifier", text, "os"),
    token("comment", text, "# a comment"),
    token("keyword", text, "def"),
    token("string", text, "'''doc\n    string'''"),
    token("keyword", text, "return"),
  ];
  const { score } = scoreOf(...text.match(/.{1,3}|\n/gs)!);

  it("asks for a line with code, not the first, not a comment, not within a string; which one the hash decides", () => {
    const asked = new Set<string>();
    for (let number = 0; number < 200; number++) {
      const task = chooseLine(text, tokens, score, sha256(String(number)))!;
      expect(text.startsWith(task.prompt)).toBe(true);
      expect(task.prompt).toBe(task.prompt.trimEnd());
      expect(text.split("\n")[task.line - 1]!.trim()).toBe(task.expected);
      expect(task).toEqual(chooseLine(text, tokens, score, sha256(String(number))));
      asked.add(task.expected);
    }
    expect([...asked].sort()).toEqual(["'''doc", "def f():", "return 1"]);
    expect(
      chooseLine("x = 1\n", [token("identifier", "x = 1\n", "x")], scoreOf("x", " = 1\n").score, sha256("")),
    ).toBeUndefined();
  });

  it("gives as much of the text before the line as 900 tokens hold, fewer where the context is small", () => {
    const long = `${"x = 1\n".repeat(400)}y = 2\n`;
    const all = [...long.matchAll(/[xy]/g)].map(({ index }) => ({
      kind: "identifier" as const,
      start: index,
      end: index + 1,
    }));
    const { score } = scoreOf(...long.match(/.|\n/g)!);
    for (const [context, most] of [
      [2048, 900],
      [512, 388],
    ] as const) {
      for (let number = 0; number < 30; number++) {
        const task = chooseLine(long, all, { ...score, context }, sha256(String(number)))!;
        expect(task.prompt.length + 1).toBe(Math.min(most, 6 * (task.line - 1)));
      }
    }
  });
});

it("the written line is the first that is not blank, however the model came to it", () => {
  expect(writtenLine("\n    return 1\n\n")).toBe("return 1");
  expect(writtenLine("  \n\n\tx = 1  \r\n   ")).toBe("x = 1");
  expect(writtenLine("\n   ")).toBe("");
});

describe("edit similarity", () => {
  it("is the ratio of twice the common subsequence to both lengths", () => {
    expect(editSimilarity("", "")).toBe(1);
    expect(editSimilarity("abc", "")).toBe(0);
    expect(editSimilarity("return x", "return x")).toBe(1);
    // Common: i, t, t, n.
    expect(editSimilarity("kitten", "sittings")).toBeCloseTo((2 * 4) / 14, 12);
    expect(editSimilarity("abcd", "bcde")).toBe(0.75);
  });

  it("is symmetric and between 0 and 1", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        const value = editSimilarity(a, b);
        expect(value).toBe(editSimilarity(b, a));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(value === 1).toBe(a === b);
      }),
    );
  });
});

describe("held-out documents", () => {
  it("are those of the trainer's rule", () => {
    const script = `
import hashlib, json, sys
texts = json.load(sys.stdin)
print(json.dumps([int.from_bytes(hashlib.sha256(t.encode()).digest()[:8], "big") / 2**64 < 0.3 for t in texts]))`;
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index} ä`);
    const expected = JSON.parse(
      execFileSync("python3", ["-c", script], { input: JSON.stringify(texts), encoding: "utf8" }),
    );
    expect(texts.map((text) => isHeldOut(sha256(text), 0.3))).toEqual(expected);
    expect(expected).toContain(true);
  });
});

describe("the interval of a ratio", () => {
  it("weighs documents by their size and holds the value", () => {
    const { value, low, high } = ratioInterval([
      [1, 1],
      [0, 3],
      [4, 4],
    ]);
    expect(value).toBe(5 / 8);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(ratioInterval([])).toEqual({ value: 0, low: 0, high: 0 });
    expect(
      ratioInterval([
        [2, 4],
        [1, 2],
      ]),
    ).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });
});
