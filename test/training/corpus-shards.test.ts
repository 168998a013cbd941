import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256OfFile } from "../../src/common/files.ts";
import { openCorpus } from "../../src/training/corpus-shards.ts";
import { smallPrograms, writeCorpus } from "./parquet.ts";

let root: string;
let shard: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "corpus-shards-"));
  shard = await writeCorpus(path.join(root, "corpus"), smallPrograms(3));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it("finds the shards of a folder in the order of their names, and a single file", async () => {
  await copyFile(shard, path.join(root, "corpus", "part-00001.parquet"));
  await writeFile(path.join(root, "corpus", "manifest.json"), "{}");
  const { files } = await openCorpus(path.join(root, "corpus"));
  expect(files.map((file) => path.basename(file))).toEqual(["part-00000.parquet", "part-00001.parquet"]);
  expect((await openCorpus(shard)).files).toEqual([shard]);
});

it("tells corpora by their contents, wherever they lie", async () => {
  const before = await openCorpus(path.join(root, "corpus"));
  await rename(path.join(root, "corpus"), path.join(root, "moved"));
  expect((await openCorpus(path.join(root, "moved"))).fingerprint).toBe(before.fingerprint);
  await writeCorpus(path.join(root, "moved"), smallPrograms(4));
  expect((await openCorpus(path.join(root, "moved"))).fingerprint).not.toBe(before.fingerprint);
});

it("says how to make what is not there", async () => {
  const missing = path.join(root, "nowhere");
  const made = `Make one with: apprentice corpus build SOURCE… --out ${missing}`;
  await expect(openCorpus(missing)).rejects.toThrow(`corpus "${missing}": there is no such folder. ${made}`);
  await mkdir(path.join(root, "empty"));
  await expect(openCorpus(path.join(root, "empty"))).rejects.toThrow("there is no .parquet file in it");
  await writeFile(path.join(root, "notes.txt"), "");
  await expect(openCorpus(path.join(root, "notes.txt"))).rejects.toThrow("it is neither a folder nor a .parquet file");
});

it("notices what is missing, damaged, empty or not finished", async () => {
  const folder = path.join(root, "built");
  const file = await writeCorpus(folder, smallPrograms(3));
  const name = path.basename(file);
  const describe = (files: object[]) =>
    writeFile(path.join(folder, "manifest.json"), JSON.stringify({ identity: "i", output: { files } }));
  await describe([{ file: name, sha256: await sha256OfFile(file) }]);
  expect((await openCorpus(folder)).files).toEqual([file]);
  await describe([{ file: name, sha256: "another" }]);
  await expect(openCorpus(folder)).rejects.toThrow(`${name} is damaged or was changed. Delete the folder`);
  await describe([{ file: "gone.parquet", sha256: "another" }]);
  await expect(openCorpus(folder)).rejects.toThrow("gone.parquet is missing, although its manifest names it");
  await describe([]);
  await expect(openCorpus(folder)).rejects.toThrow("it is empty: the steps of its recipe kept nothing");
  await writeFile(path.join(folder, "manifest.json"), "{");
  await expect(openCorpus(folder)).rejects.toThrow("its manifest.json is damaged");
  await rm(path.join(folder, "manifest.json"));
  await mkdir(path.join(folder, ".work"));
  await expect(openCorpus(folder)).rejects.toThrow("its build is not finished");
});
