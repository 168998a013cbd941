import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluateCompletion } from "../../src/completion/evaluate-completion.ts";
import { lineGrammar, lineTokens } from "../../src/completion/line-task.ts";
import type { DocumentRecord } from "../../src/completion/records.ts";
import type { Completion, Model, TextScore } from "../../src/model/model.ts";
import { openModel } from "../../src/model/open-model.ts";
import { compareRuns } from "../../src/report/compare.ts";
import { buildReport } from "../../src/report/report.ts";
import { smallModel, whyNoModel } from "../model/real-model.ts";
import { textOf } from "../report/page-parts.ts";

let folder: string;
let code: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-completion-"));
  code = path.join(folder, "code");
  await import("node:fs/promises").then(({ mkdir }) => mkdir(code));
  await writeFile(path.join(code, "a.py"), "def add(a, b):\n    return a + b\n\nprint(add(1, 2))\n");
  await writeFile(path.join(code, "b.js"), "const one = 1; // ünö\nmodule.exports = { one };\n");
  await writeFile(path.join(code, "copy.js"), "const one = 1; // ünö\nmodule.exports = { one };\n");
  await writeFile(path.join(code, "blank.py"), "\n\n");
  await writeFile(path.join(code, "huge.py"), "x = 1\n".repeat(20_000));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * A model whose figures can be worked out by hand: a token is a byte, each has probability 1/256, and greedy decoding would
 * write the letter "o" everywhere; asked for a line it writes `return a + b`.
 */
function uniformModel(onScore: () => void = () => undefined): Model {
  return {
    identity: { provider: "test", reference: "uniform" },
    concurrency: 2,
    async *generate(): AsyncGenerator<Completion> {
      yield {
        sampleIndex: 0,
        text: "\n    return a + b\n",
        finishReason: "stop",
        promptTokens: 1,
        completionTokens: 1,
      };
    },
    async score({ text }): Promise<TextScore> {
      onScore();
      let start = 0;
      const pieces = [...text].map((character) => {
        const tokens = Buffer.byteLength(character);
        const piece = { start, end: start + character.length, tokens, isLikeliest: character === "o" };
        start = piece.end;
        return { ...piece, logProbability: -tokens * Math.log(256) };
      });
      return { pieces, context: 2048 };
    },
    close: () => Promise.resolve(),
  };
}

describe("completion tasks", () => {
  it("give the figures that can be worked out by hand, of distinct documents of a fit size", async () => {
    const runFolder = path.join(folder, "by-hand");
    const { summary, configuration } = await evaluateCompletion({
      reference: code,
      choice: {},
      model: uniformModel(),
      runFolder,
    });
    expect(configuration.documents).toMatchObject({ count: 2 });
    expect(summary.bitsPerByte.value).toBeCloseTo(8, 12);
    expect(summary.perplexityPerByte.value).toBeCloseTo(256, 9);
    expect(summary.bytes).toBe(configuration.documents.bytes);
    expect(summary.tokens).toBe(summary.bytes);
    // No token is made of the letter "o" alone.
    expect(summary.tokenAccuracy.value).toBe(0);
    expect(summary.kinds.number).toEqual({ right: 0, total: 3 });
    expect(summary.kinds.comment).toEqual({ right: 0, total: 1 });
    expect(summary.lines).toBe(2);
    const records = (await readFile(path.join(runFolder, "documents.jsonl"), "utf8")).trim().split("\n");
    for (const { line } of records.map((text) => JSON.parse(text) as DocumentRecord)) {
      expect(line!.text).toBe("\n    return a + b\n");
      expect(line!.exact).toBe(line!.expected === "return a + b");
    }
  });

  it("go on where they stopped, with the same summary, and refuse another run's folder", async () => {
    const runFolder = path.join(folder, "resumed");
    const stop = new AbortController();
    const request = { reference: code, choice: {}, runFolder };
    const stopping = uniformModel(() => stop.abort(new Error("stopped")));
    await expect(
      evaluateCompletion({ ...request, model: { ...stopping, concurrency: 1 }, signal: stop.signal }),
    ).rejects.toThrow("stopped");
    const file = path.join(runFolder, "documents.jsonl");
    expect((await readFile(file, "utf8")).trim().split("\n").length).toBe(1);
    await appendFile(file, '{"sha256":"torn');
    let scored = 0;
    await evaluateCompletion({ ...request, model: uniformModel(() => scored++) });
    expect(scored).toBe(1);
    const [one, other] = await Promise.all(
      ["resumed", "by-hand"].map((name) => readFile(path.join(folder, name, "summary.json"), "utf8")),
    );
    expect(one).toBe(other);
    await expect(evaluateCompletion({ ...request, choice: { limit: 1 }, model: uniformModel() })).rejects.toThrow(
      "it holds a run with another configuration",
    );
  });

  it("choose a sample by hash and by the held-out share, and say when nothing is left", async () => {
    const count = async (choice: object) =>
      (
        await evaluateCompletion({
          reference: code,
          choice,
          model: uniformModel(),
          runFolder: path.join(folder, JSON.stringify(choice)),
        })
      ).summary.documents;
    expect(await count({ limit: 1 })).toBe(1);
    expect(await count({ heldOut: 1 })).toBe(2);
    await expect(count({ heldOut: 1e-9 })).rejects.toThrow("no document is left of this choice");
  });

  it("say which models cannot do them", async () => {
    const model = await openModel("openai:some", { baseUrl: "http://localhost:1/v1" });
    await expect(evaluateCompletion({ reference: code, choice: {}, model })).rejects.toThrow(
      'model "openai:some": completion tasks need the probabilities of a given text, which the provider openai-compatible does not give.',
    );
  });

  it("are a section of the report; what a model wrote is escaped; comparing them is refused kindly", async () => {
    const runFolder = path.join(folder, "by-hand");
    const page = await buildReport([runFolder]);
    const text = textOf(page);
    expect(text).toContain("Completion of code");
    expect(text).toContain("8.000");
    expect(text).toMatch(/number 0\.0 3/);
    expect(text).not.toContain("pass@1 in percent");
    await expect(compareRuns(runFolder, runFolder)).rejects.toThrow("it holds completion tasks");

    const hostile = path.join(folder, "hostile");
    const model: Model = {
      ...uniformModel(),
      async *generate(): AsyncGenerator<Completion> {
        yield {
          sampleIndex: 0,
          text: "<script>alert(1)</script>",
          finishReason: "end",
          promptTokens: 1,
          completionTokens: 1,
        };
      },
    };
    await evaluateCompletion({ reference: code, choice: {}, model, runFolder: hostile });
    expect(await buildReport([hostile, runFolder])).not.toContain("<script>alert");
  });
});

