import type { TextRange } from "../code/describe.ts";

/** Characters of a file at most that can be its head. */
const longestHead = 65_536;

/**
 * What stands before the code in the eight languages, one piece at a time: blanks, comments, lines for the preprocessor, a
 * docstring or "use strict", a package's name, imports from the future. Of a comment that has no end the rest.
 */
const headPiece =
  /[\s\ufeff;]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[rRuU]?(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"[^"\n]*"|'[^'\n]*')|package [\w.]+|extern "C" \{|from __future__ import [^\n]*|__\w+__ *= *(?:"[^"\n]*"|'[^'\n]*')/y;

/** Python's way to say it behind the imports. */
const declaration = /^__licen[cs]e__[ \t]*=.*$/m;

export interface FileHead {
  /** Comments and what else may stand before the code, and `__license__` wherever it stands. */
  readonly text: string;
  /** Where the code begins. */
  readonly end: number;
}

/** The head of a source file. No parser is asked: most files have nothing else on their licence. */
export function headOf(content: string): FileHead {
  const start = content.slice(0, longestHead);
  let end = 0;
  headPiece.lastIndex = 0;
  while (end < start.length && headPiece.test(start)) end = headPiece.lastIndex;
  const head = start.slice(0, end);
  const declared = start.includes("__licen", end) ? declaration.exec(start.slice(end))?.[0] : undefined;
  return { text: declared === undefined ? head : `${head}\n${declared}`, end };
}

/** Notices that stand behind the beginning of the code as well, as in files that were put together from others. */
const notice =
  /General[\s#*/]+Public[\s#*/]+Licen[cs]e|SPDX-License-Identifier|[Pp]roprietary and [Cc]onfidential|[Uu]nauthori[sz]ed copying/g;

/** Whether the text has a notice from that place on, in a comment or elsewhere. */
export function hasNotice(content: string, from: number): boolean {
  notice.lastIndex = from;
  return notice.test(content);
}

/** The comments from that place on that have a notice, with those that belong to them. */
export function noticesIn(content: string, from: number, comments: readonly TextRange[]): string {
  const blocks: TextRange[] = [];
  for (const { start, end } of comments) {
    const last = blocks.at(-1);
    if (start < from) continue;
    if (last !== undefined && /^\s*$/.test(content.slice(last.end, start)))
      blocks[blocks.length - 1] = { start: last.start, end };
    else blocks.push({ start, end });
  }
  const texts = blocks.map(({ start, end }) => content.slice(start, end));
  return texts.filter((text) => hasNotice(text, 0)).join("\n");
}
