import { readFile } from "node:fs/promises";
import path from "node:path";
import { tokenKinds } from "../code/tokens.ts";
import { readJournal } from "../common/json-lines.ts";
import { writtenLine } from "../completion/line-task.ts";
import {
  type CompletionConfiguration,
  type CompletionSummary,
  completionKind,
  type DocumentRecord,
} from "../completion/records.ts";
import type { Interval } from "../evaluation/records.ts";
import { settingsOf } from "./differences.ts";
import { modelName, readRunFile } from "./run.ts";
import { interval, table } from "./tables.ts";
import { count, counted, type Html, html, percentage } from "./text.ts";

/** Lines that are shown of the documents, at most. */
const mostLines = 40;

/** A finished run of completion tasks, as it lies in its folder. */
export interface CompletionRun {
  readonly folder: string;
  readonly label: string;
  readonly configuration: CompletionConfiguration;
  readonly summary: CompletionSummary;
  /** The first documents of which a line was asked for, by their hashes. */
  readonly lines: readonly DocumentRecord[];
}

/** Whether a folder holds completion tasks and not an executed benchmark. */
export async function isCompletionRun(folder: string): Promise<boolean> {
  const text = await readFile(path.join(folder, "run.json"), "utf8").catch(() => "{}");
  return text.includes(`"kind": "${completionKind}"`);
}

/** Opens the folders. Throws a UserError for one that is not finished. */
export async function openCompletionRuns(folders: readonly string[]): Promise<CompletionRun[]> {
  const runs = await Promise.all(
    folders.map(async (folder) => ({
      folder,
      configuration: (await readRunFile(folder, "run.json")) as CompletionConfiguration,
      summary: (await readRunFile(folder, "summary.json")) as CompletionSummary,
      lines: await firstLines(folder),
    })),
  );
  const names = runs.map(({ configuration }) => modelName(configuration));
  return runs.map((run, index) => {
    const isUnique = names.filter((name) => name === names[index]).length === 1;
    return { ...run, label: isUnique ? names[index]! : `${names[index]} · ${path.basename(run.folder)}` };
  });
}

async function firstLines(folder: string): Promise<DocumentRecord[]> {
  let first: DocumentRecord[] = [];
  for await (const record of readJournal<DocumentRecord>(path.join(folder, "documents.jsonl"))) {
    if (record.line === undefined) continue;
    first.push(record);
    if (first.length >= 2 * mostLines) first = byHash(first).slice(0, mostLines);
  }
  return byHash(first).slice(0, mostLines);
}

function byHash(records: readonly DocumentRecord[]): DocumentRecord[] {
  return [...records].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/** A section for each set of documents; runs over the same ones stand side by side. */
export function completionSections(runs: readonly CompletionRun[]): Html[] {
  const sets = [...new Set(runs.map(({ configuration }) => configuration.documents.fingerprint))];
  return sets.map((set) => section(runs.filter(({ configuration }) => configuration.documents.fingerprint === set)));
}

function section(runs: readonly CompletionRun[]): Html {
  const { documents } = runs[0]!.configuration;
  return html`<section class="benchmark">
<h1>Completion of ${path.basename(documents.reference)}</h1>
<p class="lede">${counted(documents.count, "document")}, ${counted(documents.bytes, "byte")}. Greedy, given the true text before each token or line. Intervals: 95 %, bootstrap over documents; exact where all are alike.</p>
${figureTable(runs)}
${kindTable(runs)}
${lineTable(runs)}
${runs.map(settings)}
</section>`;
}

function figureTable(runs: readonly CompletionRun[]): Html {
  const head = ["Run", "Token accuracy, %", "Line exact match, %", "Edit similarity, %", "Bits a byte", "Lines"];
  const rows = runs.map(({ label, summary }) => [
    label,
    interval(summary.tokenAccuracy),
    interval(summary.exactMatch),
    interval(summary.editSimilarity),
    plain(summary.bitsPerByte),
    count(summary.lines),
  ]);
  return table("Completion", head, rows);
}

function plain({ value, low, high }: Interval): Html {
  return html`<b>${value.toFixed(3)}</b> <small>${low.toFixed(3)}–${high.toFixed(3)}</small>`;
}

function kindTable(runs: readonly CompletionRun[]): Html {
  const kinds = tokenKinds.filter((kind) => runs.some(({ summary }) => summary.kinds[kind] !== undefined));
  const rows = kinds.map((kind) => [
    kind,
    ...runs.map(({ summary }) => {
      const counts = summary.kinds[kind];
      return counts === undefined ? "–" : percentage(counts.right / counts.total);
    }),
    count(Math.max(...runs.map(({ summary }) => summary.kinds[kind]?.total ?? 0))),
  ]);
  return table("Predicted tokens by kind, %", ["Kind", ...runs.map(({ label }) => label), "Tokens"], rows);
}

/** What was to be written and what was. */
function lineTable(runs: readonly CompletionRun[]): Html {
  const rows = (runs[0]?.lines ?? []).map(({ sha256, path: file, line }) => [
    `${file}:${line!.line}`,
    html`<code>${line!.expected}</code>`,
    ...runs.map(({ lines }) => {
      const own = lines.find((record) => record.sha256 === sha256)?.line;
      return own === undefined ? html`–` : html`<code>${writtenLine(own.text)}</code>${own.exact ? " ✓" : ""}`;
    }),
  ]);
  if (rows.length === 0) return html``;
  const head = ["Line", "Expected", ...runs.map(({ label }) => label)];
  return html`<details><summary>Lines</summary>${table(`The first ${rows.length} lines`, head, rows)}</details>`;
}

function settings({ label, configuration }: CompletionRun): Html {
  const entries = settingsOf(configuration).map(
    ([setting, value]) => html`<div><dt>${setting}</dt><dd>${value}</dd></div>`,
  );
  return html`<details><summary>Settings of ${label}</summary><dl class="settings">${entries}</dl></details>`;
}
