import { open, rename, stat } from "node:fs/promises";
import path from "node:path";
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { sha256OfFile } from "../../common/files.ts";
import type { ShardFile } from "./counts.ts";

/** A row's values by column. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Column → DuckDB's type; text, 32-bit integers and doubles. */
export type Columns = Readonly<Record<string, "VARCHAR" | "INTEGER" | "DOUBLE">>;

/** Characters of text after which a file is closed and the next one begun: what is not yet in a file lies in memory. */
const fileLimit = 64_000_000;

/** One thread's DuckDB. One thread of its own, so that files are the same wherever they are made. */
export async function openDuckdb(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "1GB" });
  return instance.connect();
}

/** Writes rows into Parquet files (zstd): `NAME.parquet`, then `NAME-1.parquet` and so on. No rows make no file. */
export class ShardWriter {
  readonly files: ShardFile[] = [];
  #appender: DuckDBAppender | undefined;
  #rows = 0;
  #bytes = 0;

  /** @param stem path of the file without its ending; @param table of its own while it is open */
  constructor(
    readonly connection: DuckDBConnection,
    readonly stem: string,
    readonly columns: Columns,
    readonly table: string,
  ) {}

  async add(row: Row): Promise<void> {
    this.#appender ??= await this.#begin();
    for (const [column, type] of Object.entries(this.columns)) {
      const value = row[column] ?? null;
      if (value === null) this.#appender.appendNull();
      else if (type === "VARCHAR") this.#appender.appendVarchar(String(value));
      else if (type === "INTEGER") this.#appender.appendInteger(Number(value));
      else this.#appender.appendDouble(Number(value));
    }
    this.#appender.endRow();
    this.#rows++;
    this.#bytes += Buffer.byteLength(String(row.content));
    if (this.#bytes >= fileLimit) await this.flush();
  }

  async #begin(): Promise<DuckDBAppender> {
    const columns = Object.entries(this.columns).map(([column, type]) => `${column} ${type}`);
    await this.connection.run(`CREATE OR REPLACE TABLE ${this.table}(${columns.join(", ")})`);
    return this.connection.createAppender(this.table);
  }

  /** Closes the file that is open, if there is one. */
  async flush(): Promise<void> {
    if (this.#appender === undefined) return;
    this.#appender.closeSync();
    this.#appender = undefined;
    const file = `${this.stem}${this.files.length === 0 ? "" : `-${this.files.length}`}.parquet`;
    const temporary = `${file}.partial`;
    const target = temporary.replaceAll("'", "''");
    await this.connection.run(
      `COPY ${this.table} TO '${target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    );
    await this.connection.run(`DROP TABLE ${this.table}`);
    const handle = await open(temporary, "r+");
    await handle.sync();
    await handle.close();
    const sha256 = await sha256OfFile(temporary);
    await rename(temporary, file);
    this.files.push({ file: path.basename(file), documents: this.#rows, bytes: (await stat(file)).size, sha256 });
    this.#rows = 0;
    this.#bytes = 0;
  }
}
