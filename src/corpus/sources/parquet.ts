import { stat } from "node:fs/promises";
import path from "node:path";
import type { Document, Skipped } from "../document.ts";
import { licenseOfColumn, namesOfColumns, requireContent, starsOfColumn } from "../reading/columns.ts";
import { describeParquet, type ParquetRow, parquetRows, type RowGroup } from "../reading/parquet-reader.ts";
import { batches, partBytes } from "../reading/parts.ts";
import { largestDocument, skipped } from "../reading/reasons.ts";
import { shardFiles } from "../reading/shard-files.ts";
import { stampOf } from "../reading/stamp.ts";
import { documentOf, documentOfText } from "../reading/text.ts";
import type { CorpusSource, PathFilter, SourcePart } from "../source.ts";
import { everyLanguage } from "../wanted-files.ts";

const ending = /\.parquet$/i;

/** A part in plain form: some rows of a file. */
interface Detail {
  readonly file: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** Data sets in Parquet, with the column names of the Hugging Face hub. */
export const member: CorpusSource = {
  name: "parquet",
  referenceForm: "a .parquet file or a folder of them",

  claims: async (reference) => ((await shardFiles(reference, ending)).length > 0 ? 0.9 : 0),

  async parts(reference) {
    const parts: SourcePart[] = [];
    for (const file of await shardFiles(reference, ending)) {
      const stamp = stampOf([await stat(file)]);
      for (const { files: groups, bytes } of batches((await groupsOf(file)).flatMap((group) => [...piecesOf(group)]))) {
        const { firstRow } = groups[0]!;
        const detail: Detail = { file, firstRow, rows: groups.reduce((sum, group) => sum + group.rows, 0) };
        parts.push({ source: this.name, reference, detail: JSON.stringify(detail), bytes, stamp });
      }
    }
    return parts;
  },

  async *read({ detail }, filter) {
    const wants = filter ?? (await everyLanguage());
    const { file, firstRow, rows } = JSON.parse(detail) as Detail;
    const repo = path.basename(file).replace(ending, "");
    try {
      for await (const row of parquetRows(file, firstRow, rows)) {
        const place = `${path.basename(file)}@${row.row}`;
        const item = "reason" in row ? skipped(repo, place, row.reason) : readRow(row, place, repo, wants);
        if (item !== undefined) yield item;
      }
    } catch {
      yield skipped(repo, `${path.basename(file)}@${firstRow}`, "truncated or damaged");
    }
  },
};

/** A row group in pieces of about a part's size, as if its rows were alike: some writers make one group of a whole file. */
function* piecesOf({ firstRow, rows, bytes }: RowGroup): Generator<RowGroup> {
  const pieces = Math.max(1, Math.min(rows, Math.round(bytes / partBytes)));
  for (let piece = 0; piece < pieces; piece++) {
    const start = Math.floor((rows * piece) / pieces);
    const end = Math.floor((rows * (piece + 1)) / pieces);
    yield { firstRow: firstRow + start, rows: end - start, bytes: Math.round(bytes / pieces) };
  }
}

/**
 * The row groups; a file whose table of contents cannot be read is one group, whose reading says so.
 * @throws UserError where no column holds the texts
 */
async function groupsOf(file: string): Promise<readonly RowGroup[]> {
  const found = await describeParquet(file).catch(() => undefined);
  if (found === undefined) return [{ firstRow: 0, rows: 0, bytes: (await stat(file)).size }];
  requireContent(file, found.columns);
  return found.groups;
}

/** A document, why there is none, or undefined for a file that nobody wants. */
function readRow(row: ParquetRow, place: string, fallback: string, wants: PathFilter): Document | Skipped | undefined {
  const names = namesOfColumns(row, place, fallback);
  const { path: file, repo } = names;
  if (!("namelessIn" in names) && !wants(file)) return undefined;
  if ((row.contentBytes ?? 0) > largestDocument) return skipped(repo, file, "larger than 16 MiB");
  const { content } = row;
  if (content === null) return skipped(repo, file, "no text in it");
  const facts = { ...names, license: licenseOfColumn(row.license), stars: starsOfColumn(row.stars) };
  return typeof content === "string" ? documentOfText(content, facts) : documentOf(Buffer.from(content), facts);
}
