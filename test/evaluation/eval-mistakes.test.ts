import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";

const problem = {
  task_id: "Mini/0",
  prompt: "def add(a, b):\n",
  entry_point: "add",
  canonical_solution: "    return a + b\n",
  test: "def check(candidate):\n    assert candidate(2, 3) == 5\n",
};
const sample = { task_id: "Mini/0", completion: "    return a + b" };

let folder: string;
beforeAll(() => {
  execFileSync(process.execPath, [path.join(packageFolder, "tools", "build.mjs")], { stdio: "inherit" });
  folder = mkdtempSync(path.join(os.tmpdir(), "eval-mistakes-"));
  mkdirSync(path.join(folder, "folder"));
  write("mini.jsonl", `${JSON.stringify(problem)}\n`);
  write("samples.jsonl", `${JSON.stringify(sample)}\n`);
  write("notes.txt", "hello\n");
  const endless = "    while True: pass\n";
  write("endless.jsonl", `${JSON.stringify({ ...problem, canonical_solution: endless })}\n`);
  write("endless-samples.jsonl", `${JSON.stringify({ ...sample, completion: endless })}\n`.repeat(200));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  writeFileSync(path.join(folder, name), content);
}

function apprentice(command: readonly string[], input = ""): { status: number | null; output: string; errors: string } {
  const main = path.join(packageFolder, "dist", "cli", "main.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...command], {
    cwd: folder,
    encoding: "utf8",
    input,
    timeout: 60_000,
  });
  return { status, output: stdout, errors: stderr };
}

/** A mistake ends in one calm message, and status 1. */
function complaintOf(...command: string[]): string {
  const { status, output, errors } = apprentice(command);
  expect({ status, output }).toEqual({ status: 1, output: "" });
  expect(errors).toMatch(/^apprentice: /);
  expect(errors).not.toMatch(/\n +at |node:internal/);
  return errors;
}

const evaluate = ["eval", "mini.jsonl", "--model", "replay:references"];
const judge = ["eval", "mini.jsonl", "--samples", "samples.jsonl"];

