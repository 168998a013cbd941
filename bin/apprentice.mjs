#!/usr/bin/env node
// Starts the command line. In a clone it is built first, so that `npx apprentice` works after `npm ci` and is never older than the sources.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const build = fileURLToPath(new URL("../tools/build.mjs", import.meta.url));
if (existsSync(build)) {
  if (!existsSync(new URL("../dist", import.meta.url)))
    console.error("apprentice: building this clone; that happens once.");
  // What the compiler says goes to standard error: results may be piped.
  const { status } = spawnSync(process.execPath, [build], { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    console.error("apprentice: it could not be built. Run `npm ci` in the clone, then give the command again.");
    process.exit(1);
  }
}
await import("../dist/cli/main.js");
