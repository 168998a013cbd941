import { isAscii } from "node:buffer";
import { z } from "zod";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** CERT, appendix A.1: "alphanumeric rate ≥ 0.98", after comments with a rate below 0.5 are gone. */
  minimumRate: z.number().min(0).max(1).default(0.98),
});

/** Bytes that are looked at at once: most of a text is ASCII, which is told faster of many bytes than of each. */
const blockBytes = 4096;

/**
 * Share of ASCII among the UTF-16 code units of a text in UTF-8; 1 for an empty one. The appendix calls this the alphanumeric rate and says
 * in a footnote that it restricts the model to English. Letters and digits alone never reach 0.98 of a program.
 */
export function asciiRate(text: Buffer): number {
  let others = 0;
  let ascii = 0;
  for (let start = 0; start < text.length; start += blockBytes) {
    const block = text.subarray(start, start + blockBytes);
    if (isAscii(block)) ascii += block.length;
    else {
      const found = charactersIn(block);
      ascii += found.ascii;
      others += found.others;
    }
  }
  return text.length === 0 ? 1 : ascii / (ascii + others);
}

/** Others count where they begin, so that a block may end in the middle of one; those of four bytes are two code units. */
function charactersIn(block: Buffer): { ascii: number; others: number } {
  let ascii = 0;
  let others = 0;
  for (const byte of block) {
    if (byte < 0x80) ascii++;
    else if (byte >= 0xf0) others += 2;
    else if (byte >= 0xc0) others++;
  }
  return { ascii, others };
}

export const member = defineStep({
  name: "characters",
  description: "drops files with too many characters outside ASCII",
  options,
  reasons: ["too many characters outside ASCII"],
  open: async ({ minimumRate }) => ({
    apply: ({ bytes }) =>
      asciiRate(bytes) < minimumRate ? { reason: "too many characters outside ASCII" } : undefined,
  }),
});
