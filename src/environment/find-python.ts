import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../common/errors.ts";

const run = promisify(execFile);

/** A Python installation that can make virtual environments. */
export interface PythonInstallation {
  readonly executable: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

/** Prints where it lies and its version; fails where the venv module is missing, as on a bare Debian. */
const probe =
  "import sys, venv, ensurepip; print(sys.executable); print('.'.join(str(part) for part in sys.version_info[:3]))";

/** The installation behind a command or path; undefined where it is none or cannot make virtual environments. */
async function examine(command: string): Promise<PythonInstallation | undefined> {
  try {
    const { stdout } = await run(command, ["-I", "-c", probe], { timeout: 20_000 });
    const [executable = "", version = ""] = stdout.trim().split(/\r?\n/);
    return /^\d+\.\d+\.\d+$/.test(version) ? { executable, version } : undefined;
  } catch {
    return undefined;
  }
}

/** Interpreters that pyenv keeps for that version, newest first. */
async function pyenvInterpreters(version: string): Promise<string[]> {
  const folder = path.join(process.env.PYENV_ROOT ?? path.join(os.homedir(), ".pyenv"), "versions");
  const installed = await readdir(folder).catch(() => []);
  return installed
    .filter((name) => name.startsWith(`${version}.`))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((name) => path.join(folder, name, "bin", "python"));
}

/**
 * Looks for a Python of one of the versions (`3.11`, …): on the search path, then among pyenv's.
 * @param chosen a command or path that the user gave: nothing else is tried then
 * @returns undefined when none was found
 * @throws UserError when the chosen one does not fit
 */
export async function findPython(
  versions: readonly string[],
  chosen?: string,
): Promise<PythonInstallation | undefined> {
  const fits = (found: PythonInstallation, version: string) => found.version.startsWith(`${version}.`);
  if (chosen !== undefined) {
    const found = await examine(chosen);
    if (found === undefined)
      throw new UserError(`--python ${chosen}`, "this is no Python that can make virtual environments");
    if (versions.some((version) => fits(found, version))) return found;
    throw new UserError(
      `--python ${chosen}`,
      `this is Python ${found.version}`,
      `Name a Python ${versions.join(" or ")}.`,
    );
  }
  for (const version of versions) {
    for (const command of [`python${version}`, "python3", "python", ...(await pyenvInterpreters(version))]) {
      const found = await examine(command);
      if (found !== undefined && fits(found, version)) return found;
    }
  }
  return undefined;
}

/** Whether `uv` can be called. */
export async function hasUv(): Promise<boolean> {
  return run("uv", ["--version"]).then(
    () => true,
    () => false,
  );
}
