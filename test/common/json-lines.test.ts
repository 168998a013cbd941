import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Journal, readJournal, readJsonLines } from "../../src/common/json-lines.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-json-lines-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe("readJsonLines", () => {
  it("reads plain and gzipped files alike and counts lines from 1", async () => {
    const text = '{"a":1}\n\n{"a":2}\r\n';
    await writeFile(path.join(folder, "plain.jsonl"), text);
    await writeFile(path.join(folder, "packed.jsonl.gz"), gzipSync(text));
    const expected = [
      { value: { a: 1 }, line: 1 },
      { value: { a: 2 }, line: 3 },
    ];
    expect(await collect(readJsonLines(path.join(folder, "plain.jsonl")))).toEqual(expected);
    expect(await collect(readJsonLines(path.join(folder, "packed.jsonl.gz")))).toEqual(expected);
  });

  it("tells gzip by the content, and passes over a byte order mark", async () => {
    const file = path.join(folder, "unlike-its-name.jsonl");
    await writeFile(file, gzipSync('\uFEFF{"a":"\u2028"}\n{"a":2}'));
    expect((await collect(readJsonLines(file))).map(({ value }) => value)).toEqual([{ a: "\u2028" }, { a: 2 }]);
  });

  it("names what cannot be read, with its line where there is one", async () => {
    const file = path.join(folder, "unreadable.jsonl");
    const complaint = async (content: string | Buffer) => {
      await writeFile(file, content);
      return collect(readJsonLines(file)).catch(({ message }: Error) => message);
    };
    expect(await complaint(Buffer.from('1\n"\xff"\n', "latin1"))).toContain(`${file}, line 2: this is not UTF-8`);
    expect(await complaint(Buffer.from("\uFEFF1\n", "utf16le"))).toContain(`${file}: it is UTF-16 text.`);
    expect(await complaint(gzipSync("1\n").subarray(0, 15))).toContain(`${file}: its gzip data is damaged or cut off`);
    expect(await collect(readJsonLines(folder)).catch(({ message }: Error) => message)).toBe(
      `${folder}: this is a folder, where a file is needed. Name a file.`,
    );
  });

  it("reads lines across the chunks in which a file is read", async () => {
    const file = path.join(folder, "long.jsonl");
    const values = ["é".repeat(1_500_000), "b", "ü".repeat(700_001)];
    await writeFile(file, values.map((value) => JSON.stringify(value)).join("\n"));
    expect((await collect(readJsonLines(file))).map(({ value }) => value)).toEqual(values);
  });

  it("names file and line of what is no JSON", async () => {
    const file = path.join(folder, "bad.jsonl");
    await writeFile(file, '{"a":1}\n{oops\n');
    await expect(collect(readJsonLines(file))).rejects.toThrow(`${file}, line 2: this is not JSON`);
  });
});

describe("Journal", () => {
  it("names the line that something else wrote", async () => {
    const file = path.join(folder, "foreign.jsonl");
    await writeFile(file, '{"a":1}\nhello\n{"a":2}\n');
    await expect(collect(readJournal(file))).rejects.toThrow(`${file}, line 2: this is not JSON`);
  });

  it("keeps what was appended whole and cuts off a torn last line, wherever the tear is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 8 }), fc.string({ minLength: 1 }), async (entries, torn) => {
        const file = path.join(folder, "journal.jsonl");
        await rm(file, { force: true });
        const first = await Journal.open<string>(file);
        for (const entry of entries) await first.append(entry);
        await first.close();
        await appendFile(file, JSON.stringify(torn));
        expect(await collect(readJournal<string>(file))).toEqual(entries);
        const second = await Journal.open<string>(file);
        await second.append("after");
        await second.close();
        expect(await collect(readJournal<string>(file))).toEqual([...entries, "after"]);
      }),
      { numRuns: 50 },
    );
  });

  it("cuts a torn line longer than one read", async () => {
    const file = path.join(folder, "long.jsonl");
    await writeFile(file, `"whole"\n"${"x".repeat(200_000)}`);
    const journal = await Journal.open<string>(file);
    await journal.close();
    expect(await readFile(file, "utf8")).toBe('"whole"\n');
  });

  it("writes entries in the order of the calls", async () => {
    const file = path.join(folder, "order.jsonl");
    const journal = await Journal.open<number>(file);
    await Promise.all(Array.from({ length: 500 }, (_, index) => journal.append(index)));
    await journal.close();
    expect(await collect(readJournal<number>(file))).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });
});
