import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../../common/errors.ts";
import { columnNames } from "./columns.ts";
import { largestDocument, type SkipReason } from "./reasons.ts";

/** What the reader's engine may hold in memory. A data page of a Parquet file must fit. */
const memoryLimit = "1GB";

/** Queries that may fail before a range of rows is given up: each takes some milliseconds. */
const mostFailures = 1000;

/** A row as the data set has it; what it lacks is null. */
export interface ParquetRow {
  /** Place in the file, from 0. */
  readonly row: number;
  /** Text, or the bytes of a column that does not promise to be text; null when it is missing or too large. */
  readonly content: string | Uint8Array | null;
  readonly contentBytes: number | null;
  readonly path: string | null;
  readonly repo: string | null;
  readonly stars: number | null;
  readonly license: unknown;
}

/** The ranges of rows that a file stores together. */
export interface RowGroup {
  readonly firstRow: number;
  readonly rows: number;
  /** Compressed, all columns. */
  readonly bytes: number;
}

/** DuckDB on one Parquet file. It sees that file alone, loads no extension, uses one thread, writes nothing. */
async function openEngine(file: string): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  // Loaded when there is something to read: it takes a fifth of a second.
  const duckdb = await import("@duckdb/node-api");
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: memoryLimit,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  await connection.run(`SET allowed_paths = [${quoted(file)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  return { instance, connection };
}

/** The file's row groups, in order. Throws when its table of contents is damaged. */
export async function rowGroups(file: string): Promise<RowGroup[]> {
  const { instance, connection } = await openEngine(file);
  try {
    const result = await connection.runAndReadAll(
      `SELECT row_group_id, any_value(row_group_num_rows), sum(total_compressed_size)
       FROM parquet_metadata(${quoted(file)}) GROUP BY row_group_id ORDER BY row_group_id`,
    );
    let firstRow = 0;
    return result.getRows().map(([, rows, bytes]) => {
      const group = { firstRow, rows: Number(rows), bytes: Number(bytes) };
      firstRow += group.rows;
      return group;
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A row that cannot be read, although others around it can. */
export interface DamagedRow {
  readonly row: number;
  readonly reason: SkipReason;
}

/** The rows of a range, streamed in their order. Throws when too much of it is damaged, after what came before. */
export async function* parquetRows(
  file: string,
  firstRow: number,
  rows: number,
): AsyncGenerator<ParquetRow | DamagedRow> {
  const { instance, connection } = await openEngine(file);
  try {
    const select = await selectList(connection, file);
    const from = `SELECT ${select} FROM read_parquet(${quoted(file)}, file_row_number = true)`;
    yield* healthyRows({ connection, from, failures: 0 }, firstRow, firstRow + rows);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface Reading {
  readonly connection: DuckDBConnection;
  readonly from: string;
  failures: number;
}

/**
 * One bad text fails the whole query. So what is left after a failure is asked for in halves, down to the row that is at
 * fault: fifteen more queries for a bad row among thirty thousand.
 */
async function* healthyRows(reading: Reading, first: number, end: number): AsyncGenerator<ParquetRow | DamagedRow> {
  let next = first;
  try {
    const range = `file_row_number >= ${first} AND file_row_number < ${end}`;
    const result = await reading.connection.stream(`${reading.from} WHERE ${range}`);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const values of chunk.getRows()) {
        const row = rowFrom(values);
        next = row.row + 1;
        yield row;
      }
    }
  } catch (error) {
    if (++reading.failures > mostFailures) throw error;
    if (end - next > 1) {
      const middle = Math.floor((next + end) / 2);
      yield* healthyRows(reading, next, middle);
      yield* healthyRows(reading, middle, end);
    } else yield { row: next, reason: /UTF-?8/.test(messageOf(error)) ? "not UTF-8" : "truncated or damaged" };
  }
}

/** The columns under the names that data sets give them. A text that is too large stays in the engine. */
async function selectList(connection: DuckDBConnection, file: string): Promise<string> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${quoted(file)})`);
  const types = new Map(described.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)]));
  const column = (key: keyof typeof columnNames) => columnNames[key].find((name) => types.has(name));
  const text = (key: "path" | "repo") => (column(key) === undefined ? "NULL" : `TRY_CAST("${column(key)}" AS VARCHAR)`);
  const content = column("content");
  const contentType = content === undefined ? undefined : types.get(content);
  const isContent = contentType === "VARCHAR" || contentType === "BLOB";
  const size = !isContent ? "NULL" : contentType === "BLOB" ? `octet_length("${content}")` : `strlen("${content}")`;
  const license = column("license");
  const isLicense = license !== undefined && /^VARCHAR(\[\])?$/.test(types.get(license)!);
  return [
    "file_row_number",
    isContent ? `CASE WHEN ${size} <= ${largestDocument} THEN "${content}" END` : "NULL",
    size,
    text("path"),
    text("repo"),
    column("stars") === undefined ? "NULL" : `TRY_CAST("${column("stars")}" AS DOUBLE)`,
    isLicense ? `"${license}"` : "NULL",
  ].join(", ");
}

function rowFrom([row, content, contentBytes, path, repo, stars, license]: readonly DuckDBValue[]): ParquetRow {
  return {
    row: Number(row),
    content: contentOf(content),
    contentBytes: contentBytes === null || contentBytes === undefined ? null : Number(contentBytes),
    path: typeof path === "string" ? path : null,
    repo: typeof repo === "string" ? repo : null,
    stars: typeof stars === "number" ? stars : null,
    license: license !== null && typeof license === "object" && "items" in license ? license.items : (license ?? null),
  };
}

function contentOf(value: DuckDBValue | undefined): string | Uint8Array | null {
  if (typeof value === "string") return value;
  return value !== null && typeof value === "object" && "bytes" in value && value.bytes instanceof Uint8Array
    ? value.bytes
    : null;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
