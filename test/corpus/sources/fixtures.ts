import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Header, pack } from "tar-stream";
import { afterAll } from "vitest";
import type { Document, Skipped } from "../../../src/corpus/document.ts";
import { openSource } from "../../../src/corpus/open-source.ts";
import type { CorpusSource, PathFilter } from "../../../src/corpus/source.ts";

/** A file of a source that a test makes. */
export interface MadeFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export function file(name: string, content: string | Buffer): MadeFile {
  return { path: name, bytes: Buffer.from(content) };
}

/** A new folder, gone after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-sources-"));
  made.push(folder);
  return folder;
}

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: readonly MadeFile[]): Promise<void> {
  for (const { path: name, bytes } of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
}

/** Runs git as somebody with no settings of their own. */
export function git(folder: string, ...commandArguments: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"];
  const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", HOME: folder };
  return execFileSync("git", [...identity, ...commandArguments], { cwd: folder, env, encoding: "utf8" }).trim();
}

/** A checkout with one commit of the files. */
export async function makeCheckout(folder: string, files: readonly MadeFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  git(folder, "init", "--quiet");
  await writeFiles(folder, files);
  git(folder, "add", "--all", "--force");
  git(folder, "commit", "--quiet", "--message", "files");
}

/** Writes a gzipped tar archive of entries. */
export async function makeTar(
  archive: string,
  entries: readonly (Partial<Header> & { name: string; bytes?: Buffer })[],
): Promise<void> {
  const packing = pack();
  for (const { bytes, ...header } of entries) packing.entry(header as Header, bytes ?? Buffer.alloc(0));
  packing.finalize();
  await pipeline(packing, createGzip(), createWriteStream(archive));
}

const zipScript = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for entry in json.load(sys.stdin):
        information = zipfile.ZipInfo(entry["name"])
        information.compress_type = zipfile.ZIP_DEFLATED
        information.external_attr = entry.get("mode", 0o100644) << 16
        archive.writestr(information, bytes.fromhex(entry["hex"]) * entry.get("times", 1))
`;

/** Writes a zip archive with Python, which lets any name pass. A file may be so many times its bytes. */
export function makeZip(
  archive: string,
  files: readonly (MadeFile & { readonly mode?: number; readonly times?: number })[],
): void {
  const entries = files.map(({ bytes, path: name, ...rest }) => ({
    name,
    hex: bytes.toString("hex"),
    ...rest,
  }));
  execFileSync("python3", ["-c", zipScript, archive], { input: JSON.stringify(entries) });
}

/** Writes JSON lines, gzipped where the name says so. Bytes that are no UTF-8 go in as they are, on one line. */
export async function makeJsonLines(target: string, files: readonly MadeFile[], license?: string): Promise<void> {
  const lines = files.map(({ path: name, bytes }) => {
    const marker = "@@content@@";
    const line = JSON.stringify({ content: marker, path: name, ...(license === undefined ? {} : { license }) });
    const content = isText(bytes)
      ? Buffer.from(JSON.stringify(bytes.toString("utf8")).slice(1, -1))
      : Buffer.from(bytes.toString("latin1").replaceAll("\n", " "), "latin1");
    const [before, after] = line.split(marker) as [string, string];
    return Buffer.concat([Buffer.from(before), content, Buffer.from(`${after}\n`)]);
  });
  const whole = Buffer.concat(lines);
  await writeFile(target, target.endsWith(".gz") ? gzipSync(whole) : whole);
}

/** Zstandard data (RFC 8878) of stored blocks: frames as every writer makes them, without the compression. */
export function storedZstandard(content: Buffer, frameBytes = 1 << 20): Buffer {
  const pieces: Buffer[] = [];
  for (let start = 0; start < content.length; start += frameBytes) {
    const frame = content.subarray(start, start + frameBytes);
    // Magic number, no flags, a window of 1 MiB.
    pieces.push(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 10 << 3]));
    const block = 1 << 16;
    for (let at = 0; at < frame.length; at += block) {
      const bytes = frame.subarray(at, at + block);
      const header = Buffer.alloc(3);
      header.writeUIntLE((bytes.length << 3) | (at + block >= frame.length ? 1 : 0), 0, 3);
      pieces.push(header, bytes);
    }
  }
  return Buffer.concat(pieces);
}

/** Writes a Parquet file of columns, by SQL over `rows`, a table of the given JSON records. */
export async function makeParquet(
  target: string,
  select: string,
  records: readonly object[] = [],
  format = "FORMAT parquet, COMPRESSION zstd",
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const rows = `${target}.rows.json`;
  await writeFile(rows, JSON.stringify(records.length === 0 ? [{}] : records));
  const table = `(SELECT * FROM read_json('${rows}', maximum_object_size = 100000000))`;
  await connection.run(`COPY (${select.replace(/\brows\b/, table)}) TO '${target}' (${format})`);
  connection.closeSync();
  instance.closeSync();
  await rm(rows);
}

function isText(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString("utf8")).equals(bytes);
}

export type Item = Document | Skipped;

export function isDocument(item: Item): item is Document {
  return "content" in item;
}

/** Everything that a source reads, through all its parts. */
export async function readAll(source: CorpusSource, reference: string, wants?: PathFilter): Promise<Item[]> {
  const items: Item[] = [];
  for (const part of await source.parts(reference, wants))
    for await (const item of source.read(part, wants)) items.push(item);
  return items;
}

/** What the source that claims a reference reads: documents by path, and reasons by path. */
export async function readReference(
  reference: string,
): Promise<{ source: string; documents: Record<string, string>; reasons: Record<string, string>; items: Item[] }> {
  const source = await openSource(reference);
  const items = await readAll(source, reference);
  return {
    source: source.name,
    documents: Object.fromEntries(items.filter(isDocument).map(({ path: name, content }) => [name, content])),
    reasons: Object.fromEntries(items.flatMap((item) => (isDocument(item) ? [] : [[item.path, item.reason]]))),
    items,
  };
}
