import path from "node:path";
import { messageOf, nearMisses, UserError } from "../common/errors.ts";
import { exists } from "../common/files.ts";
import type { Document } from "./document.ts";
import { checkPresence, findManifest } from "./pipeline/finished.ts";
import type { Manifest } from "./pipeline/manifest.ts";

/** A document of a finished corpus. */
export interface CorpusDocument extends Omit<Document, "bytes"> {
  readonly language: string;
  readonly weight: number;
}

/**
 * The manifest of a finished corpus.
 * @throws UserError where the folder holds none
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = await findManifest(folder);
  if (manifest !== undefined) return manifest;
  const cause = (await exists(folder))
    ? "there is no manifest.json: it is no corpus, or not finished"
    : "there is no such folder";
  throw new UserError(`corpus ${folder}`, cause, "Build it with: apprentice corpus build");
}

/** Rows of a query over all shards, as `shards`. None where the corpus is empty. */
async function query(folder: string, sql: string, values: Record<string, string | number>): Promise<unknown[]> {
  const manifest = await readManifest(folder);
  await checkPresence(folder, manifest);
  if (manifest.output.files.length === 0) return [];
  const files = manifest.output.files.map(({ file }) => `'${path.join(folder, file).replaceAll("'", "''")}'`);
  // Loaded when there is something to read: it takes a fifth of a second.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const from = `WITH shards AS (SELECT * FROM read_parquet([${files.join(", ")}]))`;
    return (await connection.runAndReadAll(`${from} ${sql}`, values)).getRowObjectsJS();
  } catch (error) {
    const [cause = ""] = messageOf(error).split("\n");
    throw new UserError(
      `corpus ${folder}`,
      `its shards cannot be read (${cause})`,
      "Delete the folder and build it again.",
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Documents drawn at random by their path, the same ones for the same seed. */
export async function sampleDocuments(folder: string, count: number, seed: number): Promise<CorpusDocument[]> {
  const order = "md5(repo || ':' || path || ':' || $seed::VARCHAR || ':' || md5(content))";
  const rows = await query(folder, `SELECT * FROM shards ORDER BY ${order} LIMIT $count`, {
    count,
    seed: String(seed),
  });
  return rows as CorpusDocument[];
}

/**
 * The documents of a path, `repo: path` or the path alone.
 * @throws UserError with near misses where there is none
 */
export async function documentsOfPath(folder: string, wanted: string): Promise<CorpusDocument[]> {
  const rows = await query(folder, "SELECT * FROM shards WHERE path = $wanted OR repo || ': ' || path = $wanted", {
    wanted,
  });
  if (rows.length > 0) return rows as CorpusDocument[];
  const name = wanted.slice(wanted.lastIndexOf("/") + 1);
  const others = await query(folder, "SELECT DISTINCT path FROM shards WHERE contains(path, $name) LIMIT 1000", {
    name,
  });
  const paths = others.map((row) => (row as { path: string }).path);
  const near = [...new Set([...nearMisses(wanted, paths), ...paths])].slice(0, 3);
  throw new UserError(
    `corpus ${folder}, ${wanted}`,
    "no document has this path",
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "See what there is with: apprentice corpus sample",
  );
}
