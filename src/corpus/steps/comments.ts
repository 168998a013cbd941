import { z } from "zod";
import { alphanumericRate, commentBody, commentRuns, headBlocks, withoutComments } from "../../code/comments.ts";
import type { TextRange } from "../../code/describe.ts";
import type { Draft } from "../draft.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** Whether licence texts and copyright notices at the head of a file go. */
  licenseHeaders: z.boolean().default(true),
  /** CERT, appendix A.1: "comments with alphanumeric rate < 0.5" go. 0 keeps all. */
  minimumRate: z.number().min(0).max(1).default(0.5),
});

/** What licence descriptions say, and other head comments seldom do. */
const licenseWords =
  /\bcopyright\b|\(c\) *\d{4}|©|spdx-license-identifier|\blicen[cs]ed? (?:under|to)\b|all rights reserved|permission is hereby granted|redistribution and use|\b(?:mit|bsd|apache|gnu|public) licen[cs]e\b|see (?:the )?(?:file )?licen[cs]e|without (?:any )?warrant/i;

/** What the other paragraphs of a licence say. */
const licenseTerms =
  /free software|public licen[cs]e|\bgnu\b|in no event|such damages?\b|liabilit|misrepresent|this (?:software|permission|notice|license)\b|prior written|original code|redistribut|contributor|terms and conditions|licenses\//i;

/** A comment that a tool reads: taking it out would change what the program means, or what checkers say of it. */
const directive =
  /^(?:#!|#.*coding[:=]|\/\/go:|\/\/ ?\+build|\/\/\/ *<|\/\/export )|^(?:#|\/\/|\/\*)[*!]?\s*(?:-\*-|vim?:|%%|[#@]__\w+__|type:|noqa|nosec|pragma\b|pylint:|mypy:|pyright:|ruff:|flake8:|isort:|fmt:|yapf:|cython:|distutils:|cspell:|eslint|tslint|jshint|jslint|prettier|@ts-|@jsx|@flow|istanbul |c8 |v8 |nolint|clang-format)/i;

function isDirective(comment: string): boolean {
  return directive.test(comment) && !comment.trimEnd().includes("\n");
}

/** Of each head comment that speaks of a licence the paragraphs from the first to the last that do; what the file is for stays. */
function licenseComments(draft: Draft, comments: readonly TextRange[]): readonly TextRange[] {
  const textOf = (range: TextRange) => textAt(draft, range);
  return headBlocks(draft.content, comments).flatMap((block) => {
    if (!licenseWords.test(textOf(block))) return [];
    const isBlank = block.comments.map((comment) => commentBody(textOf(comment)).trim() === "");
    const paragraphs = paragraphsOf(isBlank).filter(({ start, end }) => {
      const text = textOf({ start: block.comments[start]!.start, end: block.comments[end - 1]!.end });
      return licenseWords.test(text) || licenseTerms.test(text);
    });
    if (paragraphs.length === 0) return [];
    const range = { start: paragraphs[0]!.start, end: paragraphs.at(-1)!.end };
    while (isBlank[range.end]) range.end++;
    if (range.end === isBlank.length) while (isBlank[range.start - 1]) range.start--;
    return block.comments.slice(range.start, range.end).filter((comment) => !isDirective(textOf(comment)));
  });
}

/** Where things that are not blank stand together. */
function paragraphsOf(isBlank: readonly boolean[]): TextRange[] {
  const paragraphs: TextRange[] = [];
  for (let start = 0; start < isBlank.length; start++) {
    if (isBlank[start]) continue;
    let end = start + 1;
    while (end < isBlank.length && !isBlank[end]) end++;
    paragraphs.push({ start, end });
    start = end;
  }
  return paragraphs;
}

/** A line of signs, as people draw between the parts of a file. */
const ruler = /^(?=.*([^\p{L}\p{N}\s])\1\1)[^\p{L}\p{N}]*$/u;

/** A letter that is not English: a line with some is judged by itself, too. */
const otherLetter = /(?![A-Za-z])\p{L}/u;

/** Comments with few letters and digits. Lines that belong together are one comment: a drawing or an example stays with what explains it. */
function lowRateComments(draft: Draft, comments: readonly TextRange[], minimumRate: number): readonly TextRange[] {
  // Comments before `import "C"` are a program in C.
  if (draft.language.name === "go" && draft.content.includes('import "C"')) return [];
  const bodyOf = ({ start, end }: TextRange) => commentBody(draft.content.slice(start, end));
  const isLow = (text: string) => alphanumericRate(text) < minimumRate;
  const standsAlone = (body: string) => ruler.test(body.trim()) || otherLetter.test(body);
  return commentRuns(draft.content, comments).flatMap((run) => {
    const low = run.filter((comment) => isLow(bodyOf(comment)) && !isDirective(textAt(draft, comment)));
    if (low.length === 0 || run.length === 1) return low;
    const together = run.map(bodyOf).filter((body) => !standsAlone(body));
    return isLow(together.join("\n")) ? low : low.filter((comment) => standsAlone(bodyOf(comment)));
  });
}

function textAt({ content }: Draft, { start, end }: TextRange): string {
  return content.slice(start, end);
}

export const member = defineStep({
  name: "comments",
  version: 2,
  description: "takes licence headers, and comments with few letters and digits, out of files; drops no file",
  options,
  reasons: [],
  open: async ({ licenseHeaders, minimumRate }) => ({
    async apply(draft) {
      const comments = await draft.comments();
      if (comments.length === 0) return undefined;
      const licenses = licenseHeaders ? licenseComments(draft, comments) : [];
      const gone = new Set(licenses);
      const others = comments.filter((comment) => !gone.has(comment));
      const low = lowRateComments(draft, others, minimumRate);
      if (licenses.length + low.length === 0) return undefined;
      const removed = [...licenses, ...low].sort((a, b) => a.start - b.start);
      const content = withoutComments(draft.content, removed);
      if (licenses.length > 0) draft.edit(content, "licence headers removed", 1);
      if (low.length > 0) draft.edit(content, "low-rate comments removed", low.length);
      return undefined;
    },
  }),
});
