import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Document, Skipped } from "../document.ts";
import { chunksOf } from "../reading/chunks.ts";
import { columnNames, licenseOfColumn, namesOfColumns, requireContent, starsOfColumn } from "../reading/columns.ts";
import { type JsonRecord, splitLine } from "../reading/json-line.ts";
import { type Line, linesOf } from "../reading/lines.ts";
import { largestDocument, skipped } from "../reading/reasons.ts";
import { shardFiles } from "../reading/shard-files.ts";
import { stampOf } from "../reading/stamp.ts";
import { decodeText, documentOf, documentOfText } from "../reading/text.ts";
import { UnpacksTooLarge, unpacked } from "../reading/unpacking.ts";
import type { CorpusSource, PathFilter, SourcePart } from "../source.ts";
import type { Allocate } from "../text-memory.ts";
import { everyLanguage } from "../wanted-files.ts";

/** Files of JSON lines; `.json.gz` is what some sets call them. */
const ending = /\.(jsonl|ndjson)(\.gz|\.zst)?$|\.json\.(gz|zst)$/i;

/** Bytes of a line at most: a document, with room for its escapes and the other fields. */
const longestLine = 2 * largestDocument;

/** Bytes of a part of a plain file, no more than of a line. A packed file is one part: it cannot be entered in the middle. */
const rangeBytes = 32 * 1024 * 1024;

/** Data sets in JSON Lines, one document a line. */
export const member: CorpusSource = {
  name: "jsonl",
  referenceForm: "a .jsonl file (.gz, .zst) or a folder of them",

  claims: async (reference) => ((await shardFiles(reference, ending)).length > 0 ? 0.9 : 0),

  async parts(reference) {
    const parts: SourcePart[] = [];
    for (const file of await shardFiles(reference, ending)) {
      const found = await stat(file);
      const { size } = found;
      await checkColumns(file, size);
      const step = isPacked(file) ? size : rangeBytes;
      for (let start = 0; start < size; start += step) {
        const detail: Detail = { file, start, end: Math.min(size, start + step) };
        const bytes = detail.end - start;
        parts.push({ source: this.name, reference, detail: JSON.stringify(detail), bytes, stamp: stampOf([found]) });
      }
    }
    return parts;
  },

  async *read({ detail }, filter, allocate = Buffer.allocUnsafe) {
    const wants = filter ?? (await everyLanguage());
    const range = JSON.parse(detail) as Detail;
    const repo = path.basename(range.file).replace(ending, "");
    try {
      for await (const line of linesFrom(range)) {
        const place = `${path.basename(range.file)}@${line.start}`;
        const item = readLine(line, { place, repo, wants, allocate });
        if (item !== undefined) yield item;
      }
    } catch (error) {
      const reason = error instanceof UnpacksTooLarge ? "unpacks too large" : "truncated or damaged";
      yield skipped(repo, path.basename(range.file), reason);
    }
  },
};

/** Throws where the first objects of a file, a hundred at most, have no text under a name that is known. */
async function checkColumns(file: string, size: number): Promise<void> {
  const columns = new Set<string>();
  let lines = 0;
  try {
    for await (const { bytes } of linesFrom({ file, start: 0, end: size })) {
      // A line that cannot be read at all is met again, and named, when the file is read.
      if (bytes === undefined || ++lines > 100) break;
      for (const name of Object.keys(objectOf(bytes) ?? {})) columns.add(name);
      if (columnNames.content.some((name) => columns.has(name))) return;
    }
  } catch {
    return;
  }
  if (columns.size > 0) requireContent(file, columns);
}

function objectOf(line: Buffer): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(decodeText(line).replace(/^\ufeff/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** A part in plain form: the lines of a file that start in a range of its bytes. */
interface Detail {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The lines that start within the range, told by their place in the whole (unpacked) file. */
async function* linesFrom({ file, start, end }: Detail): AsyncGenerator<Line> {
  if (isPacked(file)) return yield* linesOf(unpacked(file), longestLine);
  const first = firstLineStart(file, start, end);
  if (first === undefined) return;
  for await (const line of linesOf(chunksOf(file, first), longestLine)) {
    const place = first + line.start;
    if (place >= end) return;
    yield { ...line, start: place };
    // What comes behind a line that is longer than the range starts in another one.
    if (line.bytes === undefined) return;
  }
}

/** Where the first line starts that starts within the range; undefined when a longer one runs through all of it. */
function firstLineStart(file: string, start: number, end: number): number | undefined {
  if (start === 0) return 0;
  let place = start - 1;
  for (const chunk of chunksOf(file, place, end)) {
    const lineEnd = chunk.indexOf(10);
    if (lineEnd >= 0) return place + lineEnd + 1 < end ? place + lineEnd + 1 : undefined;
    place += chunk.length;
  }
  return undefined;
}

function isPacked(file: string): boolean {
  return /\.(gz|zst)$/i.test(file);
}

interface LineContext {
  /** What a document without a path is called. */
  readonly place: string;
  readonly repo: string;
  readonly wants: PathFilter;
  readonly allocate: Allocate;
}

/** A document, why there is none, or undefined for a blank line or a file that nobody wants. */
function readLine({ bytes }: Line, context: LineContext): Document | Skipped | undefined {
  const { place, repo, allocate } = context;
  if (bytes === undefined) return skipped(repo, place, "larger than 16 MiB");
  if (!isUtf8(bytes)) return skipped(repo, place, "not UTF-8");
  const split = splitLine(bytes, columnNames.content, allocate);
  if (split !== undefined) return documentFrom(split.value, context, split.text);
  const text = decodeText(bytes).replace(/^\ufeff/, "");
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return skipped(repo, place, "not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return skipped(repo, place, "no JSON object");
  return documentFrom(value as JsonRecord, context);
}

/** @param content the text, where the record has a stand-in for it */
function documentFrom(
  record: JsonRecord,
  { place, repo: fallback, wants }: LineContext,
  content?: Buffer,
): Document | Skipped | undefined {
  const first = (names: readonly string[]) => names.map((name) => record[name]).find((value) => value != null);
  const found = { path: first(columnNames.path), repo: first(columnNames.repo), language: first(columnNames.language) };
  const names = namesOfColumns(found, place, fallback);
  if (!("namelessIn" in names) && !wants(names.path)) return undefined;
  const own = content ?? first(columnNames.content);
  if (typeof own !== "string" && !Buffer.isBuffer(own)) return skipped(names.repo, names.path, "no text in it");
  const license = licenseOfColumn(first(columnNames.license));
  const facts = { ...names, license, stars: starsOfColumn(first(columnNames.stars)) };
  return typeof own === "string" ? documentOfText(own, facts) : documentOf(own, facts);
}
