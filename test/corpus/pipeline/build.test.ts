import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildCorpus,
  documentsOfPath,
  loadRecipe,
  type Manifest,
  readManifest,
  sampleDocuments,
} from "../../../src/corpus/index.ts";
import { ParquetWriter } from "../../../src/corpus/pipeline/parquet-writer.ts";
import { ShardWriter } from "../../../src/corpus/pipeline/shard-writer.ts";
import { programText, writeInput } from "./inputs.ts";

let root: string;
let recipeFile: string;
let input: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "apprentice-corpus-"));
  input = path.join(root, "input");
  recipeFile = path.join(root, "recipe.json");
  await writeInput(input, 6, 60);
  const steps = ["size", "exact-duplicates", "lines", "syntax", "comments", "near-duplicates", "mask", "weight"];
  await writeFile(recipeFile, JSON.stringify({ languages: ["python"], decontaminate: false, steps }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** One build, by one thread, that several tests look at. */
let base: string;
beforeAll(async () => {
  base = fresh();
  const { manifest, wasThere } = await build(base, { threads: 1, keepRejects: true });
  expect(wasThere).toBe(false);
  expect(await readManifest(base)).toEqual(manifest);
});

let folders = 0;
const fresh = () => path.join(root, `corpus-${folders++}`);
const build = async (folder: string, request: { threads?: number; keepRejects?: boolean; sources?: string[] } = {}) =>
  buildCorpus({ recipe: await loadRecipe(recipeFile), sources: [input], folder, ...request });

/** File below the folder → SHA-256. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = names.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const hash = async (file: string) =>
    createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [path.relative(folder, file), await hash(file)])),
  );
}

function balance({ input: read, steps, output }: Manifest): void {
  let documents = steps[0]!.documentsIn;
  for (const step of steps) {
    expect(step.documentsIn).toBe(documents);
    const dropped = Object.values(step.dropped).reduce((sum, amount) => sum + amount.documents, 0);
    documents -= dropped;
    expect(step.documentsOut).toBe(documents);
  }
  expect(output.documents).toBe(documents);
  expect(read.documents).toBeGreaterThanOrEqual(documents);
}

describe("buildCorpus", () => {
  it("writes shards and a manifest that adds up", async () => {
    const folder = base;
    const manifest = await readManifest(folder);
    balance(manifest);
    // 360 lines, of which every fiftieth is no JSON.
    expect(manifest.input.documents).toBe(352);
    expect(manifest.input.skipped).toEqual({ "not JSON": 8 });
    expect(
      manifest.steps.find(({ step }) => step === "exact-duplicates")?.dropped.duplicate?.documents,
    ).toBeGreaterThan(30);
    expect(manifest.steps.find(({ step }) => step === "comments")?.edits["licence headers removed"]).toBeGreaterThan(
      100,
    );
    const [document] = await documentsOfPath(folder, "m1.py");
    expect(document).toMatchObject({ repo: "r/0", license: "MIT", stars: 1, language: "python" });
    expect(document?.content).toBe(programText(1).replace("# Copyright 1\n", ""));
    expect(document?.weight).toBeCloseTo(1 + Math.log10(2) / 5, 12);
    expect(await readdir(folder)).not.toContain(".work");
  });

  it("gives the same bytes whatever the number of threads", async () => {
    const three = fresh();
    await build(three, { threads: 3, keepRejects: true });
    const files = await contents(base);
    expect(Object.keys(files).filter((file) => file.startsWith("rejects/")).length).toBeGreaterThan(0);
    expect(await contents(three)).toEqual(files);
  });

  it("does nothing when all is there, and refuses a folder of something else", async () => {
    expect((await build(base, { threads: 2, keepRejects: true })).wasThere).toBe(true);
    await expect(build(base)).rejects.toThrow("it holds another corpus:\n  --keep-rejects: true there, false now\n");
    const other = fresh();
    await mkdir(other);
    await writeFile(path.join(other, "thesis.txt"), "");
    await expect(build(other)).rejects.toThrow("the folder is not empty (thesis.txt)");
  });

  it("says where a shard cannot be written", async () => {
    const folder = fresh();
    await mkdir(path.join(folder, "shard-000000.parquet.partial"), { recursive: true });
    await mkdir(path.join(folder, ".work"));
    const writer = new ShardWriter(await ParquetWriter.open(), path.join(folder, "shard-000000"), {
      content: "content",
    });
    await writer.add(["text"]);
    await expect(writer.flush()).rejects.toThrow(
      `${folder}/shard-000000.parquet.partial: it cannot be written (Is a directory). Make room`,
    );
  });

  it("says what differs from the corpus that is there", async () => {
    const folder = fresh();
    await build(folder);
    const other = path.join(root, "other.json");
    const steps = [{ step: "lines", minimumLines: 3 }, "weight"];
    await writeFile(other, JSON.stringify({ languages: ["python"], decontaminate: false, steps }));
    const building = async () => buildCorpus({ recipe: await loadRecipe(other), sources: [input], folder });
    await expect(building()).rejects.toThrow("step.lines.minimumLines: 5 there, 3 now");
    await expect(building()).rejects.toThrow('steps: ["size","exact-duplicates"');
    await expect(build(folder, { sources: [base] })).rejects.toThrow(`source.${base}.source: nothing there`);
  });

  it("notices a shard that is missing or damaged, and a manifest that is", async () => {
    const folder = fresh();
    const { manifest } = await build(folder);
    const [{ file = "" } = {}] = manifest.output.files;
    const bytes = await readFile(path.join(folder, file));
    await writeFile(path.join(folder, file), bytes.subarray(0, -1));
    await expect(build(folder)).rejects.toThrow(`${file} is not what was written`);
    await expect(sampleDocuments(folder, 1, 0)).rejects.toThrow("its shards cannot be read");
    await rm(path.join(folder, file));
    await expect(build(folder)).rejects.toThrow(`${file} is missing`);
    await expect(sampleDocuments(folder, 1, 0)).rejects.toThrow(`${file} is missing`);
    await writeFile(path.join(folder, "manifest.json"), '{"output": 3}');
    await expect(build(folder)).rejects.toThrow("its manifest.json is damaged");
    await expect(readManifest(folder)).rejects.toThrow("its manifest.json is damaged");
  });

  it("names rows without a path by their place and language", async () => {
    const rows = (...extra: object[]) => extra.map((row, index) => ({ text: programText(index), ...row }));
    const write = async (name: string, lines: readonly object[]) => {
      await writeFile(path.join(root, name), lines.map((line) => JSON.stringify(line)).join("\n"));
      return path.join(root, name);
    };
    const plain = await write("plain.jsonl", rows({}, { language: "Python" }, { language: "COBOL" }));
    const folder = fresh();
    const { manifest } = await build(folder, { sources: [plain] });
    expect(manifest.input.skipped).toEqual({ "another language": 1 });
    expect(manifest.output.documents).toBe(2);
    expect((await sampleDocuments(folder, 3, 0)).map((found) => found.path).sort()[0]).toBe("plain.jsonl@0.py");
    expect((await build(folder, { sources: [plain] })).wasThere).toBe(true);
    const mixed = path.join(root, "mixed.json");
    await writeFile(mixed, JSON.stringify({ decontaminate: false, steps: ["size"] }));
    const ofAll = async (source: string) =>
      buildCorpus({ recipe: await loadRecipe(mixed), sources: [source], folder: fresh() });
    expect((await ofAll(plain)).manifest.output.languages).toMatchObject({ python: { documents: 1 } });
    await expect(ofAll(await write("no-language.jsonl", rows({}, {})))).rejects.toThrow(
      "(2 no path and no language). Name the column of the paths path",
    );
  });

  it("notices a file that changed without changing its size, and takes a copy for what it is", async () => {
    const source = path.join(root, "changing");
    await writeInput(source, 1, 20);
    const [name = ""] = await readdir(source);
    const file = path.join(source, name);
    const text = await readFile(file, "utf8");
    const { atime, mtime } = await stat(file);
    const folder = fresh();
    const again = () => build(folder, { sources: [source] });
    expect((await again()).wasThere).toBe(false);
    // Written anew with the same content.
    await writeFile(file, text);
    expect((await again()).wasThere).toBe(true);
    await writeFile(file, text.replace("def ", "DEF "));
    await utimes(file, atime, mtime);
    await expect(again()).rejects.toThrow("the sources have changed since its build was begun");
    await writeFile(file, text);
    expect((await again()).wasThere).toBe(true);
  });

  it("notices another licence beside the same files", async () => {
    const source = path.join(root, "licensed");
    await mkdir(source, { recursive: true });
    await writeFile(path.join(source, "a.py"), programText(1));
    const license = (name: string) =>
      writeFile(path.join(source, "pyproject.toml"), `[project]\nname = "a"\nlicense = "${name}"\n`);
    await license("MIT");
    const folder = fresh();
    const again = () => build(folder, { sources: [source] });
    expect((await again()).wasThere).toBe(false);
    expect((await again()).wasThere).toBe(true);
    await license("BSD-3-Clause");
    await expect(again()).rejects.toThrow("the sources have changed since its build was begun");
    await license("MIT");
    expect((await again()).wasThere).toBe(true);
  });

  it("lists what could not be read by name", async () => {
    const removed = (await readFile(path.join(base, "removed.jsonl"), "utf8")).trim().split("\n");
    expect(removed.length).toBe(8);
    expect(JSON.parse(removed[0]!)).toMatchObject({ step: "read", reason: "not JSON" });
  });

  it("ends with a corpus of nothing where nothing is left", async () => {
    const empty = path.join(root, "empty");
    await mkdir(empty, { recursive: true });
    await writeFile(path.join(empty, "a.py"), "x = 1\n");
    const folder = fresh();
    const { manifest } = await build(folder, { sources: [empty] });
    expect(manifest.output).toMatchObject({ documents: 0, files: [] });
    expect(await sampleDocuments(folder, 3, 0)).toEqual([]);
  });

  it("reads a corpus that was built here, with rejects and removed.jsonl beside its shards", async () => {
    const { manifest } = await build(fresh(), { sources: [base] });
    expect(manifest.input.documents).toBe((await readManifest(base)).output.documents);
    expect(manifest.sources).toMatchObject([{ reference: base, source: "parquet" }]);
  });

  it("names a user's mistakes", async () => {
    const noCode = path.join(root, "no-code");
    await mkdir(noCode, { recursive: true });
    await writeFile(path.join(noCode, "notes.rst"), "");
    await expect(build(fresh(), { sources: [noCode] })).rejects.toThrow(
      `nothing to read in ${noCode}: no file of python`,
    );
    await expect(build(fresh(), { sources: [path.join(root, "nowhere")] })).rejects.toThrow("there is no such file");
    await expect(loadRecipe("crt")).rejects.toThrow("Did you mean cert?");
    const wrong = async (recipe: object) => {
      await writeFile(path.join(root, "wrong.json"), JSON.stringify(recipe));
      return loadRecipe(path.join(root, "wrong.json"));
    };
    await expect(wrong({ steps: ["sise"] })).rejects.toThrow(
      'corpus step "sise": there is no such one. Did you mean size?',
    );
    await expect(wrong({ steps: [{ step: "lines", maximumLenght: 3 }] })).rejects.toThrow("step lines");
    await expect(wrong({ steps: ["size"], languages: ["pyhton"] })).rejects.toThrow("Did you mean python?");
    expect((await wrong({ steps: ["size"] })).steps.map(({ step }) => step)).toEqual(["size", "decontaminate"]);
  });
});

describe("a build that is killed", () => {
  const script = fileURLToPath(new URL("./killed-build.ts", import.meta.url));
  const start = (folder: string): ChildProcess =>
    spawn(process.execPath, ["--import", "tsx", script, recipeFile, large, folder, "2"], { stdio: "ignore" });
  let large: string;
  beforeAll(async () => {
    large = path.join(root, "large");
    await writeInput(large, 5, 60);
    // Blanks between the values make every file a task of its own.
    for (const file of await readdir(large)) await appendFile(path.join(large, file), `${" ".repeat(17_000_000)}\n`);
  });

  /** Starts a build and kills it when so many tasks are done; false where it was faster. */
  async function killAt(folder: string, tasks: number): Promise<boolean> {
    const done = async () =>
      (await readdir(path.join(folder, ".work")).catch(() => [])).filter((name) => /^task-\d+\.json$/.test(name));
    const child = start(folder);
    const exited = once(child, "exit");
    while (child.exitCode === null && child.signalCode === null && (await done()).length < tasks)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await exited;
    return child.signalCode === "SIGKILL";
  }

  it("goes on where it stopped and ends with the same bytes", async () => {
    const [calm, killed] = [fresh(), fresh()];
    await once(start(calm), "exit");
    expect([await killAt(killed, 1), await killAt(killed, 3)]).toEqual([true, true]);
    await once(start(killed), "exit");
    expect(await contents(killed)).toEqual(await contents(calm));
  });

  it("does not go on with sources that changed meanwhile", async () => {
    const folder = fresh();
    expect(await killAt(folder, 1)).toBe(true);
    // Every file: whichever task it was that had been finished.
    const files = (await readdir(large)).map((name) => path.join(large, name));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    await Promise.all(files.map((file, index) => writeFile(file, texts[index]!.replace("def ", "DEF "))));
    const again = () => build(folder, { sources: [large], threads: 2, keepRejects: true });
    await expect(again()).rejects.toThrow("the sources have changed since its build was begun");
    await Promise.all(files.map((file, index) => writeFile(file, texts[index]!)));
    expect((await again()).wasThere).toBe(false);
  });
});
