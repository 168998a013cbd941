import { lstat, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError, unknownName } from "../common/errors.ts";
import { exists, sha256 } from "../common/files.ts";
import { homeFolder } from "../common/folders.ts";
import { type EnvironmentDefinition, environmentDefinitions } from "./definitions.ts";

/** What is written into an environment's folder last: without it the folder counts for nothing. */
export interface InstalledEnvironment {
  readonly name: string;
  /** Hash of the definition that it was built from. */
  readonly definition: string;
  readonly interpreter: string;
  /** For example `3.11.7`. */
  readonly python: string;
  readonly installer: "uv" | "pip";
  /** Every package in it with its version, as `name==version`. */
  readonly packages: readonly string[];
}

export const markerFile = "environment.json";

/** The definition of that name. Throws a UserError with near misses when there is none. */
export function environmentDefinition(name: string): EnvironmentDefinition {
  const definition = environmentDefinitions.get(name);
  if (definition === undefined) throw unknownName("environment", name, environmentDefinitions.keys());
  return definition;
}

/** What the user types to get an environment. */
export function creationCommand({ name, createdBy }: EnvironmentDefinition): string {
  return createdBy ?? `apprentice environment create ${name}`;
}

/** Where pinned environments lie. */
export function environmentsFolder(): string {
  return path.join(homeFolder(), "environments");
}

/** Where the environment of that name lies, whether it exists or not. */
export function environmentFolder(name: string): string {
  return path.join(environmentsFolder(), name);
}

/** Tells an environment that was built from this definition from one that an older definition made. */
export function definitionHash(definition: EnvironmentDefinition): string {
  const { pythons, requirements, pins } = definition;
  return sha256(JSON.stringify({ pythons, requirements, pins })).slice(0, 16);
}

/** The environment as it was built; undefined where it was not, was built halfway, or from another definition. */
export async function installedEnvironment(name: string): Promise<InstalledEnvironment | undefined> {
  const definition = environmentDefinition(name);
  const text = await readFile(path.join(environmentFolder(name), markerFile), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const installed = JSON.parse(text) as InstalledEnvironment;
  const usable = installed.definition === definitionHash(definition) && (await exists(installed.interpreter));
  return usable ? installed : undefined;
}

/**
 * The Python interpreter of a pinned environment.
 * @throws UserError when the environment is unknown or not there, with the command that makes it
 */
export async function environmentInterpreter(name: string): Promise<string> {
  const installed = await installedEnvironment(name);
  if (installed !== undefined) return installed.interpreter;
  throw new UserError(
    `environment "${name}"`,
    "it has not been created on this machine",
    `Create it with: ${creationCommand(environmentDefinition(name))}`,
  );
}

/** Removes an environment and whatever an interrupted creation left of it. Returns whether there was anything. */
export async function removeEnvironment(name: string): Promise<boolean> {
  environmentDefinition(name);
  const folder = environmentFolder(name);
  const there = await exists(folder);
  // The marker goes first: a removal that is cut off leaves something that counts for nothing.
  await rm(path.join(folder, markerFile), { force: true });
  await rm(folder, { recursive: true, force: true });
  return there;
}

/** Bytes that the files below a folder take. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    total += (await lstat(path.join(entry.parentPath, entry.name))).size;
  }
  return total;
}
