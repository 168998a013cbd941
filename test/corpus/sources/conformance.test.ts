import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { corpusSources } from "../../../src/corpus/open-source.ts";
import {
  file,
  git,
  makeCheckout,
  makeJsonLines,
  makeParquet,
  makeTar,
  makeZip,
  storedZstandard,
  writeFiles,
} from "./fixtures.ts";
import { conformance, mitText, type SourceCase } from "./source.conformance.ts";

const license = file("LICENSE", mitText);

const cases: readonly SourceCase[] = [
  {
    source: "folder",
    title: "files",
    async make(folder, files) {
      await writeFiles(path.join(folder, "project"), [...files, license]);
      return path.join(folder, "project");
    },
  },
  {
    source: "git",
    title: "a checkout",
    async make(folder, files) {
      await makeCheckout(path.join(folder, "project"), [...files, license]);
      return path.join(folder, "project");
    },
  },
  {
    source: "git",
    title: "a bare clone, packed",
    async make(folder, files) {
      await makeCheckout(path.join(folder, "project"), [...files, license]);
      git(folder, "clone", "--quiet", "--bare", "project", "clone.git");
      git(path.join(folder, "clone.git"), "gc", "--quiet");
      return path.join(folder, "clone.git");
    },
  },
  {
    source: "archive",
    title: "a wheel",
    async make(folder, files) {
      const archive = path.join(folder, "project-1.2.3-py3-none-any.whl");
      makeZip(archive, [...files, file("project-1.2.3.dist-info/METADATA", "Name: project\nLicense: MIT\n\n")]);
      return archive;
    },
  },
  {
    source: "archive",
    title: "a folder of wheels",
    async make(folder, files) {
      const wheels = path.join(folder, "wheels");
      await writeFiles(wheels, [file("README.md", "Wheels.\n")]);
      const metadata = file("project-1.2.3.dist-info/METADATA", "Name: project\nLicense: MIT\n\n");
      makeZip(path.join(wheels, "project-1.2.3-py3-none-any.whl"), [...files, metadata]);
      return wheels;
    },
  },
  {
    source: "archive",
    title: "a source distribution",
    async make(folder, files) {
      const archive = path.join(folder, "project-1.2.3.tar.gz");
      const metadata = file("PKG-INFO", "Name: project\nClassifier: License :: OSI Approved :: MIT License\n\n");
      await makeTar(
        archive,
        [...files, metadata].map((entry) => ({ name: `project-1.2.3/${entry.path}`, bytes: entry.bytes })),
      );
      return archive;
    },
  },
  {
    source: "archive",
    title: "an npm tarball",
    async make(folder, files) {
      const archive = path.join(folder, "project-1.2.3.tgz");
      const metadata = file("package.json", '{ "name": "project", "license": "MIT" }');
      await makeTar(
        archive,
        [...files, metadata].map((entry) => ({ name: `package/${entry.path}`, bytes: entry.bytes })),
      );
      return archive;
    },
  },
  {
    source: "jsonl",
    title: "a plain file",
    async make(folder, files) {
      await makeJsonLines(path.join(folder, "set.jsonl"), files, "mit");
      return path.join(folder, "set.jsonl");
    },
  },
  {
    source: "jsonl",
    title: "gzipped, in a folder",
    async make(folder, files) {
      await makeJsonLines(path.join(folder, "set.jsonl.gz"), files, "mit");
      await writeFile(path.join(folder, "README.md"), "A data set.\n");
      return folder;
    },
  },
  {
    source: "jsonl",
    title: "in Zstandard frames",
    async make(folder, files) {
      await makeJsonLines(path.join(folder, "set.jsonl"), files, "mit");
      const target = path.join(folder, "packed.jsonl.zst");
      await writeFile(target, storedZstandard(await readFile(path.join(folder, "set.jsonl"))));
      return target;
    },
  },
  {
    source: "parquet",
    title: "the Hub's columns, the content as bytes",
    async make(folder, files) {
      const target = path.join(folder, "set.parquet");
      const records = files.map((entry) => ({ hex: entry.bytes.toString("hex"), name: entry.path }));
      await makeParquet(
        target,
        `SELECT unhex(hex) AS content, name AS max_stars_repo_path, ['mit'] AS max_stars_repo_licenses FROM rows`,
        records,
      );
      return target;
    },
  },
];

for (const each of cases) conformance(each);

it("covers every source", async () => {
  // What lies in the standard library cannot be chosen: it has a test of its own.
  const covered = new Set([...cases.map(({ source }) => source), "standard-library"]);
  expect([...(await corpusSources.all()).keys()]).toEqual([...covered].sort());
});

afterAll(() => {
  const left = readdirSync(os.tmpdir()).filter((name) => name.startsWith(`apprentice-git-${process.pid}-`));
  expect(left).toEqual([]);
});
