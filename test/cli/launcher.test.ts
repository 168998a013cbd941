import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "launcher-"));
  cpSync(path.join(packageFolder, "bin"), path.join(folder, "bin"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

function launch(): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [path.join(folder, "bin", "apprentice.mjs"), "eval"], { encoding: "utf8" });
}

const main = "console.log('started', process.argv[2])";

it("starts what is built in a published package", () => {
  write("dist/cli/main.js", main);
  expect(launch()).toMatchObject({ status: 0, stdout: "started eval\n", stderr: "" });
});

it("builds a clone first, and keeps standard output for results", () => {
  const build = `import { mkdirSync, writeFileSync } from "node:fs";
    const folder = new URL("../dist/cli/", import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL("main.js", folder), ${JSON.stringify(main)});
    console.log("compiling");`;
  write("tools/build.mjs", build);
  const { status, stdout, stderr } = launch();
  expect({ status, stdout }).toEqual({ status: 0, stdout: "started eval\n" });
  expect(stderr).toContain("apprentice: building this clone");
  expect(stderr).toContain("compiling");
});

it("says what to do where a clone cannot be built", () => {
  write("tools/build.mjs", "process.exit(1)");
  const { status, stdout, stderr } = launch();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("Run `npm ci` in the clone");
});
