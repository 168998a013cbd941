import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

const program = `
import { buildReport, compareRuns, openModel } from "apprentice";
export const page: Promise<string> = buildReport(["runs/a"]);
export const shares: Promise<number[]> = compareRuns("runs/a", "runs/b").then(({ outcomes }) => outcomes.map(({ a }) => a));
export const model = openModel("model.gguf", { slots: 2 });
`;

/** A project of a user's, with TypeScript's own defaults: declarations are checked, and no global types are taken in. */
async function userProject(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "user-"));
  await mkdir(path.join(folder, "node_modules"));
  await symlink(root, path.join(folder, "node_modules", "apprentice"));
  const compilerOptions = { strict: true, module: "nodenext", target: "es2022", types: [], noEmit: true };
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await writeFile(path.join(folder, "program.ts"), program);
  return folder;
}

describe.skipIf(!existsSync(path.join(root, "dist", "index.d.ts")))("the types of the package", () => {
  it("compile in a strict project that does not skip the check of declarations", async () => {
    const compiler = path.join(root, "node_modules", ".bin", "tsc");
    const run = () => execFileSync(compiler, ["-p", "."], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    const folder = await userProject();
    expect(run).not.toThrow();
  });

  it("need nothing that the package does not bring", async () => {
    const declarations = await readFile(path.join(root, "dist", "index.d.ts"), "utf8");
    const { dependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const needed = [...declarations.matchAll(/reference types="(\w+)"/g)].map(([, name]) => `@types/${name}`);
    expect(needed).toEqual(["@types/node", "@types/emscripten"]);
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(needed));
  });
});
