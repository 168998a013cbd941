import { type CorpusDocument, documentsOfPath, sampleDocuments } from "../../corpus/index.ts";
import { print, printJson, remark } from "../output.ts";
import { visible, visibleName } from "../visible.ts";

interface SampleOptions {
  readonly count: number;
  readonly seed: number;
  readonly lines: number;
  readonly json?: boolean;
}

/** `apprentice corpus sample`. */
export async function sampleCommand(folder: string, { count, seed, lines, json }: SampleOptions): Promise<void> {
  const documents = await sampleDocuments(folder, count, seed);
  if (json) return printJson(documents);
  if (documents.length === 0) remark(`${folder} is empty: the steps of its recipe kept nothing.`);
  for (const document of documents) printDocument(document, lines);
}

/** `apprentice corpus show`. */
export async function showCommand(folder: string, path: string, { json }: { json?: boolean }): Promise<void> {
  const documents = await documentsOfPath(folder, path);
  if (json) return printJson(documents);
  for (const document of documents) printDocument(document, Number.POSITIVE_INFINITY);
}

function printDocument(document: CorpusDocument, lines: number): void {
  const { repo, path, license, stars, language, weight, content } = document;
  const facts = [
    language,
    license ?? "licence unknown",
    stars === null ? "" : `${stars} stars`,
    `weight ${weight.toFixed(3)}`,
  ];
  print(`── ${visibleName(repo)}: ${visibleName(path)}`);
  print(`   ${visibleName(facts.filter((fact) => fact !== "").join(" · "))}`);
  const text = content.split("\n");
  for (const line of text.slice(0, lines)) print(visible(line));
  if (text.length > lines) print(`   … ${text.length - lines} more lines`);
  print();
}
