import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { compileSandbox } from "../../src/execution/bytecode.ts";
import { sandboxFolder } from "../../src/execution/isolation/launcher.ts";
import { inspectPython } from "../../src/execution/python-installation.ts";

it("has an interpreter compile the sandbox once, and does without where there is no such interpreter", async () => {
  const python = await inspectPython("python3");
  const compiled = path.join(sandboxFolder, "__pycache__", `worker.${python.cacheTag}.pyc`);
  await rm(compiled, { force: true });
  await compileSandbox({ ...python, executable: "/nowhere/python" });
  expect(existsSync(compiled)).toBe(false);
  await compileSandbox(python);
  expect(existsSync(compiled)).toBe(true);
  await compileSandbox({ ...python, executable: "/nowhere/python" });
  expect(existsSync(compiled)).toBe(true);
});
