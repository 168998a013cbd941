import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf } from "../../../src/corpus/reading/lines.ts";
import { member as jsonl } from "../../../src/corpus/sources/jsonl.ts";
import { member as parquet } from "../../../src/corpus/sources/parquet.ts";
import {
  file,
  git,
  isDocument,
  makeCheckout,
  makeParquet,
  makeTar,
  makeZip,
  readAll,
  readReference,
  storedZstandard,
  temporaryFolder,
  writeFiles,
} from "./fixtures.ts";
import { mitText } from "./source.conformance.ts";

const good = file("good.py", "x = 1\n");

describe("a folder", () => {
  it("with links, pipes, devices and folders that cannot be listed", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [good, file("deep/more.py", "y = 2\n")]);
    await symlink("/etc/passwd", path.join(folder, "secret.py"));
    await symlink("..", path.join(folder, "deep/loop"));
    await symlink("self.py", path.join(folder, "self.py"));
    execFileSync("mkfifo", [path.join(folder, "pipe.py")]);
    const { documents, reasons } = await readReference(folder);
    expect(documents).toEqual({ "good.py": "x = 1\n", "deep/more.py": "y = 2\n" });
    expect(reasons).toEqual({
      "secret.py": "symbolic link",
      "deep/loop": "symbolic link",
      "self.py": "symbolic link",
      "pipe.py": "not a regular file",
    });
  });

  it("whose files change or go between listing and reading", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [good, file("gone.py", "z\n"), file("swapped.py", "z\n")]);
    const { member } = await import("../../../src/corpus/sources/folder.ts");
    const parts = await member.parts(folder);
    execFileSync("rm", [path.join(folder, "gone.py"), path.join(folder, "swapped.py")]);
    await symlink("/etc/passwd", path.join(folder, "swapped.py"));
    const items = [];
    for (const part of parts) for await (const item of member.read(part)) items.push(item);
    expect(items.map((item) => ("reason" in item ? item.reason : item.content))).toEqual([
      "unreadable",
      "x = 1\n",
      "symbolic link",
    ]);
  });

  it("with a file of 8 GB reads nothing of it", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [good, file("sparse.py", "")]);
    await truncate(path.join(folder, "sparse.py"), 8e9);
    const started = performance.now();
    expect((await readReference(folder)).reasons).toEqual({ "sparse.py": "larger than 16 MiB" });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("leaves out what tools installed and made, and counts archives and data sets", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [
      good,
      file("web/node_modules/dependency/index.js", "x\n"),
      file("environment/pyvenv.cfg", "home = /usr/bin\n"),
      file("environment/lib/module.py", "y = 2\n"),
      file("conda/conda-meta/history", ""),
      file("conda/lib/module.py", "y = 2\n"),
      file("lib/site-packages/module.py", "y = 2\n"),
      file("__pycache__/module.py", "y = 2\n"),
      file(".git/hook.py", "y = 2\n"),
      file("data/set.parquet", ""),
      file("dist/good-1.tar.gz", ""),
    ]);
    const { documents, reasons } = await readReference(folder);
    expect(documents).toEqual({ "good.py": "x = 1\n" });
    expect(reasons).toEqual({
      conda: "folder of installed packages",
      environment: "folder of installed packages",
      "lib/site-packages": "folder of installed packages",
      "web/node_modules": "folder of installed packages",
      "data/set.parquet": "archive or data set",
      "dist/good-1.tar.gz": "archive or data set",
    });
    expect((await readReference(path.join(folder, "environment"))).documents).toEqual({ "lib/module.py": "y = 2\n" });
  });

  it("of data sets or of archives in folders is read as such", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [file("set/README.md", "A data set.\n"), file("set/data/train/.keep", "")]);
    await makeParquet(path.join(folder, "set/data/train/0.parquet"), "SELECT 'x = 1' AS content, 'a.py' AS path");
    await makeParquet(path.join(folder, "set/data/0.parquet"), "SELECT 'x = 2' AS content, 'b.py' AS path");
    const set = await readReference(path.join(folder, "set"));
    expect([set.source, set.documents]).toEqual(["parquet", { "a.py": "x = 1", "b.py": "x = 2" }]);
    await writeFiles(folder, [file("packages/one/.keep", ""), file("packages/two/.keep", "")]);
    makeZip(path.join(folder, "packages/one/one-1-py3-none-any.whl"), [file("one.py", "x = 1\n")]);
    await makeTar(path.join(folder, "packages/two/two-1.tar.gz"), [{ name: "two-1/two.py", bytes: good.bytes }]);
    const packages = await readReference(path.join(folder, "packages"));
    expect([packages.source, Object.keys(packages.documents)]).toEqual(["archive", ["one.py", "two.py"]]);
  });

  it("of checkouts has each one's own licence", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, [file("LICENSE", mitText), good]);
    await makeCheckout(path.join(folder, "vendor/other"), [file("b.py", "b = 1\n")]);
    const { items } = await readReference(folder);
    expect(items.map((item) => (isDocument(item) ? [item.repo, item.path, item.license] : item))).toEqual([
      [path.basename(folder), "good.py", "MIT"],
      ["vendor/other", "b.py", null],
    ]);
  });

  it("of several repositories tells them apart, with their own licences", async () => {
    const folder = await temporaryFolder();
    const vendored = [
      file("one/vendor/lib/LICENSE", "All rights reserved. Do not use."),
      file("one/vendor/lib/v.py", "v = 1\n"),
    ];
    await writeFiles(folder, [
      file("one/LICENSE", mitText),
      file("one/src/a.py", "a = 1\n"),
      ...vendored,
      file("owner/two/package.json", '{"license": "Apache-2.0"}'),
      file("owner/two/b.js", "b\n"),
      file("loose.py", "c = 1\n"),
    ]);
    const { items } = await readReference(folder);
    expect(items.map((item) => (isDocument(item) ? [item.repo, item.path, item.license] : item))).toEqual([
      [path.basename(folder), "loose.py", null],
      ["one", "src/a.py", "MIT"],
      ["one", "vendor/lib/v.py", null],
      ["owner/two", "b.js", "Apache-2.0"],
    ]);
  });
});

