import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CliCommand } from "../../src/cli/command.ts";
import { member as compare } from "../../src/cli/commands/compare.ts";
import { member as report } from "../../src/cli/commands/report.ts";
import { writeHandMadeRun } from "./hand-made-run.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "apprentice-commands-"));
const [a, b] = [path.join(folder, "a"), path.join(folder, "b")];
beforeAll(async () => {
  await writeHandMadeRun(a, {
    ks: [1],
    model: "before",
    samples: { "P/0": { 0: ["passed"] }, "P/1": { 0: ["failed"] } },
  });
  await writeHandMadeRun(b, {
    ks: [1],
    model: "after",
    samples: { "P/0": { 0: ["passed"] }, "P/1": { 0: ["passed"] } },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a command prints on standard output. */
async function run(command: CliCommand, ...words: readonly string[]): Promise<string> {
  const program = new Command().exitOverride();
  command.register(program);
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await program.parseAsync(["node", "apprentice", command.name, ...words]);
  } finally {
    write.mockRestore();
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  return printed.replace(/\u001b\[\d+m/g, "");
}

describe("apprentice report", () => {
  it("writes the file into the run folder and says so", async () => {
    expect(await run(report, a)).toMatch(/report\.html {2}\([\d.]+ kB\)\n$/);
    expect(readFileSync(path.join(a, "report.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  it("prints one JSON document under --json", async () => {
    const out = path.join(folder, "both.html");
    const printed = JSON.parse(await run(report, a, b, "--out", out, "--json")) as { file: string; runs: unknown[] };
    expect(printed.file).toBe(out);
    expect(printed.runs).toMatchObject([
      { run: a, summary: { problems: 2 } },
      { run: b, summary: { best: { 1: { value: 1 } } } },
    ]);
  });
});

describe("apprentice compare", () => {
  it("prints the comparison as aligned tables", async () => {
    expect(await run(compare, a, b)).toBe(`invented · 2 shared problems
  A  before  (${a})
  B  after  (${b})

%       T     A      B  B - A  95 % interval      p  test
pass@1  0  50.0  100.0  +50.0   0.0 … +100.0  1.000  McNemar

Mean relative change over k = 1, T 0: +100.0 %

samples, %       A      B  B - A
passed        50.0  100.0  +50.0
failed tests  50.0    0.0  -50.0

Solved by B alone (1): P/1
Solved by A alone (0): none

the runs differ in  A       B
model.reference     before  after
`);
  });

  it("prints one JSON document under --json", async () => {
    const printed = JSON.parse(await run(compare, a, b, "--k", "1", "--json")) as object;
    expect(printed).toMatchObject({ benchmark: "invented", sharedProblems: 2, gained: ["P/1"], lost: [] });
  });

  it("refuses a k that is none", async () => {
    await expect(run(compare, a, b, "--k", "1,x")).rejects.toThrow(
      "error: option '--k <list>' argument '1,x' is invalid. It must be a number.",
    );
  });
});
