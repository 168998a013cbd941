import { z } from "zod";
import { alphanumericRate, commentBody, headBlocks, withoutComments } from "../../code/comments.ts";
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
  /\bcopyright\b|\(c\) *\d{4}|©|spdx-license-identifier|\blicen[cs]ed? (?:under|to)\b|all rights reserved|permission is hereby granted|redistribution and use|\b(?:mit|bsd|apache|gnu|general public) licen[cs]e\b|see (?:the )?(?:file )?licen[cs]e|without warrant/i;

/** A comment that a tool reads: taking it out would change what the program means. */
const isDirective = /^(?:#!|#.*coding[:=]|\/\/go:|\/\/ ?\+build|#\s*type:)/;

function licenseComments(draft: Draft, comments: readonly TextRange[]): readonly TextRange[] {
  return headBlocks(draft.content, comments)
    .filter(({ start, end }) => licenseWords.test(draft.content.slice(start, end)))
    .flatMap((block) => block.comments);
}

function lowRateComments(draft: Draft, comments: readonly TextRange[], minimumRate: number): readonly TextRange[] {
  return comments.filter(({ start, end }) => {
    const text = draft.content.slice(start, end);
    return !isDirective.test(text) && alphanumericRate(commentBody(text)) < minimumRate;
  });
}

export const member = defineStep({
  name: "comments",
  description: "takes licence headers, and comments with few letters and digits, out of files; drops no file",
  options,
  reasons: [],
  open: async ({ licenseHeaders, minimumRate }) => ({
    async apply(draft) {
      const comments = await draft.comments();
      if (comments.length === 0) return undefined;
      const licenses = licenseHeaders ? licenseComments(draft, comments) : [];
      const others = comments.filter((comment) => !licenses.includes(comment));
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