describe("a git repository", () => {
  it("whose settings, hooks and filters name programs: none of them runs", async () => {
    const folder = await temporaryFolder();
    const project = path.join(folder, "project");
    const trap = path.join(folder, "trap");
    await makeCheckout(project, [good, file(".gitattributes", "*.py filter=evil diff=evil\n")]);
    await writeFile(trap, `#!/bin/sh\ntouch ${folder}/sprung\ncat\n`, { mode: 0o755 });
    const names = ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.alternateRefsCommand"];
    const filters = ["filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv"];
    for (const name of [...names, ...filters, "uploadpack.packObjectsHook"]) git(project, "config", name, trap);
    git(project, "config", "remote.origin.url", `ext::${trap} %S`);
    git(project, "config", "remote.origin.promisor", "true");
    git(project, "config", "extensions.partialClone", "origin");
    git(project, "config", "protocol.ext.allow", "always");
    for (const hook of ["post-checkout", "pre-auto-gc", "post-index-change", "reference-transaction"])
      await writeFile(path.join(project, ".git/hooks", hook), await readFile(trap), { mode: 0o755 });
    // Somebody else's, where we may give it away.
    if (process.getuid?.() === 0) execFileSync("chown", ["-R", "12345:12345", project]);
    // A blob that is missing would be fetched from the remote, through the trap.
    const object = git(path.dirname(project), "hash-object", path.join(project, "good.py"));
    execFileSync("rm", ["-f", path.join(project, ".git/objects", object.slice(0, 2), object.slice(2))]);
    const { source, documents, reasons } = await readReference(project);
    expect(source).toBe("git");
    expect(documents).toEqual({});
    expect(reasons).toEqual({ "good.py": "unreadable" });
    expect(existsSync(path.join(folder, "sprung"))).toBe(false);
  });

  it("with links, submodules and names that climb", async () => {
    const folder = await temporaryFolder();
    await makeCheckout(folder, [good]);
    const blob = git(folder, "rev-parse", "HEAD:good.py");
    const tree = treeObject(folder, [
      ["100644", "..", blob],
      ["100644", "a/../../climb.py", blob],
      ["100644", "good.py", blob],
      ["120000", "link.py", blob],
      ["160000", "module.py", blob],
    ]);
    const commit = git(folder, "commit-tree", tree, "-m", "hostile");
    git(folder, "update-ref", "HEAD", commit);
    const { documents, reasons } = await readReference(folder);
    expect(documents).toEqual({ "good.py": "x = 1\n" });
    expect(reasons).toEqual({
      "a/../../climb.py": "path leads outside",
      "link.py": "symbolic link",
      "module.py": "submodule",
    });
  });

  it("with damaged objects", async () => {
    const folder = await temporaryFolder();
    await makeCheckout(folder, [file("a.py", "a = 1\n"), file("b.py", "b = 2\n"), file("c.py", "c = 3\n")]);
    const object = git(folder, "rev-parse", "HEAD:b.py");
    const stored = path.join(folder, ".git/objects", object.slice(0, 2), object.slice(2));
    execFileSync("chmod", ["u+w", stored]);
    await writeFile(stored, deflateSync(`blob 6\0b = 2\n`).subarray(0, 12));
    const { documents, reasons } = await readReference(folder);
    expect(documents).toEqual({ "a.py": "a = 1\n", "c.py": "c = 3\n" });
    expect(reasons).toEqual({ "b.py": "unreadable" });
  });

  it("that is only a pointer into another repository is not followed", async () => {
    const folder = await temporaryFolder();
    await makeCheckout(path.join(folder, "private"), [file("secret.py", "key = 1\n")]);
    await writeFiles(path.join(folder, "download"), [good]);
    await writeFile(path.join(folder, "download/.git"), `gitdir: ${folder}/private/.git\n`);
    const { source, documents } = await readReference(path.join(folder, "download"));
    expect(source).toBe("folder");
    expect(documents).toEqual({ "good.py": "x = 1\n" });
  });

  it("is read in a linked worktree, with SHA-256 names, and with packed references", async () => {
    const folder = await temporaryFolder();
    await makeCheckout(path.join(folder, "main"), [good]);
    git(path.join(folder, "main"), "remote", "add", "origin", "git@example.org:owner/project.git");
    git(path.join(folder, "main"), "worktree", "add", "--quiet", "-b", "other", path.join(folder, "linked"));
    git(path.join(folder, "main"), "pack-refs", "--all");
    const { source, items } = await readReference(path.join(folder, "linked"));
    expect(source).toBe("git");
    expect(items).toMatchObject([{ path: "good.py", repo: "owner/project", content: "x = 1\n" }]);

    const modern = path.join(folder, "modern");
    await mkdir(modern);
    git(modern, "init", "--quiet", "--object-format=sha256");
    await writeFiles(modern, [good]);
    git(modern, "add", "--all");
    git(modern, "commit", "--quiet", "--message", "files");
    expect((await readReference(modern)).documents).toEqual({ "good.py": "x = 1\n" });
  });
});

