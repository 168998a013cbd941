import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { sandboxFolder } from "./isolation/launcher.ts";
import type { PythonInstallation } from "./python-installation.ts";

const run = promisify(execFile);

/**
 * Has an interpreter compile the sandbox's modules, where it has not yet. A worker may not write, so that each would compile
 * them anew; and what that leaves in its memory is copied with every fork. Best effort: without, everything works.
 */
export async function compileSandbox({ executable, cacheTag }: PythonInstallation): Promise<void> {
  try {
    if (await isCompiled(cacheTag)) return;
    await access(sandboxFolder, constants.W_OK);
    await run(executable, ["-I", "-m", "compileall", "-q", sandboxFolder], { timeout: 30_000 });
  } catch {
    // A folder of somebody else's, or a full disk.
  }
}

async function isCompiled(cacheTag: string): Promise<boolean> {
  const sources = (await readdir(sandboxFolder)).filter((name) => name.endsWith(".py"));
  const fresh = sources.map(async (name) => {
    const compiled = path.join(sandboxFolder, "__pycache__", `${name.slice(0, -".py".length)}.${cacheTag}.pyc`);
    const [source, result] = await Promise.all([
      stat(path.join(sandboxFolder, name)),
      stat(compiled).catch(() => null),
    ]);
    return result !== null && result.mtimeMs >= source.mtimeMs;
  });
  return (await Promise.all(fresh)).every(Boolean);
}
