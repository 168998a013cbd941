import { z } from "zod";
import { defineStep } from "../step.ts";

/** CERT, appendix A.1: "lines of code ≥ 5, average line length ≤ 100, maximum line length ≤ 1000". */
const options = z.strictObject({
  minimumLines: z.number().int().min(0).default(5),
  maximumAverage: z.number().positive().default(100),
  maximumLength: z.number().int().positive().default(1000),
});

/** Lines, characters of the longest and characters of all, without line breaks. */
export function lineShape(text: string): { lines: number; longest: number; total: number } {
  let lines = 0;
  let longest = 0;
  let total = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const length = end - start - (text.charCodeAt(end - 1) === 13 && end > start ? 1 : 0);
    lines++;
    total += length;
    if (length > longest) longest = length;
    start = end + 1;
  }
  return { lines, longest, total };
}

/**
 * Whether a text surely has so many lines and none longer than `longest`, told from its bytes, which are never fewer than its characters,
 * without a look at each line. False says nothing.
 */
function surelyKeeps(bytes: Buffer, lines: number, longest: number): boolean {
  let found = 0;
  for (let at = bytes.indexOf(10); at >= 0 && found < lines; at = bytes.indexOf(10, at + 1)) found++;
  if (found < lines) return false;
  // From each start as far as a line may go, and back to the last break before that.
  for (let start = 0; bytes.length - start > longest; ) {
    const end = bytes.lastIndexOf(10, start + longest);
    if (end < start) return false;
    start = end + 1;
  }
  return true;
}

export const member = defineStep({
  name: "lines",
  description: "drops files with too few lines, too long lines, or lines that are too long on average",
  options,
  reasons: ["too few lines", "line too long", "lines too long on average"],
  open: async ({ minimumLines, maximumAverage, maximumLength }) => ({
    apply(draft) {
      const { length } = draft.bytes;
      // So many lines are enough for the average, too, even if no byte were a line break.
      const enough = Math.max(minimumLines, Math.ceil(length / maximumAverage));
      if (surelyKeeps(draft.bytes, enough, maximumLength)) return undefined;
      const { lines, longest, total } = lineShape(draft.content);
      if (lines < minimumLines) return { reason: "too few lines" };
      if (longest > maximumLength) return { reason: "line too long" };
      return total > maximumAverage * lines ? { reason: "lines too long on average" } : undefined;
    },
  }),
});
