import duckdb from "@duckdb/node-bindings";

/** A row: a text in UTF-8, or as characters, for every column. */
export type Row = readonly (Buffer | string)[];

/** Column → the SQL that makes it of the text that a row has for it. */
export type Columns = Readonly<Record<string, string>>;

/** Bytes that DuckDB takes over at once, roughly. */
const chunkBytes = 1 << 20;

/** Small row groups, so that memory is used again while it is still in the cache. */
const format = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE_BYTES '4MB'";

/**
 * One thread's DuckDB, as a writer of Parquet files. It reads rows from a table function, without a table between, and texts as the bytes
 * that they are: through the usual API each would be made a string and copied three times. The bindings are used without that API, which
 * takes a fifth of a second to load.
 */
export class ParquetWriter {
  readonly #database: duckdb.Database;
  readonly #connection: duckdb.Connection;
  #columns: readonly string[] = [];
  #rows: Iterator<Row> = [].values();

  private constructor(database: duckdb.Database, connection: duckdb.Connection) {
    this.#database = database;
    this.#connection = connection;
    this.#register();
  }

  static async open(): Promise<ParquetWriter> {
    const config = duckdb.create_config();
    // One thread, so that files are the same wherever they are made.
    duckdb.set_config(config, "threads", "1");
    duckdb.set_config(config, "memory_limit", "1GB");
    // One thread keeps the order anyhow. To promise it, DuckDB would hold a whole file before it begins to compress.
    duckdb.set_config(config, "preserve_insertion_order", "false");
    const database = await duckdb.open(":memory:", config);
    return new ParquetWriter(database, await duckdb.connect(database));
  }

  /** Writes rows into a file, one call after the other. */
  async write(file: string, columns: Columns, rows: Iterable<Row>): Promise<void> {
    this.#columns = Object.keys(columns);
    this.#rows = rows[Symbol.iterator]();
    const select = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
    const target = file.replaceAll("'", "''");
    await duckdb.query(this.#connection, `COPY (SELECT ${select.join(", ")} FROM rows()) TO '${target}' (${format})`);
  }

  close(): void {
    duckdb.disconnect_sync(this.#connection);
    duckdb.close_sync(this.#database);
  }

  /** Lets SQL read the rows that are being written as `rows()`. */
  #register(): void {
    const text = duckdb.create_logical_type(duckdb.Type.VARCHAR);
    const rows = duckdb.create_table_function();
    duckdb.table_function_set_name(rows, "rows");
    duckdb.table_function_set_bind(rows, (info) => {
      for (const column of this.#columns) duckdb.bind_add_result_column(info, column, text);
    });
    duckdb.table_function_set_init(rows, () => {});
    duckdb.table_function_set_function(rows, (_info, chunk) => this.#fill(chunk));
    duckdb.register_table_function(this.#connection, rows);
  }

  /** Hands over the next rows; none at the end. */
  #fill(chunk: duckdb.DataChunk): void {
    const vectors = this.#columns.map((_, column) => duckdb.data_chunk_get_vector(chunk, column));
    const most = duckdb.vector_size();
    let count = 0;
    for (let bytes = 0; bytes < chunkBytes && count < most; count++) {
      const next = this.#rows.next();
      if (next.done) break;
      for (const [column, value] of next.value.entries()) {
        const text = typeof value === "string" ? Buffer.from(value) : value;
        duckdb.vector_assign_string_element_len(vectors[column]!, count, text);
        bytes += text.length;
      }
    }
    duckdb.data_chunk_set_size(chunk, count);
  }
}
