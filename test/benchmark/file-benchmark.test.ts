import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchmarkFolder, loadProblems, resolveBenchmark } from "../../src/benchmark/index.ts";
import { documentFile } from "../../src/common/folders.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-file-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const record = {
  task_id: "Own/0",
  prompt: "def add(a, b):\n",
  entry_point: "add",
  canonical_solution: "    return a + b\n",
  test: "def check(candidate):\n    assert candidate(1, 2) == 3\n",
};

async function write(name: string, ...records: unknown[]): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  const text = records.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))).join("\n");
  await writeFile(file, name.endsWith(".gz") ? gzipSync(text) : text);
  return file;
}

describe("a JSON Lines file in HumanEval's form", () => {
  it("is a benchmark", async () => {
    const benchmark = await resolveBenchmark(await write("own.jsonl", record, { ...record, task_id: "Own/1" }));
    expect(benchmark.name).toBe("own");
    expect(benchmark.info).toMatchObject({ problemCount: 2, referencesThatPass: 2, language: "python" });
    expect(await benchmarkFolder(benchmark)).toBe(folder);
    const [problem] = await loadProblems(benchmark);
    expect(problem?.references).toEqual(["    return a + b\n"]);
    expect(benchmark.judge.assemble(problem!, { kind: "continuation", text: "    return 3\n" })).toEqual({
      language: "python",
      source: "def add(a, b):\n    return 3\n",
      prelude: "",
      test: record.test,
      call: "check(add)",
    });
  });

  it("may be gzipped, without references, with numbers as ids", async () => {
    const { canonical_solution: _unused, ...bare } = record;
    const benchmark = await resolveBenchmark(
      await write("bare.jsonl.gz", { ...bare, task_id: 7, entry_point: "none" }),
    );
    expect(benchmark.info.referencesThatPass).toBeUndefined();
    const [problem] = await loadProblems(benchmark);
    expect(problem).toMatchObject({ taskId: "7", references: [] });
    expect(problem?.entryPoint).toBeUndefined();
    expect(benchmark.judge.assemble(problem!, { kind: "continuation", text: "" })).toMatchObject({ call: "check()" });
  });

  it("gives documentation in the published form", async () => {
    const apis = ["moor(ship): Ties a ship up.", "cast_off(ship): Unties it."];
    const file = await write("documented.jsonl", { ...record, apis }, { ...record, task_id: "Own/1" });
    const problems = await loadProblems(await resolveBenchmark(file));
    expect(problems[0]?.apiPrompts).toEqual({
      perfect: "# [start]\n# moor(ship): Ties a ship up.\n# cast_off(ship): Unties it.\n# [end]\n",
    });
    expect(problems[1]?.apiPrompts).toEqual({ perfect: "" });
  });

  it("takes title, licence and folders to import from benchmark.json", async () => {
    const file = await write("library/benchmark/problems.jsonl", record);
    await write("library/benchmark/benchmark.json", { title: "Library", license: "Apache-2.0", pythonPath: [".."] });
    const benchmark = await resolveBenchmark(file);
    expect(benchmark.name).toBe("library");
    expect(benchmark.info).toMatchObject({ title: "Library", license: "Apache-2.0" });
    const [problem] = await loadProblems(benchmark);
    expect(benchmark.judge.assemble(problem!, { kind: "continuation", text: "" })).toMatchObject({
      importFolders: [path.join(folder, "library")],
    });
  });

  it("may be JavaScript", async () => {
    const file = await write("javascript/own.jsonl", {
      ...record,
      prompt: "const twice = (x) => 2 * x;\n/* Adds. */\nconst add = (a, b) => {\n",
      canonical_solution: "  return a + b;\n}\n",
    });
    await write("javascript/benchmark.json", { language: "javascript" });
    const benchmark = await resolveBenchmark(file);
    const [problem] = await loadProblems(benchmark);
    expect(problem?.instruction).toContain("Complete this JavaScript function:\n\n```javascript\n");
    expect(benchmark.judge.assemble(problem!, { kind: "whole", text: "const add = (a, b) => a + b;" })).toMatchObject({
      language: "javascript",
      source: "const twice = (x) => 2 * x;\nconst add = (a, b) => a + b;",
      call: "check(add)",
    });
  });
});

describe("a bad file is refused with", () => {
  const { test: _test, ...withoutTest } = record;
  it.each([
    [
      "the field that is missing",
      [record, withoutTest],
      `bad.jsonl, line 2: the field "test" is missing. ${documentFile("benchmarks.md")} describes the fields.`,
    ],
    [
      "the field that is wrong",
      [{ ...record, prompt: 3 }],
      `bad.jsonl, line 1: the field "prompt" is wrong: it must be a text. ${documentFile("benchmarks.md")} describes the fields.`,
    ],
    [
      "both lines of an id",
      [record, record],
      'bad.jsonl, line 2: the task_id "Own/0" was used in line 1 already. Give every problem its own.',
    ],
    ["a line that is no object", [[1]], "bad.jsonl, line 1: this is no JSON object with fields."],
    ["a line that is no JSON", [record, "{"], "line 2: this is not JSON"],
    ["no lines at all", [""], "it holds no problems."],
  ])("%s", async (_what, records, expected) => {
    const file = await write("bad.jsonl", ...records);
    await expect(resolveBenchmark(file)).rejects.toThrow(expected);
  });

  it.each([
    [{ pythonpath: [".."] }, 'there is no field "pythonpath"; did you mean pythonPath?'],
    [{ language: "java" }, 'the field "language" is wrong: it must be "python" or "javascript".'],
    [{ pythonPath: "src" }, 'the field "pythonPath" is wrong: it must be a list.'],
    [{ pythonPath: ["scr"] }, /pythonPath names "scr", and there is no folder .*scr\. Did you mean src\?$/],
    [{ pythonPath: ["../nowhere/at-all"] }, /there is no folder .*at-all\. Paths are relative to benchmark\.json\.$/],
  ])("settings that would be ignored: %j", async (settings, expected) => {
    const file = await write("settings/problems.jsonl", record);
    await write("settings/src/library.py", "");
    await write("settings/benchmark.json", settings);
    await expect(resolveBenchmark(file)).rejects.toThrow(expected);
  });

  it("a path that does not exist", async () => {
    await expect(resolveBenchmark("nowhere/problems.jsonl")).rejects.toThrow(
      "benchmark file nowhere/problems.jsonl: there is no such file. Check the path, or see: apprentice benchmark list",
    );
  });

  it("an unknown name, and what was probably meant", async () => {
    await expect(resolveBenchmark("pandas-evl")).rejects.toThrow(
      'benchmark "pandas-evl": there is no such one. Did you mean pandas-eval',
    );
  });
});
