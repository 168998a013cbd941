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
  readonly language: string | null;
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

/** What a file's table of contents says. */
export interface ParquetDescription {
  /** In their order. */
  readonly groups: readonly RowGroup[];
  /** Names of the columns in lower case. */
  readonly columns: readonly string[];
}

/** Reads a file's table of contents. Throws when it is damaged. */
export async function describeParquet(file: string): Promise<ParquetDescription> {
  const { instance, connection } = await openEngine(file);
  try {
    const columns = [...(await columnTypes(connection, file)).keys()];
    const result = await connection.runAndReadAll(
      `SELECT row_group_id, any_value(row_group_num_rows), sum(total_compressed_size)
       FROM parquet_metadata(${quoted(file)}) GROUP BY row_group_id ORDER BY row_group_id`,
    );
    let firstRow = 0;
    const groups = result.getRows().map(([, rows, bytes]) => {
      const group = { firstRow, rows: Number(rows), bytes: Number(bytes) };
      firstRow += group.rows;
      return group;
    });
    return { groups, columns };
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
    const types = await columnTypes(connection, file);
    const from = `SELECT ${selectList(types)} FROM ${numberedRows(file, types)}`;
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
    const range = `${place} >= ${first} AND ${place} < ${end}`;
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

/** Name in lower case → type. */
type ColumnTypes = ReadonlyMap<string, string>;

async function columnTypes(connection: DuckDBConnection, file: string): Promise<ColumnTypes> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${quoted(file)})`);
  return new Map(described.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)]));
}

/** The column that numbers a file's rows. */
const place = "file_row_number";

/** The rows with their numbers. DuckDB's own column finds a range at once; where the file has one of that name, the rows are counted. */
function numberedRows(file: string, types: ColumnTypes): string {
  const source = `read_parquet(${quoted(file)}`;
  if (!types.has(place)) return `${source}, file_row_number = true)`;
  return `(SELECT * EXCLUDE (${place}), row_number() OVER () - 1 AS ${place} FROM ${source}))`;
}

/** The columns under the names that data sets give them. A text that is too large stays in the engine. */
function selectList(types: ColumnTypes): string {
  const column = (key: keyof typeof columnNames) => columnNames[key].find((name) => types.has(name));
  const text = (key: "path" | "repo" | "language") =>
    column(key) === undefined ? "NULL" : `TRY_CAST("${column(key)}" AS VARCHAR)`;
  const content = column("content");
  const contentType = content === undefined ? undefined : types.get(content);
  const isContent = contentType === "VARCHAR" || contentType === "BLOB";
  const size = !isContent ? "NULL" : contentType === "BLOB" ? `octet_length("${content}")` : `strlen("${content}")`;
  const license = column("license");
  const isLicense = license !== undefined && /^VARCHAR(\[\])?$/.test(types.get(license)!);
  return [
    place,
    isContent ? `CASE WHEN ${size} <= ${largestDocument} THEN "${content}" END` : "NULL",
    size,
    text("path"),
    text("repo"),
    column("stars") === undefined ? "NULL" : `TRY_CAST("${column("stars")}" AS DOUBLE)`,
    isLicense ? `"${license}"` : "NULL",
    text("language"),
  ].join(", ");
}

function rowFrom(values: readonly DuckDBValue[]): ParquetRow {
  const [row, content, contentBytes, path, repo, stars, license, language] = values;
  return {
    row: Number(row),
    content: contentOf(content),
    contentBytes: contentBytes === null || contentBytes === undefined ? null : Number(contentBytes),
    path: typeof path === "string" ? path : null,
    repo: typeof repo === "string" ? repo : null,
    stars: typeof stars === "number" ? stars : null,
    license: license !== null && typeof license === "object" && "items" in license ? license.items : (license ?? null),
    language: typeof language === "string" ? language : null,
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
