import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findPython } from "../../src/environment/find-python.ts";
import {
  createEnvironment,
  environmentDefinitions,
  environmentFolder,
  environmentInterpreter,
  installedEnvironment,
  removeEnvironment,
} from "../../src/environment/index.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "apprentice-environment-"));
  vi.stubEnv("APPRENTICE_HOME", home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

describe("every environment's definition", () => {
  it.each([...environmentDefinitions.values()])(
    "$name pins what it requires",
    ({ name, requirements, pins, modules, pythons }) => {
      for (const requirement of requirements) expect(pins).toContain(requirement);
      for (const pin of pins) expect(pin).toMatch(/^[a-z0-9-]+==[0-9][0-9.]*$/);
      expect(new Set(pins.map((pin) => pin.split("==")[0])).size).toBe(pins.length);
      expect(modules.length).toBeGreaterThan(0);
      expect(pythons.every((version) => /^3\.\d+$/.test(version))).toBe(true);
      expect(name).toMatch(/^[a-z0-9.-]+$/);
    },
  );
});

describe("an environment that is not there", () => {
  it("is missed with the command that makes it", async () => {
    await expect(environmentInterpreter("pandas-1.5")).rejects.toThrow(
      'environment "pandas-1.5": it has not been created on this machine. Create it with: apprentice environment create pandas-1.5',
    );
  });

  it("is not known under a mistyped name", async () => {
    await expect(environmentInterpreter("panda-1.5")).rejects.toThrow(
      'environment "panda-1.5": there is no such one. Did you mean pandas-1.5',
    );
  });

  it("is not taken for one when its creation was cut off, or when it was made from another definition", async () => {
    const folder = environmentFolder("pandas-1.5");
    await mkdir(folder, { recursive: true });
    expect(await installedEnvironment("pandas-1.5")).toBeUndefined();
    const marker = { name: "pandas-1.5", definition: "older", interpreter: process.execPath, python: "3.11.0" };
    await writeFile(path.join(folder, "environment.json"), JSON.stringify(marker));
    expect(await installedEnvironment("pandas-1.5")).toBeUndefined();
    expect(await removeEnvironment("pandas-1.5")).toBe(true);
    expect(await removeEnvironment("pandas-1.5")).toBe(false);
  });
});

describe("the search for Python", () => {
  it("refuses what is none", async () => {
    await expect(findPython(["3.11"], "/bin/true")).rejects.toThrow(
      "--python /bin/true: this is no Python that can make virtual environments.",
    );
  });

  it("finds nothing of a version that does not exist", async () => {
    expect(await findPython(["3.99"])).toBeUndefined();
  });
});

describe("creating one", () => {
  it("gives an interpreter with the pinned packages, once", { timeout: 300_000 }, async (test) => {
    const definition = environmentDefinitions.get("pandas-1.5-numpy-1.23")!;
    if ((await findPython(definition.pythons)) === undefined) return test.skip("no Python 3.10 or 3.11 here");
    const notes: string[] = [];
    const progress = { progress: ({ note = "" }) => void notes.push(note) };
    const installed = await createEnvironment(definition.name, progress).catch((error: Error) => error.message);
    if (typeof installed === "string") return test.skip(`the package index cannot be reached: ${installed}`);
    expect(installed.packages).toEqual(expect.arrayContaining([...definition.pins]));
    expect(await environmentInterpreter(definition.name)).toBe(installed.interpreter);
    const marker = await readFile(path.join(environmentFolder(definition.name), "environment.json"), "utf8");
    expect(JSON.parse(marker)).toEqual(installed);
    expect(notes.at(-1)).toBe("done");
    notes.length = 0;
    expect(await createEnvironment(definition.name, progress)).toEqual(installed);
    expect(notes).toEqual([]);
  });
});
