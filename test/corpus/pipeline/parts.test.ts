import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyList } from "../../../src/corpus/pipeline/key-list.ts";
import { ParquetWriter } from "../../../src/corpus/pipeline/parquet-writer.ts";
import { tasksOf } from "../../../src/corpus/pipeline/plan.ts";
import { ShardWriter } from "../../../src/corpus/pipeline/shard-writer.ts";
import { Spool } from "../../../src/corpus/pipeline/spool.ts";
import { draftOf } from "../steps/drafts.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-parts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("tasksOf", () => {
  const part = (bytes: number) => ({ source: "s", reference: "r", detail: String(bytes), bytes });
  const sizes = (...bytes: number[]) => tasksOf(bytes.map(part)).map((task) => task.map((one) => one.bytes / 1e6));

  it("joins small parts in order and leaves large ones alone", () => {
    expect(sizes(10e6, 10e6, 10e6, 10e6, 500e6, 1e6, 1e6)).toEqual([[10, 10, 10], [10], [500], [1, 1]]);
    expect(sizes(32e6, 0)).toEqual([[32, 0]]);
    expect(sizes()).toEqual([]);
  });
});

describe("Spool", () => {
  const texts = ["a", "line\nbreak \u2028 and \0", "😀".repeat(30), "", "e"];
  const revive = ({
    weight,
    ...document
  }: {
    weight: number;
    content: string;
    path: string;
    repo: string;
    license: string | null;
    stars: number | null;
  }) => {
    const draft = draftOf(document.content, document);
    draft.weight = weight;
    return draft;
  };

  it.each([0, 20, 1_000_000])("gives back what it took, in order, with room for %d characters", async (limit) => {
    const file = path.join(folder, `spool-${limit}`);
    const spool = new Spool(file, revive, limit);
    for (const [index, content] of texts.entries()) {
      const draft = draftOf(content, { path: `${index}.py`, license: "MIT", stars: index });
      draft.weight = 1 + index / 3;
      await spool.add(draft);
    }
    const back = [];
    for await (const { content, path: name, license, stars, weight } of spool.take())
      back.push({ content, name, license, stars, weight });
    expect(back).toEqual(
      texts.map((content, index) => ({
        content,
        name: `${index}.py`,
        license: "MIT",
        stars: index,
        weight: 1 + index / 3,
      })),
    );
    expect(await readdir(folder)).not.toContain(`spool-${limit}`);
  });
});

describe("KeyList", () => {
  it("grows and picks", () => {
    const list = new KeyList(3);
    for (let index = 0; index < 5000; index++) list.add((into, offset) => into.set([index, 1, 2], offset));
    expect(list.all().length).toBe(15_000);
    const keep = Uint8Array.from({ length: 5000 }, (_, index) => (index % 1000 === 7 ? 1 : 0));
    expect([...list.kept(keep)].filter((_, at) => at % 3 === 0)).toEqual([7, 1007, 2007, 3007, 4007]);
  });
});

describe("ShardWriter", () => {
  let parquet: ParquetWriter;
  beforeAll(async () => {
    parquet = await ParquetWriter.open();
  });
  afterAll(() => parquet.close());

  it("keeps every character, whatever it is, and every number", async () => {
    const texts = ["plain", "é😀\r\n\t", "with \0 inside", "'; DROP TABLE x", ""];
    const numbers = [0.1, 1 / 3, 1e-7, 1e21, Number.MAX_VALUE];
    const stars = ["", "7", "2147483647", "1e10", "0"];
    const columns = { content: "content", n: "n::DOUBLE", stars: "TRY_CAST(stars AS INTEGER)" };
    const writer = new ShardWriter(parquet, path.join(folder, "it's"), columns);
    for (const [n, content] of texts.entries()) await writer.add([Buffer.from(content), String(numbers[n]), stars[n]!]);
    await writer.flush();
    expect(writer.files).toMatchObject([{ file: "it's.parquet", documents: 5 }]);
    const rows = await rowsOf("it's.parquet");
    expect(rows).toEqual(texts.map((content, n) => [content, numbers[n], [null, 7, 2147483647, null, 0][n]]));
  });

  it("keeps the order of many rows, and writes one file after the other", async () => {
    const names = Array.from({ length: 5000 }, (_, n) => `${n}${"x".repeat(n % 4000)}`);
    for (const round of [0, 1]) {
      const writer = new ShardWriter(parquet, path.join(folder, `many-${round}`), { content: "content" });
      for (const name of names) await writer.add([Buffer.from(name)]);
      await writer.flush();
      expect((await rowsOf(`many-${round}.parquet`)).flat()).toEqual(names);
    }
  });

  it("makes no file of no rows", async () => {
    const writer = new ShardWriter(parquet, path.join(folder, "none"), { content: "content" });
    await writer.flush();
    expect(writer.files).toEqual([]);
    expect(await readdir(folder)).not.toContain("none.parquet");
  });
});

async function rowsOf(file: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const target = path.join(folder, file).replaceAll("'", "''");
  const rows = (await connection.runAndReadAll(`SELECT * FROM read_parquet('${target}')`)).getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
