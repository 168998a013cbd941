import { beforeAll, describe, expect, it } from "vitest";
import { corpusSources, openSource } from "../../../src/corpus/open-source.ts";
import { largestDocument } from "../../../src/corpus/reading/reasons.ts";
import type { CorpusSource, SourcePart } from "../../../src/corpus/source.ts";
import { file, type Item, isDocument, type MadeFile, readAll, temporaryFolder } from "./fixtures.ts";

/** How one source, or one form of it, is put through the suite that all of them pass. */
export interface SourceCase {
  readonly source: string;
  readonly title: string;
  /** Makes a source under the MIT licence of the files, in their order, and gives the reference to it. */
  make(folder: string, files: readonly MadeFile[]): Promise<string>;
}

/** The MIT licence, as projects have it. */
export const mitText = `MIT License

Copyright (c) 2024 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const exact = [
  ["a.py", "print('ä ü 漢字 🙂')\n\tif x:\r\n\t\tpass"],
  ["lib/b.js", 'const s = "\\u0041\\n";\n\u2028\n'],
  ["lib/deep/er/c.rs", "fn main() {}\n"],
  ["lib/empty.py", ""],
  ["name with\nnewline, 'quote' and \"quote\".py", "x = 1\n"],
  ["ünï/cödé.go", "package main\n"],
] as const;

const hostile: readonly MadeFile[] = [
  file("bad/latin1.py", Buffer.from([0x78, 0x20, 0x3d, 0x20, 0x27, 0xe4, 0x27, 0x0a])),
  file("bad/large.py", Buffer.alloc(largestDocument + 1, "x")),
  file("bad/zero.py", "x = '\0'\n"),
];

/** The suite. */
export function conformance({ source: name, title, make }: SourceCase): void {
  describe(`${name}: ${title}`, () => {
    let source: CorpusSource;
    let reference: string;
    let parts: readonly SourcePart[];
    let items: Item[];
    beforeAll(async () => {
      source = await corpusSources.get(name);
      const files = [
        ...exact.map(([path, content]) => file(path, content)),
        ...hostile,
        file("bom.py", "\ufeffx = 2\n"),
        file("notes.txt", "no source\n"),
        file("z.py", "last = True\n"),
      ];
      reference = await make(await temporaryFolder(), files);
      parts = await source.parts(reference);
      items = await readAll(source, reference);
    });

    it("claims its reference more surely than the others, and no reference that is nothing", async () => {
      expect((await openSource(reference)).name).toBe(name);
      expect(await source.claims(`${reference}-missing`)).toBe(0);
      expect(source.referenceForm).not.toBe("");
    });

    it("has parts that are plain data and say how much there is", () => {
      expect(parts.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(parts))).toEqual(parts);
      for (const part of parts) expect(part).toMatchObject({ source: name, reference });
      expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(0);
    });

    it("reads every wanted text exactly, names it, and passes over the others", () => {
      const found = new Map(items.filter(isDocument).map(({ path, content }) => [path, content]));
      for (const [path, content] of exact) expect(found.get(path), path).toBe(content);
      expect(found.get("bom.py")).toBe("x = 2\n");
      expect(found.get("z.py")).toBe("last = True\n");
      expect(found.size).toBe(exact.length + 2);
    });

    it("names what it cannot read and goes on", () => {
      const reasons = items.flatMap((item) => (isDocument(item) ? [] : [item.reason]));
      expect(reasons.sort()).toEqual(["binary", "larger than 16 MiB", "not UTF-8"]);
    });

    it("knows repository and licence", () => {
      const documents = items.filter(isDocument);
      expect(new Set(documents.map(({ license }) => license))).toEqual(new Set(["MIT"]));
      expect(new Set(documents.map(({ repo }) => repo)).size).toBe(1);
      expect(documents[0]?.repo).not.toMatch(/^$|[\\/]tmp/);
    });

    it("gives the same in the same order, from parts that were written down too", async () => {
      const again = JSON.parse(JSON.stringify(await source.parts(reference))) as SourcePart[];
      expect(again).toEqual(parts);
      const others = [];
      for (const part of again) for await (const item of source.read(part)) others.push(item);
      expect(others).toEqual(items);
    });

    it("takes the files that are asked for", async () => {
      const wants = (path: string) => path.endsWith(".rs");
      const wanted = await readAll(source, reference, wants);
      // A line that cannot be read at all has no path to choose by.
      expect(wanted.map(({ path }) => path).filter((path) => !path.includes("@"))).toEqual(["lib/deep/er/c.rs"]);
    });

    it("can be left in the middle", async () => {
      for await (const item of source.read(parts[0]!)) {
        expect(item.path).not.toBe("");
        break;
      }
    });
  });
}
