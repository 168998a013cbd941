import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";
import { smallModel, whyNoModel } from "../model/real-model.ts";

const main = path.join(packageFolder, "dist", "cli", "main.js");

let folder: string;
beforeAll(() => {
  if (!existsSync(main)) execFileSync(process.execPath, [path.join(packageFolder, "tools", "build.mjs")]);
  folder = mkdtempSync(path.join(os.tmpdir(), "completion-command-"));
  mkdirSync(path.join(folder, "code"));
  for (const name of ["add", "sub", "mul", "div"])
    writeFileSync(path.join(folder, "code", `${name}.py`), `def ${name}(a, b):\n    return ${name}_of(a, b)\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function evaluation(...options: string[]): string[] {
  return [main, "eval", "completion:code", ...options];
}

function apprentice(...options: string[]): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, evaluation(...options), {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout, errors: stderr };
}

describe("apprentice eval completion:SOURCE", () => {
  it("refuses settings that it does not have, and models that cannot score", () => {
    expect(apprentice("--model", "x.gguf", "-n", "3").errors).toBe(
      "apprentice: -n: it has no meaning for completion tasks. Leave it out.\n",
    );
    expect(apprentice("--model", "x.gguf", "--max-tokens", "3").errors).toContain(
      "--max-tokens: it has no meaning for completion tasks",
    );
    expect(apprentice().errors).toContain("no model was named");
    const refused = apprentice("--model", "openai:some", "--base-url", "http://localhost:1/v1");
    expect(refused.status).toBe(1);
    expect(refused.errors).toContain("the provider openai-compatible does not give");
  });
});

const skip = await whyNoModel();
describe.skipIf(skip !== undefined)(`with a real model (${skip ?? smallModel})`, () => {
  const options = ["--model", smallModel, "--processes", "1", "--slots", "1"];

  it("killed in the middle, the same command ends with the same summary", { timeout: 240_000 }, async () => {
    const killed = spawn(process.execPath, evaluation(...options, "--run", "killed"), { cwd: folder, stdio: "ignore" });
    const journal = path.join(folder, "killed", "documents.jsonl");
    const done = () => (existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0);
    while (done() === 0 && killed.exitCode === null) await setTimeout(20);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect(done()).toBeLessThan(4);
    const { status, output } = apprentice(...options, "--run", "killed");
    expect(status).toBe(0);
    expect(output).toContain("4 documents · 4 lines");
    expect(output).toMatch(/\nbits per byte +\d\.\d{3} +\(/);
    const json = apprentice(...options, "--run", "whole", "--json");
    const { summary } = JSON.parse(json.output) as { summary: object };
    const [one, other] = ["killed", "whole"].map((run) => readFileSync(path.join(folder, run, "summary.json"), "utf8"));
    expect(one).toBe(other);
    expect(JSON.parse(one!)).toEqual(summary);
  });
});
