import { UserError } from "../../common/errors.ts";
import { type CorpusDocument, documentsOfPath, sampleDocuments } from "../../corpus/index.ts";
import { print, printJson } from "../output.ts";
import { visible, visibleName } from "../visible.ts";

interface SampleOptions {
  readonly count: string;
  readonly seed: string;
  readonly lines: string;
  readonly json?: boolean;
}

/** `apprentice corpus sample`. */
export async function sampleCommand(folder: string, { count, seed, lines, json }: SampleOptions): Promise<void> {
  const documents = await sampleDocuments(folder, wholeNumber("--count", count), wholeNumber("--seed", seed));
  if (json) return printJson(documents);
  const shown = wholeNumber("--lines", lines);
  for (const document of documents) printDocument(document, shown);
}

/** `apprentice corpus show`. */
export async function showCommand(folder: string, path: string, { json }: { json?: boolean }): Promise<void> {
  const documents = await documentsOfPath(folder, path);
  if (json) return printJson(documents);
  for (const document of documents) printDocument(document, Number.POSITIVE_INFINITY);
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new UserError(`${option} ${text}`, "this is no whole number");
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
