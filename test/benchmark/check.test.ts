import { describe, expect, it } from "vitest";
import {
  asExpected,
  type Benchmark,
  benchmarkFolder,
  checkBenchmark,
  loadProblems,
  type Problem,
  resolveBenchmark,
} from "../../src/benchmark/index.ts";
import { installedEnvironment } from "../../src/environment/index.ts";
import { openExecutor } from "../../src/execution/executor.ts";
import { defaultLimits } from "../../src/execution/program.ts";

/** Every so many problems are judged: the whole benchmarks are the business of `apprentice benchmark check`. */
const stride = 8;

describe.each(["human-eval", "mbpp-sanitized", "pandas-eval", "numpy-eval", "monkey-eval", "human-eval-x-javascript"])(
  "references of %s",
  (name) => {
    it("pass, but for the known-bad ones, and broken ones do not", { timeout: 300_000 }, async (test) => {
      const benchmark = await resolveBenchmark(name);
      if ((await benchmarkFolder(benchmark)) === undefined) return test.skip("its data is not here");
      const { environment } = benchmark.info;
      const installed = environment === undefined ? undefined : await installedEnvironment(environment);
      if (environment !== undefined && installed === undefined)
        return test.skip(`the environment ${environment} is not here`);
      const executor = await openExecutor({
        executables: installed === undefined ? {} : { python: installed.interpreter },
        workers: 1,
      });
      try {
        const problems = (await loadProblems(benchmark)).filter((_, index) => index % stride === 0);
        const report = await checkBenchmark(benchmark, problems, executor);
        expect(report.failing.filter(({ knownBad }) => knownBad === undefined)).toEqual([]);
        expect(report.weakTests.filter(({ known }) => !known)).toEqual([]);
        expect(report.passing + report.failing.length).toBe(problems.length);
        expect(asExpected(report, false)).toBe(true);
      } finally {
        await executor.close();
      }
    });
  },
);

describe("a check", () => {
  const problem: Problem = {
    taskId: "Own/0",
    prompt: "def one():\n",
    instruction: "",
    entryPoint: "one",
    references: ["    return 2\n", "    return 1\n"],
    test: "def check(candidate):\n    assert candidate() == 1\n",
  };

  async function check(...problems: Problem[]) {
    const humanEval = await resolveBenchmark("human-eval");
    const benchmark: Benchmark = {
      ...humanEval,
      name: "own",
      info: { ...humanEval.info, limits: defaultLimits, referencesThatPass: problems.length },
    };
    const executor = await openExecutor({ workers: 1 });
    try {
      return await checkBenchmark(benchmark, problems, executor);
    } finally {
      await executor.close();
    }
  }

  it("counts a problem of which a later reference passes", async () => {
    const report = await check(problem);
    expect(report).toMatchObject({ passing: 1, passingFirst: 0, failing: [], weakTests: [], brokenPrograms: 4 });
    expect(asExpected(report, true)).toBe(true);
  });

  it("names a reference that fails and a test that lets broken programs pass", async () => {
    const wrong = { ...problem, taskId: "Own/1", references: ["    return 2\n"] };
    const weak = { ...problem, taskId: "Own/2", test: "def check(candidate):\n    candidate()\n" };
    const report = await check(wrong, weak);
    expect(report.failing).toEqual([
      { taskId: "Own/1", outcome: "failed", message: expect.stringContaining("AssertionError") },
    ]);
    expect(report.weakTests).toEqual([{ taskId: "Own/2", known: false, passed: ["gives nothing", "gives zero"] }]);
    expect(asExpected(report, false)).toBe(false);
  });
});
