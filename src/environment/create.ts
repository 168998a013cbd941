import { execFile, spawn } from "node:child_process";
import { rm, statfs } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { messageOf, UserError } from "../common/errors.ts";
import { withFileLock } from "../common/file-lock.ts";
import { makeFolder, writeFileAtomically } from "../common/files.ts";
import type { ProgressListener } from "../common/progress.ts";
import type { EnvironmentDefinition } from "./definitions.ts";
import {
  definitionHash,
  environmentDefinition,
  environmentFolder,
  environmentsFolder,
  type InstalledEnvironment,
  installedEnvironment,
  markerFile,
} from "./environment.ts";
import { findPython, hasUv } from "./find-python.ts";
import { graphicsCard } from "./graphics-card.ts";

const run = promisify(execFile);

export interface CreateOptions {
  /** Command or path of the Python to build on. */
  readonly python?: string;
  readonly progress: ProgressListener;
}

/**
 * Makes a pinned environment, or returns the one that is there. Killed halfway, the same call starts over; the packages
 * come from the installer's download cache then.
 * @throws UserError when no suitable Python is found, the disk is too small, or a package cannot be had as a wheel
 */
export async function createEnvironment(name: string, options: CreateOptions): Promise<InstalledEnvironment> {
  const definition = environmentDefinition(name);
  const present = await installedEnvironment(name);
  if (present !== undefined) return present;
  await makeFolder(environmentsFolder());
  await requireDiskSpace(definition);
  const wait = () =>
    options.progress({
      task: `environment ${name}`,
      done: 0,
      total: 4,
      unit: "steps",
      note: "another process makes it",
    });
  return withFileLock(
    `${environmentFolder(name)}.lock`,
    async () => (await installedEnvironment(name)) ?? (await build(definition, options)),
    wait,
  );
}

async function build(definition: EnvironmentDefinition, options: CreateOptions): Promise<InstalledEnvironment> {
  const { name } = definition;
  const folder = environmentFolder(name);
  const step = (done: number, note: string) =>
    options.progress({ task: `environment ${name}`, done, total: 4, unit: "steps", note });

  step(0, "looking for Python");
  const installer = (await hasUv()) ? "uv" : "pip";
  const python = await findPython(definition.pythons, options.python);
  if (python === undefined && installer === "pip") throw noPython(definition);

  step(1, `making it with ${installer}`);
  await rm(folder, { recursive: true, force: true });
  // uv can fetch a Python by version where none was found.
  const base = python?.executable ?? definition.pythons[0]!;
  const interpreter = path.join(folder, ...(os.platform() === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
  if (installer === "uv") await runInstaller("uv", ["venv", "--quiet", "--python", base, folder], name);
  else await runInstaller(base, ["-m", "venv", folder], name);

  await install(definition, installer, interpreter, (line) => step(2, line));

  step(3, "checking the versions");
  const { version, packages } = await examineInstalled(interpreter, definition);
  const installed: InstalledEnvironment = {
    name,
    definition: definitionHash(definition),
    interpreter,
    python: version,
    installer,
    packages,
  };
  await writeFileAtomically(path.join(folder, markerFile), `${JSON.stringify(installed, null, 2)}\n`);
  step(4, "done");
  return installed;
}

async function install(
  definition: EnvironmentDefinition,
  installer: "uv" | "pip",
  interpreter: string,
  onLine: (line: string) => void,
): Promise<void> {
  const pins = path.join(path.dirname(path.dirname(interpreter)), "pins.txt");
  await writeFileAtomically(pins, `${definition.pins.join("\n")}\n`);
  const attempt = (requirements: readonly string[], constraints: string) =>
    installer === "uv"
      ? runInstaller(
          "uv",
          ["pip", "install", "--python", interpreter, "--only-binary", ":all:", "-c", constraints, ...requirements],
          definition.name,
          onLine,
        )
      : runInstaller(
          interpreter,
          [
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--progress-bar",
            "off",
            "--only-binary=:all:",
            "-c",
            constraints,
            ...requirements,
          ],
          definition.name,
          onLine,
        );
  const needsFullBuild = definition.usesGraphicsCard === true && (await graphicsCard()) !== undefined;
  if (definition.smallerRequirements !== undefined && !needsFullBuild) {
    try {
      await attempt(definition.smallerRequirements, pins);
      return;
    } catch (error) {
      if (!UserError.isInstance(error)) throw error;
      onLine("the smaller build cannot be had from this index");
    }
  }
  await attempt(definition.requirements, pins);
}

/** Runs an installer, hands on its lines, and turns a failure into a UserError that ends with what it said last. */
async function runInstaller(
  command: string,
  parameters: readonly string[],
  name: string,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (line.trim() === "") return;
      lastLines.push(line.trim());
      if (lastLines.length > 6) lastLines.shift();
      onLine(line.trim().slice(0, 60));
    });
  }
  const status = await new Promise<number | Error>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code) => resolve(code ?? 1));
  });
  if (status === 0) return;
  const said = status instanceof Error ? messageOf(status) : lastLines.join("\n  ");
  throw new UserError(
    `environment "${name}"`,
    `"${command} ${parameters.slice(0, 3).join(" ")} …" failed:\n  ${said}`,
    "Mend that and give the same command again; what was downloaded is kept.",
  );
}

/** Prints the interpreter's version and its packages, after importing the modules given. */
const examination = `
import importlib, importlib.metadata, json, platform, sys
for module in sys.argv[1:]: importlib.import_module(module)
names = sorted({(d.metadata["Name"].lower().replace("_", "-"), d.version) for d in importlib.metadata.distributions()})
print(json.dumps({"version": platform.python_version(), "packages": [f"{n}=={v}" for n, v in names]}))
`;

async function examineInstalled(
  interpreter: string,
  definition: EnvironmentDefinition,
): Promise<{ version: string; packages: string[] }> {
  const { stdout } = await run(interpreter, ["-I", "-W", "ignore", "-c", examination, ...definition.modules], {
    timeout: 300_000,
  }).catch((error: unknown) => {
    throw new UserError(`environment "${definition.name}"`, `its packages do not import: ${messageOf(error)}`);
  });
  const found = JSON.parse(stdout) as { version: string; packages: string[] };
  const tools = /^(pip|setuptools|wheel)==/;
  const strangers = found.packages.filter(
    (entry) => !definition.pins.includes(entry.replace(/\+cpu$/, "")) && !tools.test(entry),
  );
  if (strangers.length > 0)
    throw new UserError(
      `environment "${definition.name}"`,
      `these packages are not the pinned ones: ${strangers.join(", ")}`,
      "Check the package index and the pip configuration of this machine.",
    );
  return found;
}

async function requireDiskSpace(definition: EnvironmentDefinition): Promise<void> {
  const { bavail, bsize } = await statfs(environmentsFolder());
  const free = (bavail * bsize) / 1e6;
  // Download and installation lie on the disk side by side for a while.
  const needed = definition.diskMegabytes + definition.downloadMegabytes;
  if (free >= needed) return;
  throw new UserError(
    `environment "${definition.name}"`,
    `it needs ${needed} MB, and ${Math.floor(free)} MB are free in ${environmentsFolder()}`,
    "Make room, or set APPRENTICE_HOME to a folder on a larger disk.",
  );
}

function noPython(definition: EnvironmentDefinition): UserError {
  const versions = definition.pythons.join(" or ");
  return new UserError(
    `environment "${definition.name}"`,
    `no Python ${versions} with the venv module was found`,
    `Install one (or uv, which fetches one by itself), or name it with --python PATH.`,
  );
}
