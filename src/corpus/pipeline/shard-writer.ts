import { open, rename, stat } from "node:fs/promises";
import path from "node:path";
import { messageOf, UserError } from "../../common/errors.ts";
import { sha256OfFile } from "../../common/files.ts";
import type { ShardFile } from "./counts.ts";
import type { Columns, ParquetWriter, Row } from "./parquet-writer.ts";

/** Bytes of text after which a file is closed and the next one begun: what is not yet in a file lies in memory. */
const fileLimit = 64_000_000;

/** Collects rows into Parquet files: `NAME.parquet`, then `NAME-1.parquet` and so on. No rows make no file. */
export class ShardWriter {
  readonly files: ShardFile[] = [];
  #rows: Row[] = [];
  #bytes = 0;

  /** @param stem path of the file without its ending */
  constructor(
    readonly parquet: ParquetWriter,
    readonly stem: string,
    readonly columns: Columns,
  ) {}

  /** @param row the largest text first */
  async add(row: Row): Promise<void> {
    this.#rows.push(row);
    this.#bytes += row[0]!.length;
    if (this.#bytes >= fileLimit) await this.flush();
  }

  /** Writes what is there into a file, if anything is. */
  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const file = `${this.stem}${this.files.length === 0 ? "" : `-${this.files.length}`}.parquet`;
    const temporary = `${file}.partial`;
    await this.#write(temporary);
    const handle = await open(temporary, "r+");
    await handle.sync();
    await handle.close();
    const sha256 = await sha256OfFile(temporary);
    const bytes = (await stat(temporary)).size;
    await rename(temporary, file);
    this.files.push({ file: path.basename(file), documents: this.#rows.length, bytes, sha256 });
    this.#rows = [];
    this.#bytes = 0;
  }
  /** DuckDB says in words alone that a disk is full. */
  async #write(file: string): Promise<void> {
    try {
      await this.parquet.write(file, this.columns, this.#rows);
    } catch (error) {
      const reason = /^IO Error: .*: ([^:]+)$/s.exec(messageOf(error))?.[1];
      if (reason === undefined) throw error;
      throw new UserError(
        file,
        `it cannot be written (${reason})`,
        "Make room for it, then give the same command again.",
      );
    }
  }
}
