import type { CodeToken } from "../code/tokens.ts";
import type { TextScore } from "../model/model.ts";

/** Tokens of the model that the prompt has at most: CodeXGLUE's window of 1,024 less the 100 that are written, and some to spare. */
const promptTokens = 900;

/** Tokens that the model may write: CodeXGLUE's limit. */
export const lineTokens = 100;

/** Tokens to spare: what a model puts before a text, and a cut text may fall into other tokens than the whole. */
const spareTokens = 24;

/** Characters of a line at most; longer ones are data. */
const longestLine = 300;

/**
 * What a model may write (GBNF): the end of the line before, blank lines, a line, and what some tokens carry behind its end. A
 * prompt that ended with the line break would ask some tokenizers for what they never see: a line break by itself, then
 * blanks.
 */
export const lineGrammar = String.raw`root ::= " "? "\r"? "\n" [ \t\r\n]* [^ \t\r\n] [^\n]* "\n" [ \t\r\n]{0,8}`;

/** The line that was written, without the blanks around it. */
export function writtenLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]!.trim();
}

/** A line that a model is to write, and what it is given. */
export interface LineTask {
  /** From 1. */
  readonly line: number;
  /** Ends with the last character before the line that is no blank. */
  readonly prompt: string;
  /** Without the blanks around it. */
  readonly expected: string;
}

/**
 * Chooses one line of a program, as CodeXGLUE's line-level task does: any line with code in it but the first one. Which one
 * the document's hash decides.
 *
 * @param tokens of the program; a line that has only comments, or that begins within a string, is not asked for
 * @param hash in hexadecimal
 */
export function chooseLine(
  text: string,
  tokens: readonly CodeToken[],
  score: TextScore,
  hash: string,
): LineTask | undefined {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineOf = (start: number, index: number) => text.slice(start, (starts[index + 1] ?? text.length + 1) - 1).trim();
  const hasCode = linesWithCode(starts, tokens);
  const possible = starts.flatMap((start, index) => {
    const expected = lineOf(start, index);
    const isFit = index > 0 && hasCode.has(index) && expected !== "" && expected.length <= longestLine;
    return isFit && text.slice(0, start).trim() !== "" ? [{ index, start, expected }] : [];
  });
  if (possible.length === 0) return undefined;
  const { index, start, expected } = possible[Number(BigInt(`0x${hash.slice(16, 32)}`) % BigInt(possible.length))]!;
  return { line: index + 1, prompt: text.slice(promptStart(score, start), start).trimEnd(), expected };
}

/** The lines on which a token other than a comment begins, as far as no token runs on into them. */
function linesWithCode(starts: readonly number[], tokens: readonly CodeToken[]): ReadonlySet<number> {
  const lines = new Set<number>();
  let line = 0;
  let reached = 0;
  for (const { kind, start, end } of tokens) {
    while (line + 1 < starts.length && starts[line + 1]! <= start) line++;
    if (kind !== "comment" && reached <= starts[line]!) lines.add(line);
    reached = Math.max(reached, end);
  }
  return lines;
}

/** Where the prompt begins, so that it has no more tokens than it may, and the model has room for the line. */
function promptStart({ pieces, context }: TextScore, end: number): number {
  const most = Math.max(1, Math.min(promptTokens, context - lineTokens - spareTokens));
  let tokens = 0;
  for (let index = pieces.findLastIndex((piece) => piece.end <= end); index >= 0; index--) {
    tokens += pieces[index]!.tokens;
    if (tokens > most) return pieces[index]!.end;
  }
  return 0;
}

/**
 * How alike two texts are, from 0 to 1: twice the length of their longest common subsequence by the sum of their lengths. This
 * is the ratio by which CodeXGLUE's evaluator gives edit similarity (`fuzz.ratio`, there in percent).
 */
export function editSimilarity(a: string, b: string): number {
  if (a.length + b.length === 0) return 1;
  let previous = new Uint32Array(b.length + 1);
  for (const character of a.split("")) {
    const row = new Uint32Array(b.length + 1);
    for (let column = 1; column <= b.length; column++)
      row[column] =
        b[column - 1] === character ? previous[column - 1]! + 1 : Math.max(previous[column]!, row[column - 1]!);
    previous = row;
  }
  return (2 * previous[b.length]!) / (a.length + b.length);
}