describe("an archive", () => {
  it("in tar with climbing names, links, devices", async () => {
    const archive = path.join(await temporaryFolder(), "p-1.tar.gz");
    await makeTar(archive, [
      { name: "p-1/../../climb.py", bytes: good.bytes },
      { name: "/etc/absolute.py", bytes: good.bytes },
      { name: "p-1/link.py", type: "symlink", linkname: "/etc/passwd" },
      { name: "p-1/hard.py", type: "link", linkname: "p-1/good.py" },
      { name: "p-1/null.py", type: "character-device", devmajor: 1, devminor: 3 },
      { name: "p-1/pipe.py", type: "fifo" },
      { name: "p-1/good.py", bytes: good.bytes },
    ]);
    const { documents, reasons } = await readReference(archive);
    expect(Object.values(documents)).toEqual(["x = 1\n"]);
    expect(Object.values(reasons).sort()).toEqual([
      "not a regular file",
      "not a regular file",
      "path leads outside",
      "path leads outside",
      "symbolic link",
      "symbolic link",
    ]);
  });

  it("in zip with climbing names, links, encryption", async () => {
    const archive = path.join(await temporaryFolder(), "p-1-py3-none-any.whl");
    makeZip(archive, [
      file("../climb.py", "x"),
      file("a\\..\\..\\back.py", "x"),
      { ...file("link.py", "/etc/passwd"), mode: 0o120777 },
      file("secret.py", "x"),
      good,
    ]);
    await encryptFlag(archive, "secret.py");
    const { documents, reasons } = await readReference(archive);
    expect(documents).toEqual({ "good.py": "x = 1\n" });
    expect(reasons).toEqual({
      "../climb.py": "path leads outside",
      "a\\..\\..\\back.py": "path leads outside",
      "link.py": "symbolic link",
      "secret.py": "encrypted",
    });
  });

  it("that unpacks to far more than its size stops there, whatever the bytes are for", async () => {
    const folder = await temporaryFolder();
    const zeros = Buffer.alloc(1 << 20);
    const bomb = path.join(folder, "bomb-1.tar.gz");
    const entries = Array.from({ length: 120 }, (_, index) => ({ name: `bomb-1/${index}.dat`, bytes: zeros }));
    await makeTar(bomb, [{ name: "bomb-1/good.py", bytes: good.bytes }, ...entries]);
    const { documents, reasons } = await readReference(bomb);
    expect(documents).toEqual({ "good.py": "x = 1\n" });
    expect(reasons).toEqual({ "bomb-1.tar.gz": "unpacks too large" });

    const wheel = path.join(folder, "bomb-1-py3-none-any.whl");
    makeZip(
      wheel,
      [0, 1, 2, 3, 4, 5].map((index) => ({ ...file(`${index}.py`, " "), times: 15 << 20 })),
    );
    const zip = await readReference(wheel);
    expect(Object.keys(zip.documents)).toEqual(["0.py", "1.py", "2.py", "3.py"]);
    expect(zip.reasons).toEqual({ "bomb-1-py3-none-any.whl": "unpacks too large" });
  });

  it("that is cut short, damaged, or has bytes behind its end", async () => {
    const folder = await temporaryFolder();
    const whole = path.join(folder, "p-1.tar.gz");
    const noise = Buffer.from(
      Array.from({ length: 200_000 }, (_, index) => createHash("md5").update(`${index}`).digest()[0]!),
    );
    await makeTar(whole, [
      { name: "p-1/good.py", bytes: good.bytes },
      { name: "p-1/noise.bin", bytes: noise },
    ]);
    const bytes = await readFile(whole);

    await writeFile(path.join(folder, "cut-1.tar.gz"), bytes.subarray(0, bytes.length - 1000));
    const cut = await readReference(path.join(folder, "cut-1.tar.gz"));
    expect(Object.values(cut.documents)).toEqual(["x = 1\n"]);
    expect(cut.reasons).toEqual({ "cut-1.tar.gz": "truncated or damaged" });

    await writeFile(path.join(folder, "p-2.tar.gz"), Buffer.concat([bytes, Buffer.from("garbage behind the end")]));
    const trailing = await readReference(path.join(folder, "p-2.tar.gz"));
    expect(trailing.documents).toEqual({ "good.py": "x = 1\n" });
    expect(trailing.reasons).toEqual({});

    await writeFile(path.join(folder, "no-1.whl"), "this is no zip archive");
    expect((await readReference(path.join(folder, "no-1.whl"))).reasons).toEqual({
      "no-1.whl": "truncated or damaged",
    });

    const entries = [good, file("other.py", "y = 2\n".repeat(1000))];
    makeZip(path.join(folder, "d-1.whl"), entries);
    const wheel = await readFile(path.join(folder, "d-1.whl"));
    const at = wheel.indexOf("other.py") + "other.py".length;
    wheel.fill(0xff, at, at + 10);
    await writeFile(path.join(folder, "d-1.whl"), wheel);
    const damaged = await readReference(path.join(folder, "d-1.whl"));
    expect(damaged.documents).toEqual({ "good.py": "x = 1\n" });
    expect(damaged.reasons).toEqual({ "other.py": "truncated or damaged" });
  });
});