describe("a mistake is told without a stack trace", () => {
  it.each([
    [[...evaluate, "--run", "notes.txt"], "notes.txt: there is a file, where a folder is needed."],
    [[...evaluate, "--run", "/proc/no/such"], "/proc/no: no folder can be made here."],
    [[...evaluate, "--run", "."], 'run ".": the folder is no run and not empty: there is '],
    [["eval", "mini.jsonl", "--samples", "missing.jsonl"], "missing.jsonl: there is no such file or folder."],
    [["eval", "mini.jsonl", "--samples", "folder"], "folder: this is a folder, where a file is needed."],
    [[...judge, "--results", "folder"], "folder: this is a folder, where a file is to be written."],
    [[...judge, "--results", "samples.jsonl"], "samples.jsonl: the results would replace the samples."],
    [[...judge, "--results", "notes.txt"], "notes.txt: it is there already, and is no file of results."],
    [[...judge, "--results", "/dev/full"], "/dev/full: the disk is full."],
    [["eval", "folder/", "--model", "replay:references"], "this is a folder, where a file is needed."],
    [["eval", "mini.jsonl", "--model", "replay:folder"], "folder: this is a folder, where a file is needed."],
    [["eval", "--rescore", "folder"], 'run "folder": it has no readable run.json.'],
    [["benchmark", "info", "/dev/null"], "it is a pipe or a device, which can be read once only."],
    [["benchmark", "fetch", "human-eval", "--from", "nowhere"], "--from nowhere: there is no such folder."],
    [["benchmark", "check", "folder/"], "this is a folder, where a file is needed."],
    [["benchmark", "info", "\u001b[2Jhuman"], 'benchmark "␛[2Jhuman"'],
    [["benchmark", "info", "missing.jsonl"], "there is no such file."],
  ])("%j", (command, complaint) => {
    expect(complaintOf(...command)).toContain(complaint);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("where there are too few samples for a k", () => {
    expect(complaintOf(...judge, "--k", "1,5")).toContain("pass@5: it needs at least 5 samples per problem.");
    apprentice([...evaluate, "--run", "single"]);
    expect(complaintOf("eval", "--rescore", "single", "--k", "5")).toContain("pass@5: it needs at least 5 samples");
    expect(complaintOf("eval", "--rescore", "single", "--run", "single")).toContain("cannot be rescored into itself");
    writeFileSync(path.join(folder, "single", "summary.json"), "{}");
    expect(complaintOf("report", "single")).toContain("summary.json is damaged");
    expect(complaintOf("compare", "single", "single")).toContain("summary.json is damaged");
  });

  it("where a report would replace a file of the run", () => {
    apprentice([...evaluate, "--run", "reported"]);
    const file = path.join("reported", "run.json");
    expect(complaintOf("report", "reported", "--out", file)).toContain("it is there already, and is no report.");
    expect(apprentice(["report", "reported"]).status).toBe(0);
    expect(apprentice(["report", "reported"]).status).toBe(0);
  });

  it("in a journal that something else wrote into", () => {
    apprentice([...evaluate, "--run", "spoilt"]);
    writeFileSync(path.join(folder, "spoilt", "verdicts.jsonl"), "garbage\n");
    expect(complaintOf(...evaluate, "--run", "spoilt")).toContain("verdicts.jsonl, line 1: this is not JSON");
    writeFileSync(path.join(folder, "spoilt", "verdicts.jsonl"), "5\n");
    expect(complaintOf(...evaluate, "--run", "spoilt")).toContain("there is a line that is no record: 5");
  });

  it("under --json as the one JSON document on standard output", () => {
    const { status, output } = apprentice(["eval", "missing.jsonl", "--model", "x", "--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(output).error).toMatchObject({ cause: "there is no such file" });
    const usage = apprentice(["report", "--nonsense", "--json"]);
    expect(usage.status).toBe(2);
    expect(JSON.parse(usage.output).error.cause).toContain("unknown option '--nonsense'");
  });
});

describe("options without a meaning are refused", () => {
  it.each([
    [[...judge, "--dry-run"], "--dry-run: it has no meaning for --samples"],
    [[...judge, "--run", "x"], "Name the results' file with --results."],
    [[...judge, "--limit", "1"], "--limit: it has no meaning for --samples"],
    [[...judge, "--top-p", "0.95"], "--top-p: it has no meaning for --samples"],
    [["eval", "--rescore", "folder", "--dry-run"], "--dry-run: it has no meaning for --rescore"],
    [[...evaluate, "--results", "x"], "--results: it names the results of a samples file."],
    [[...evaluate, "--held-out", "0.1"], "--held-out: it chooses the documents of completion tasks."],
  ])("%j", (command, complaint) => expect(complaintOf(...command)).toContain(complaint));
});

describe("samples files", () => {
  it("names all bad lines at once", () => {
    write("bad.jsonl", '{oops\n{"task_id": "Mini/1", "completion": ""}\n[]\n');
    const complaint = complaintOf("eval", "mini.jsonl", "--samples", "bad.jsonl");
    expect(complaint).toContain("bad.jsonl: 3 lines are bad:\n  bad.jsonl, line 1: this is not JSON");
    expect(complaint).toContain('bad.jsonl, line 2: problem "Mini/1": there is no such one. Did you mean Mini/0?');
    expect(complaint).toContain("bad.jsonl, line 3: this is no sample.");
  });

  it("of EvalPlus have whole programs as solutions, and can come from another process", () => {
    const line = { task_id: "Mini/0", solution: "def add(a, b):\n    return b + a\n" };
    const command = ["eval", "mini.jsonl", "--samples", "-"];
    expect(complaintOf(...command)).toContain("there is no file beside which the results could lie");
    const { status } = apprentice([...command, "--results", "piped.jsonl"], `${JSON.stringify(line)}\n`);
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(path.join(folder, "piped.jsonl"), "utf8"))).toEqual({
      ...line,
      result: "passed",
      passed: true,
      outcome: "passed",
    });
  });
});

describe("a signal ends the work in order", () => {
  it.each([
    [
      "SIGINT",
      130,
      ["eval", "endless.jsonl", "--model", "replay:references", "--run", "stopped"],
      "the same command goes on where this one stopped",
    ],
    ["SIGTERM", 143, ["eval", "mini.jsonl", "--samples", "endless-samples.jsonl"], "to judge it from the start"],
  ] as const)("%s", async (signal, expected, command, toGoOn) => {
    const main = path.join(packageFolder, "dist", "cli", "main.js");
    const child = spawn(process.execPath, [main, ...command], { cwd: folder });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    await setTimeout(4_000);
    child.kill(signal);
    const [status] = (await once(child, "exit")) as [number];
    expect(status).toBe(expected);
    expect(errors).toContain("apprentice: interrupted.");
    expect(errors).toContain(toGoOn);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });
});
