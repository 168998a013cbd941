import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";
import { loadRecipe, recipeNames } from "../../src/corpus/index.ts";
import { programText } from "../corpus/pipeline/inputs.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "apprentice-corpus-command-"));
  await mkdir(path.join(root, "source", "package"), { recursive: true });
  await writeFile(path.join(root, "source", "package", "one.py"), programText(1));
  await writeFile(path.join(root, "source", "two.py"), programText(1));
  await writeFile(path.join(root, "source", "three.py"), "def f(:\n".repeat(9));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = (...argv: string[]) =>
  promisify(execFile)(process.execPath, [path.join(packageFolder, "dist", "cli", "main.js"), "corpus", ...argv], {
    cwd: root,
    env: { ...process.env, APPRENTICE_BENCHMARKS: "", APPRENTICE_HOME: path.join(root, "home") },
  }).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ status: code, stdout, stderr }),
  );

describe("apprentice corpus", () => {
  it("prints nothing that a terminal would obey, from names and contents", async () => {
    const hostile = path.join(root, "hostile");
    await mkdir(hostile);
    await writeFile(path.join(hostile, "a\u001b[2J\n.py"), `${programText(1)}# \u001b]0;owned\u0007\n`);
    expect((await run("build", hostile, "--out", "obeyed")).status).toBe(0);
    const { stdout } = await run("sample", "obeyed", "--lines", "9999");
    expect(stdout).toContain("a␛[2J␊.py");
    expect(stdout).toContain("# ␛]0;owned␇");
    const { stderr } = await run("show", "obeyed", "a");
    expect(stderr).toContain("␛[2J");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("builds, and says what each step dropped and what was not covered", async () => {
    const { status, stdout, stderr } = await run("build", "source", "--recipe", "cert", "--threads", "1");
    expect(status).toBe(0);
    expect(stderr).toContain("Not decontaminated against beatnum-eval");
    expect(stdout).toMatch(/exact-duplicates +3 +1 +2/);
    expect(stdout).toMatch(/ {2}duplicate +1/);
    expect(stdout).toContain("Kept: 1 files (33.3 %)");
    expect((await readdir(path.join(root, "corpora", "cert"))).sort()).toEqual([
      ".sources",
      "manifest.json",
      "shard-000000.parquet",
    ]);
  });

  it("gives one JSON document with --json, and finds the finished corpus again", async () => {
    const { stdout } = await run("build", "source", "--recipe", "cert", "--json");
    const { folder, output } = JSON.parse(stdout) as { folder: string; output: { documents: number } };
    expect({ folder, documents: output.documents }).toEqual({ folder: path.join("corpora", "cert"), documents: 1 });
  });

  it("shows what a corpus holds", async () => {
    const folder = path.join("corpora", "cert");
    expect((await run("stats", folder)).stdout).toContain("Kept: 1 files");
    expect((await run("sample", folder, "--lines", "2")).stdout).toContain("── source: package/one.py");
    expect((await run("show", folder, "package/one.py")).stdout).toContain("def f1_11(value, other):");
    expect(JSON.parse((await run("show", folder, "package/one.py", "--json")).stdout)).toHaveLength(1);
    expect((await run("show", folder, "pakage/one.py")).stderr).toBe(
      `apprentice: corpus ${folder}, pakage/one.py: no document has this path. Did you mean package/one.py?\n`,
    );
  });

  it("names a user's mistakes", async () => {
    expect(await run("build", "--recipe", "cert", "--out", "x")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("it names no sources, and the command does neither"),
    });
    expect(await run("build", "source", "--threads", "many")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("argument 'many' is invalid. It must be a number."),
    });
    for (const wrong of [
      ["--threads", "0"],
      ["--threads", "513"],
      ["--out", ""],
    ])
      expect((await run("build", "source", ...wrong)).status).toBe(2);
    for (const wrong of [
      ["--count", "0"],
      ["--count", ""],
      ["--count", "1e300"],
      ["--seed", "-1"],
      ["--lines", "x"],
    ])
      expect((await run("sample", "source", ...wrong)).status).toBe(2);
    expect((await run("stats", "source")).stderr).toContain("there is no manifest.json");
  });
});

describe("the recipes that come with Apprentice", async () => {
  it.each(await recipeNames())("%s loads, says what it makes, and decontaminates", async (name) => {
    const recipe = await loadRecipe(name);
    expect(recipe.description).not.toBe("");
    expect(recipe.steps.map(({ step }) => step)).toContain("decontaminate");
  });
});