describe("JSON lines", () => {
  it("that are no objects, no JSON, without text, or hold half a character", async () => {
    const target = path.join(await temporaryFolder(), "set.jsonl");
    const lines = ['{"content": "x = 1\\n", "path": "good.py"}', "[1]", "null", "{oops", '"text"', '{"path": "no.py"}'];
    const more = ['{"content": "\\ud800", "path": "half.py"}', '{"content": "x", "path": "../climb.py"}', "", "{}"];
    await writeFile(target, `\ufeff${[...lines, ...more].join("\n")}`);
    const { documents, items } = await readReference(target);
    expect(documents).toEqual({ "good.py": "x = 1\n" });
    expect(items.flatMap((item) => ("reason" in item ? [item.reason] : []))).toEqual([
      "no JSON object",
      "no JSON object",
      "not JSON",
      "no JSON object",
      "no text in it",
      "not UTF-8",
      "path leads outside",
      "no text in it",
    ]);
  });

  it("take the next name for a field that is null", async () => {
    const target = path.join(await temporaryFolder(), "set.jsonl");
    const row = {
      content: null,
      text: "x = 1\n",
      path: null,
      file_path: "a.py",
      license: null,
      detected_licenses: ["MIT"],
    };
    await writeFile(target, JSON.stringify(row));
    expect((await readReference(target)).items).toMatchObject([{ path: "a.py", content: "x = 1\n", license: "MIT" }]);
  });

  it("whose texts have another name are refused with the names that are there", async () => {
    const target = path.join(await temporaryFolder(), "set.jsonl");
    await writeFile(target, '{"body": "x = 1\\n", "name": "good.py"}\n');
    await expect(readReference(target)).rejects.toThrow(
      "no column of it is known to hold the texts; it has body, name. Name that column content, text or code.",
    );
  });

  it("in packed files that are cut short, go on with garbage, ask for a huge window, or blow up", async () => {
    const folder = await temporaryFolder();
    const line = '{"content": "x = 1\\n", "path": "good.py"}\n';
    const noise = Array.from({ length: 5000 }, (_, index) => createHash("md5").update(`${index}`).digest("hex"));
    const rest = `${JSON.stringify({ content: noise.join("\n"), path: "noise.py" })}\n`;
    const read = async (name: string, bytes: Buffer) => {
      await writeFile(path.join(folder, name), bytes);
      const { documents, reasons } = await readReference(path.join(folder, name));
      return [Object.keys(documents), Object.values(reasons)];
    };
    const gz = gzipSync(line + rest);
    const zst = storedZstandard(Buffer.from(line + rest), 64);
    expect(await read("garbage.jsonl.gz", Buffer.concat([gz, Buffer.from("garbage")]))).toEqual([
      ["good.py", "noise.py"],
      [],
    ]);
    expect(await read("garbage.jsonl.zst", Buffer.concat([zst, Buffer.from("garbage")]))).toEqual([
      ["good.py", "noise.py"],
      [],
    ]);
    expect(await read("cut.jsonl.gz", gz.subarray(0, -500))).toEqual([["good.py"], ["truncated or damaged"]]);
    expect(await read("cut.jsonl.zst", zst.subarray(0, -50))).toEqual([["good.py"], ["truncated or damaged"]]);
    const window = Buffer.concat([
      storedZstandard(Buffer.from(line)),
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 20 << 3, 1, 0, 0]),
    ]);
    expect(await read("window.jsonl.zst", window)).toEqual([["good.py"], ["truncated or damaged"]]);
    expect(await read("bomb.jsonl.gz", gzipSync(line + "\n".repeat(80 << 20)))).toEqual([
      ["good.py"],
      ["unpacks too large"],
    ]);
    expect(await read("none.jsonl.zst", Buffer.from("no frame"))).toEqual([[], ["truncated or damaged"]]);
  });

  it("are read where Zstandard has really compressed them", async () => {
    const target = path.join(await temporaryFolder(), "set.jsonl.zst");
    const select =
      "SELECT repeat('value_' || range || ' = ' || range || chr(10), 50) AS content, range || '.py' AS path FROM range(3000)";
    await makeParquet(target, select, [], "FORMAT json, COMPRESSION zstd");
    const { documents, reasons } = await readReference(target);
    expect(reasons).toEqual({});
    expect(Object.keys(documents).length).toBe(3000);
    expect(documents["2999.py"]).toBe("value_2999 = 2999\n".repeat(50));
  });

  it("a line of 4 GB is named and passed over, without being held in memory", { timeout: 120_000 }, async () => {
    const block = Buffer.alloc(1 << 20, "x");
    const stream = async function* () {
      yield Buffer.from("first\n");
      for (let count = 0; count < 4096; count++) yield block;
      yield Buffer.from("\nlast");
    };
    const before = process.memoryUsage().rss;
    const lines = [];
    for await (const line of linesOf(stream(), 32 << 20)) lines.push(line.bytes?.toString() ?? line.start);
    expect(lines).toEqual(["first", 6, "last"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it("a sparse file that is one line of 4 GB costs each of its parts next to nothing", async () => {
    const target = path.join(await temporaryFolder(), "sparse.jsonl");
    await writeFile(target, '{"content": "x = 1\\n", "path": "good.py"}\n');
    await truncate(target, 4e9);
    const handle = await open(target, "a");
    await handle.writeFile('\n{"content": "y = 2\\n", "path": "behind.py"}\n');
    await handle.close();
    const parts = await jsonl.parts(target);
    expect(parts.length).toBeGreaterThan(100);
    // The first part meets the long line, one in the middle lies within it, the last one holds what is behind it.
    const items = [];
    for (const part of [parts[0]!, parts[60]!, parts.at(-1)!])
      for await (const item of jsonl.read(part)) items.push("reason" in item ? item.reason : item.path);
    expect(items).toEqual(["good.py", "larger than 16 MiB", "behind.py"]);
  });

  it("come out once each, wherever the parts are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replace(/\n/g, "")),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const whole = Buffer.from(texts.join("\n"));
          const pieces = async function* () {
            for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
          };
          const found: { start: number; text: string }[] = [];
          for await (const { start, bytes } of linesOf(pieces(), 1000))
            found.push({ start, text: bytes!.toString("utf8") });
          const expected = whole
            .toString("utf8")
            .split("\n")
            .filter((line) => line !== "");
          expect(found.map(({ text }) => text)).toEqual(expected);
          for (const { start, text } of found)
            expect(whole.subarray(start).toString("utf8").startsWith(text)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a JSON Lines file in parts", () => {
  it("gives every line once, in order", async () => {
    const target = path.join(await temporaryFolder(), "set.jsonl");
    const content = "y = 2\n".repeat(400_000);
    const lines = Array.from({ length: 40 }, (_, index) => JSON.stringify({ content, path: `${index}.py` }));
    await writeFile(target, lines.map((line) => `${line}\n`).join(""));
    expect((await jsonl.parts(target)).length).toBe(4);
    const items = await readAll(jsonl, target);
    expect(items.map((item) => item.path)).toEqual(lines.map((_, index) => `${index}.py`));
  });
});

describe("Parquet", () => {
  it("with a text that is not UTF-8 names that row alone", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    const select =
      "SELECT CASE WHEN range = 5000 THEN 'ZZMARKZZ' ELSE 'x = ' || range END AS content, range || '.py' AS path FROM range(6000)";
    await makeParquet(target, select, [], "FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 2048");
    const bytes = await readFile(target);
    for (let at = bytes.indexOf("ZZMARK"); at >= 0; at = bytes.indexOf("ZZMARK")) bytes[at] = 0xe4;
    await writeFile(target, bytes);
    const { documents, reasons } = await readReference(target);
    expect(Object.keys(documents).length).toBe(5999);
    expect(reasons).toEqual({ "set.parquet@5000": "not UTF-8" });
  });

  it("that is cut short, no Parquet, or without the columns", async () => {
    const folder = await temporaryFolder();
    const target = path.join(folder, "set.parquet");
    await makeParquet(target, "SELECT 'x' AS content FROM range(10)");
    await writeFile(path.join(folder, "cut.parquet"), (await readFile(target)).subarray(0, 40));
    await writeFile(path.join(folder, "other.parquet"), "no such thing");
    await makeParquet(path.join(folder, "numbers.parquet"), "SELECT 7 AS content, 'a.py' AS path");
    expect((await readReference(path.join(folder, "cut.parquet"))).reasons).toEqual({
      "cut.parquet@0": "truncated or damaged",
    });
    expect((await readReference(path.join(folder, "other.parquet"))).reasons).toEqual({
      "other.parquet@0": "truncated or damaged",
    });
    expect((await readReference(path.join(folder, "numbers.parquet"))).reasons).toEqual({ "a.py": "no text in it" });
    const { items } = await readReference(folder);
    expect(items.length).toBe(10 + 3);
  });

  it("with the columns of The Stack v2, whose paths start at the top of their repository", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    const select = `SELECT 'x = 1' AS content, '/src/a.py' AS path, 'owner/name' AS repo_name, 7 AS star_events_count,
      ['MIT', 'Apache-2.0'] AS detected_licenses, 'permissive' AS license_type`;
    await makeParquet(target, select);
    const { items } = await readReference(target);
    const facts = { path: "src/a.py", repo: "owner/name", stars: 7, license: "Apache-2.0 AND MIT" };
    expect(items).toMatchObject([facts]);
  });

  it("without paths says so, with the language that it names", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    await makeParquet(target, "SELECT 'x = ' || range AS code, 'Python' AS lang FROM range(2)");
    const { items } = await readReference(target);
    expect(items).toMatchObject([
      { path: "set.parquet@0", namelessIn: "Python" },
      { path: "set.parquet@1", namelessIn: "Python" },
    ]);
  });

  it("none of whose columns holds the texts is refused with the names that are there", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    await makeParquet(target, "SELECT 'x = 1' AS body, 'a.py' AS path");
    await expect(readReference(target)).rejects.toThrow("it has body, path. Name that column content, text or code.");
  });

  it("that has a column named as the engine's row numbers", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    const content = "(SELECT string_agg(md5((r * 1000 + i)::VARCHAR), '') FROM range(1000) AS t(i))";
    const select = `SELECT ${content} AS content, r || '.py' AS path, 'own' AS File_Row_Number FROM range(600) AS t(r)`;
    await makeParquet(target, select);
    const items = await readAll(parquet, target);
    expect(items.map((item) => item.path)).toEqual(Array.from({ length: 600 }, (_, row) => `${row}.py`));
  });

  it("in one large row group is read in parts, each row once", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    const content = "(SELECT string_agg(md5((r * 1000 + i)::VARCHAR), '') FROM range(1000) AS t(i))";
    await makeParquet(target, `SELECT ${content} AS content, r || '.py' AS path FROM range(1000) AS t(r)`);
    expect((await parquet.parts(target)).length).toBe(2);
    const items = await readAll(parquet, target);
    expect(items.map((item) => item.path)).toEqual(Array.from({ length: 1000 }, (_, row) => `${row}.py`));
  });

  it("under all the names that the Hub has for the same thing", async () => {
    const target = path.join(await temporaryFolder(), "set.parquet");
    const select = `SELECT 'x = 1' AS content, 'a.py' AS max_stars_repo_path, 'owner/name' AS max_stars_repo_name,
      12 AS max_stars_count, ['mit', 'apache-2.0'] AS max_stars_repo_licenses`;
    await makeParquet(target, select);
    expect((await readReference(target)).items).toMatchObject([
      { content: "x = 1", path: "a.py", repo: "owner/name", stars: 12, license: "Apache-2.0 AND MIT" },
    ]);
    await makeParquet(
      target,
      "SELECT 'x' AS code, 'b.js' AS path, 'o/n' AS repo_name, 'gpl-3.0' AS license, NULL AS stars",
    );
    expect((await readReference(target)).items).toMatchObject([
      { content: "x", path: "b.js", repo: "o/n", stars: null, license: "GPL-3.0-only" },
    ]);
  });
});

/** Writes a tree that git's own commands refuse to make. */
function treeObject(folder: string, entries: readonly (readonly [string, string, string])[]): string {
  const pieces = entries.map(([mode, name, object]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, "hex")]),
  );
  const command = ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"];
  return execFileSync("git", command, { cwd: folder, input: Buffer.concat(pieces), encoding: "utf8" }).trim();
}

/** Sets the flag of an encrypted entry, in its local header and in the central directory (APPNOTE 4.4.4). */
async function encryptFlag(archive: string, name: string): Promise<void> {
  const bytes = await readFile(archive);
  const local = bytes.indexOf(name) - 30;
  const central = bytes.lastIndexOf(name) - 46;
  bytes[local + 6]! |= 1;
  bytes[central + 8]! |= 1;
  await writeFile(archive, bytes);
}
