import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFolder, makeFolder, replaceFile, writeFileAtomically } from "../../src/common/files.ts";
import { fileSystemError } from "../../src/common/system-errors.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("makeFolder", () => {
  it("makes what is missing, and takes what is there", async () => {
    const deep = path.join(folder, "a", "b", "c");
    await Promise.all([makeFolder(deep), makeFolder(deep)]);
    await makeFolder(deep);
    expect(await isFolder(deep)).toBe(true);
  });

  it("ends where nothing can be made", async () => {
    const error = await makeFolder("/proc/no/such").catch((reason: unknown) => reason);
    expect(fileSystemError(error)?.message).toBe("/proc/no: no folder can be made here. Name another place.");
    const file = path.join(folder, "file");
    await writeFile(file, "");
    await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(path.join(file, "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});

describe("replaceFile", () => {
  it("leaves the old content and nothing else when the writing fails", async () => {
    const file = path.join(folder, "kept", "file.txt");
    await writeFileAtomically(file, "old");
    const failing = replaceFile(file, async (handle) => {
      await handle.writeFile("new");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(path.dirname(file))).toEqual(["file.txt"]);
  });

  it("refuses a folder before anything is written, and never replaces a device", async () => {
    const parent = path.join(folder, "parent");
    await makeFolder(path.join(parent, "taken"));
    await expect(writeFileAtomically(path.join(parent, "taken"), "text")).rejects.toThrow("this is a folder");
    expect(await readdir(parent)).toEqual(["taken"]);
    await expect(writeFileAtomically("/dev/full", "text")).rejects.toThrow(/^\/dev\/full: the disk is full\./);
  });
});

it("errors of other system calls are not the file system's", () => {
  const spawning = Object.assign(new Error("spawn python ENOENT"), { code: "ENOENT", syscall: "spawn python" });
  expect(fileSystemError(spawning)).toBeUndefined();
  expect(fileSystemError(new TypeError("a bug"))).toBeUndefined();
});
