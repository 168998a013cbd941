import type { TextRange } from "./describe.ts";

/** Share of ASCII letters and digits among the characters of a text that are not blank; 1 for a text of blanks alone. */
export function alphanumericRate(text: string): number {
  let characters = 0;
  let alphanumeric = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 32 || (code >= 9 && code <= 13) || code === 0xa0) continue;
    characters++;
    if ((code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90)) alphanumeric++;
  }
  return characters === 0 ? 1 : alphanumeric / characters;
}

/** What a comment says, without the marks that make it one; of a ruler like `#####` something is left. */
export function commentBody(comment: string): string {
  if (comment.startsWith("/*"))
    return comment
      .replace(/^\/\*[*!]?/, "")
      .replace(/\*\/$/, "")
      .replace(/^[ \t]*\*(?!\*)/gm, "");
  if (comment.startsWith("<!--")) return comment.slice(4);
  return comment.replace(/^(?:#[#!:]?|\/\/[/!]?)/, "");
}

/** Comments that belong together: no more than one line break lies between one and the next. */
export interface CommentBlock extends TextRange {
  readonly comments: readonly TextRange[];
}

/** A first line that tells the system or the interpreter what the file is. */
const directive = /^#!|^#.*coding[:=]/;

/** The blocks of comments before the first code; a `#!` line and an encoding line belong to none. */
export function headBlocks(text: string, comments: readonly TextRange[]): CommentBlock[] {
  const blocks: TextRange[][] = [];
  let end = text.startsWith("\ufeff") ? 1 : 0;
  for (const comment of comments) {
    const between = text.slice(end, comment.start);
    if (between.trim() !== "" && !(end === 0 && /^#!.*\s*$/.test(between))) break;
    end = comment.end;
    if (directive.test(text.slice(comment.start, comment.end))) continue;
    const lines = between.split("\n").length - 1;
    const previous = blocks.at(-1);
    if (previous === undefined || lines > 1) blocks.push([comment]);
    else previous.push(comment);
  }
  return blocks.map((block) => ({ start: block[0]!.start, end: block.at(-1)!.end, comments: block }));
}

/** The comments, those together that stand on lines of their own right below each other. */
export function commentRuns(text: string, comments: readonly TextRange[]): TextRange[][] {
  const runs: TextRange[][] = [];
  let end = -1;
  let isOwnLine = false;
  for (const comment of comments) {
    const between = end < 0 ? undefined : text.slice(end, comment.start);
    const continues = isOwnLine && between !== undefined && /^[ \t]*\r?\n?[ \t]*$/.test(between);
    const lineStart = text.lastIndexOf("\n", comment.start - 1) + 1;
    isOwnLine = blanksBefore(text, comment.start) <= lineStart;
    if (continues && isOwnLine) runs.at(-1)!.push(comment);
    else runs.push([comment]);
    // Line comments of some grammars hold their line break.
    end = text[comment.end - 1] === "\n" ? comment.end - 1 : comment.end;
  }
  return runs;
}

/**
 * The text without some of its comments. A comment that stands alone takes its lines with it; one behind code takes the blanks
 * before it; one between code leaves a blank, or a line break where it held one, so that the rest means what it meant.
 *
 * @param comments in order, not overlapping
 */
export function withoutComments(text: string, comments: readonly TextRange[]): string {
  let result = "";
  let done = 0;
  for (const { start, end } of comments) {
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const before = Math.max(done, blanksBefore(text, start));
    // Line comments of some grammars hold their line break.
    const last = text[end - 1] === "\n" ? end - 1 : end;
    const after = blanksAfter(text, last);
    const atLineEnd = after === text.length || text[after] === "\n" || text[after] === "\r";
    result += text.slice(done, Math.max(done, before));
    if (!atLineEnd) {
      done = end;
      if (before > lineStart) result += text.slice(start, end).includes("\n") ? "\n" : " ";
      else result += text.slice(before, start);
    } else if (before <= lineStart) done = afterLineBreak(text, after);
    else done = after;
  }
  return result + text.slice(done);
}

function blanksBefore(text: string, index: number): number {
  let at = index;
  while (at > 0 && (text[at - 1] === " " || text[at - 1] === "\t")) at--;
  return at;
}

function blanksAfter(text: string, index: number): number {
  let at = index;
  while (at < text.length && (text[at] === " " || text[at] === "\t")) at++;
  return at;
}

function afterLineBreak(text: string, index: number): number {
  if (text[index] === "\r" && text[index + 1] === "\n") return index + 2;
  return Math.min(text.length, index + 1);
}