const skip = await whyNoModel();
describe.skipIf(skip !== undefined)(`a real model scores texts (${skip ?? smallModel})`, () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(smallModel, { processes: 1, slots: 2 });
  });
  afterAll(() => model.close());

  it("finds what it writes greedily the likeliest, token by token", async () => {
    const prompt = "def add(a, b):\n    return";
    const sampling = { temperature: 0, topP: 1, maximumTokens: 24, stop: [] };
    const request = { taskId: "greedy", prompt: { kind: "completion", text: prompt } as const, sampling };
    let written = "";
    for await (const { text } of model.generate({ ...request, sampleIndices: [0], seed: 0 })) written = text;
    expect(written.length).toBeGreaterThan(10);
    const { pieces } = await model.score!({ taskId: "greedy", text: prompt + written });
    const own = pieces.filter(({ start }) => start >= prompt.length);
    // Writing computes one token at a time and scoring many: with quantised weights the two are not rounded alike.
    expect(own.filter(({ isLikeliest }) => !isLikeliest).length).toBeLessThanOrEqual(1);
    expect(own.length).toBeGreaterThan(5);
  });

  it("writes a line that is not blank, wherever it is asked for one", async () => {
    const request = { taskId: "line", sampleIndices: [0], seed: 0 };
    const sampling = { temperature: 0, topP: 1, maximumTokens: lineTokens, stop: [], grammar: lineGrammar };
    for (const text of ["def add(a, b):", "import os\nimport sys", "class A:\n    def f(self):\n        x = 1"]) {
      for await (const written of model.generate({ ...request, sampling, prompt: { kind: "completion", text } })) {
        expect(written.text).toMatch(/^[ \t\r]*\n\s*\S/);
        expect(written.finishReason).toBe("end");
        expect(written.text.trim()).not.toContain("\n");
      }
    }
  });

  it("gives probabilities of one distribution: the next tokens of a prompt sum up to less than 1, and the likeliest has the most", async () => {
    const prompt = "import numpy as";
    const nexts = [" np", " numpy", " num", " pd", " x", " the", "\n"];
    const scores = await Promise.all(nexts.map((next) => model.score!({ taskId: next, text: prompt + next })));
    const last = scores.map(({ pieces }) => pieces.at(-1)!);
    const probabilities = last.map(({ logProbability }) => Math.exp(logProbability!));
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeLessThan(1.0001);
    expect(last[0]!.isLikeliest).toBe(true);
    expect(Math.max(...probabilities)).toBe(probabilities[0]);
    expect(last.slice(1).some(({ isLikeliest }) => isLikeliest)).toBe(false);
  });

  it("reads a text longer than its context in windows, the first of which it does not change", async () => {
    const small = await openModel(smallModel, { processes: 1, slots: 1, contextSize: 64 });
    try {
      const text = "def add(a, b):\n    return a + b\n\n".repeat(12);
      const [whole, windows] = await Promise.all([model, small].map((each) => each.score!({ taskId: "long", text })));
      const unscored = windows!.pieces.filter(({ logProbability }) => logProbability === null);
      expect(unscored.length).toBe(1);
      expect(windows!.pieces.length).toBeGreaterThan(100);
      for (let index = 1; index < 50; index++)
        expect(windows!.pieces[index]!.logProbability).toBeCloseTo(whole!.pieces[index]!.logProbability!, 3);
    } finally {
      await small.close();
    }
  });
});
