import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { benchmarkFolder, loadProblems, resolveBenchmark } from "../../src/benchmark/index.ts";
import { packageFolder } from "../../src/common/folders.ts";

const humanEval = await resolveBenchmark("human-eval");
const isHere = (await benchmarkFolder(humanEval)) !== undefined;

it.skipIf(!isHere)("the program of docs/evaluation.md prints a score and ends", { timeout: 120_000 }, async () => {
  execFileSync(process.execPath, [path.join(packageFolder, "tools", "build.mjs")], { stdio: "inherit" });
  const folder = mkdtempSync(path.join(os.tmpdir(), "library-example-"));
  try {
    const samples = (await loadProblems(humanEval)).map(({ taskId, references }) =>
      JSON.stringify({ task_id: taskId, completion: references[0] }),
    );
    writeFileSync(path.join(folder, "samples.jsonl"), samples.join("\n"));
    const [, code = ""] = /```ts\n(.*?)```/s.exec(
      readFileSync(path.join(packageFolder, "docs", "evaluation.md"), "utf8"),
    )!;
    const built = pathToFileURL(path.join(packageFolder, "dist", "index.js")).href;
    const program = code
      .replace('"apprentice"', JSON.stringify(built))
      .replace(/openModel\(".*?"\)/, 'openModel("replay:samples.jsonl")');
    writeFileSync(path.join(folder, "example.mjs"), program);
    const { status, stdout } = spawnSync(process.execPath, ["example.mjs"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 90_000,
    });
    expect(stdout).toContain("value: 1,");
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("no benchmark is a mistake that is told", async () => {
  await expect(resolveBenchmark(undefined as unknown as string)).rejects.toThrow("benchmark: no name was given.");
});
