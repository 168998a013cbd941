import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";

const problem = (index: number, name: string) =>
  JSON.stringify({
    task_id: `Mini/${index}`,
    prompt: `def ${name}(a, b):\n    """${name}"""\n`,
    entry_point: name,
    canonical_solution: "    return a + b\n",
    test: "def check(candidate):\n    assert candidate(2, 3) == 5\n",
    ...(index === 0 ? { apis: ["sum(iterable): Adds up."] } : { apis: [] }),
  });

let folder: string;
beforeAll(() => {
  execFileSync(process.execPath, [path.join(packageFolder, "tools", "build.mjs")], { stdio: "inherit" });
  folder = mkdtempSync(path.join(os.tmpdir(), "eval-command-"));
  writeFileSync(path.join(folder, "mini.jsonl"), `${problem(0, "add")}\n${problem(1, "plus")}\n`);
  writeFileSync(
    path.join(folder, "samples.jsonl"),
    '{"task_id": "Mini/0", "completion": "    return a + b"}\n{"task_id": "Mini/0", "completion": "    return 0"}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function apprentice(...options: string[]): { status: number | null; output: string; errors: string } {
  const main = path.join(packageFolder, "dist", "cli", "main.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "eval", ...options], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout, errors: stderr };
}

describe("apprentice eval", () => {
  it("evaluates, names the run folder and says what to type next", () => {
    const { status, output } = apprentice("mini.jsonl", "--model", "replay:references");
    expect(status).toBe(0);
    expect(output).toContain("mini · replay:references · direct · completion prompts · 2 problems · 1 sample each");
    expect(output).toMatch(/\n0 +100\.0 % +\(15\.8 – 100\.0\)\n/);
    const [, run = ""] =
      /Next: apprentice report (runs\/mini-replay-references-direct-[0-9a-f]{8})\n/.exec(output) ?? [];
    for (const file of ["run.json", "completions.jsonl", "verdicts.jsonl", "summary.json"])
      expect(existsSync(path.join(folder, run, file))).toBe(true);
    expect(readFileSync(path.join(folder, run, "summary.json"), "utf8")).not.toContain(folder);
  });

  it("prints one JSON document and nothing else under --json", () => {
    const { status, output } = apprentice("mini.jsonl", "--model", "replay:broken", "--json", "--run", "broken");
    expect(status).toBe(0);
    const document = JSON.parse(output);
    expect(document).toMatchObject({ runFolder: "broken", failures: [], summary: { problems: 2, samples: 2 } });
    expect(document.summary.best["1"].value).toBe(0);
    expect(document.configuration.execution.mode).toBe("split");
  });

  it("refuses another request in the same folder, and points to what differs", () => {
    apprentice("mini.jsonl", "--model", "replay:references", "--run", "taken");
    const { status, errors } = apprentice(
      "mini.jsonl",
      "--model",
      "replay:references",
      "--run",
      "taken",
      "--seed",
      "1",
    );
    expect(status).toBe(1);
    expect(errors).toContain(
      'run "taken": it holds a run with another configuration:\n  sampling.seed: 0 there, 1 now\n',
    );
  });

  it("judges a samples file", () => {
    const { status, output } = apprentice("mini.jsonl", "--samples", "samples.jsonl", "--results", "results.jsonl");
    expect(status).toBe(0);
    expect(output).toContain("mini · 2 samples of 1 problems");
    expect(output).toContain("Without samples, and in no score: Mini/1.");
    const results = readFileSync(path.join(folder, "results.jsonl"), "utf8").trimEnd().split("\n");
    expect(results.map((line) => JSON.parse(line).passed)).toEqual([true, false]);
  });

  it("says which k the samples are too few for", () => {
    const samples = readFileSync(path.join(folder, "samples.jsonl"), "utf8");
    writeFileSync(
      path.join(folder, "few.jsonl"),
      `${samples}{"task_id": "Mini/1", "completion": "    return a + b"}\n`,
    );
    const { status, output } = apprentice("mini.jsonl", "--samples", "few.jsonl", "--k", "1,2");
    expect(status).toBe(0);
    expect(output).toContain("pass@2 is the mean of 1 of 2 problems: the others have fewer than 2 judged samples.\n");
    expect(output).not.toContain("pass@1 is");
  });

  it("rescores a run without its model", () => {
    apprentice("mini.jsonl", "--model", "replay:references", "--run", "once");
    const { status, output } = apprentice("--rescore", "once");
    expect(status).toBe(0);
    expect(output).toContain("0 of 2 verdicts changed.");
    expect(output).toContain("Run folder: once-rescored");
    const { errors } = apprentice("--rescore", "once", "--k", "1,3");
    expect(errors).toContain("pass@3: it needs at least 3 samples per problem. The run has no more; give a smaller k.");
  });

  it("shows the first prompt in a dry run and opens nothing", () => {
    const options = ["mini.jsonl", "--model", "no-such-model", "--strategy", "api", "--dry-run"];
    const { status, output } = apprentice(...options, "-n", "5", "--prompt-price", "1", "--completion-price", "1");
    expect(status).toBe(0);
    expect(output).toContain('# [start]\n# sum(iterable): Adds up.\n# [end]\ndef add(a, b):\n    """add"""\n');
    expect(output).toMatch(/samples +10\n/);
    expect(output).toMatch(/cost at most \(estimated\) +\$0\.01/);
    const { firstPrompt } = JSON.parse(apprentice(...options, "--style", "chat", "--json").output);
    expect(firstPrompt.messages[0].content).toContain("These APIs may help:");
  });

  it.each([
    [["mini.jsonl"], "eval: no model was named. Add --model"],
    [[], "eval: no benchmark was named. Name a .jsonl file, completion:SOURCE, or one of: "],
    [
      ["mini.jsonl", "--model", "replay:references", "-n", "2", "--temperature", "0"],
      "temperature 0: it gives the same text",
    ],
    [["mini.jsonl", "--model", "replay:references", "--k", "10"], "pass@10: it needs at least 10 samples per problem."],
    [
      ["mini.jsonl", "--model", "replay:references", "--strategy", "dirct"],
      'strategy "dirct": there is no such one. Did you mean direct?',
    ],
    [
      ["mini.jsonl", "--model", "replay:references", "--tasks", "Mini/7"],
      'problem of mini "Mini/7": there is no such one.',
    ],
    [["mini.jsonl", "--model", "replay:references", "--isolation", "none"], "--unsafe"],
    [["--rescore", "nowhere"], 'run "nowhere": it has no readable run.json.'],
  ])("explains a mistake: %j", (options, message) => {
    const { status, errors } = apprentice(...options);
    expect(errors).toContain(message);
    expect(errors).not.toContain("    at ");
    expect(status).toBe(1);
  });

  it("takes wrong options for wrong usage", () => {
    expect(apprentice("mini.jsonl", "-n", "0")).toMatchObject({ status: 2 });
    expect(apprentice("mini.jsonl", "--style", "chta")).toMatchObject({ status: 2 });
  });
});
