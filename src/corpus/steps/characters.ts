import { isAscii } from "node:buffer";
import { z } from "zod";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** CERT, appendix A.1: "alphanumeric rate ≥ 0.98", after comments with a rate below 0.5 are gone. */
  minimumRate: z.number().min(0).max(1).default(0.98),
});

/**
 * Share of ASCII among the characters of a text; 1 for an empty one. The appendix calls this the alphanumeric rate and says in
 * a footnote that it restricts the model to English. Letters and digits alone never reach 0.98 of a program.
 */
export function asciiRate(text: string): number {
  return text.length === 0 ? 1 : asciiCharacters(text) / text.length;
}

/** A function of its own: V8 compiles a loop anew for each long text when what follows it has not run yet. */
function asciiCharacters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 128) count++;
  return count;
}

export const member = defineStep({
  name: "characters",
  description: "drops files with too many characters outside ASCII",
  options,
  reasons: ["too many characters outside ASCII"],
  open: async ({ minimumRate }) => ({
    // Most texts are ASCII altogether, which their bytes tell at once.
    apply: (draft) =>
      !isAscii(draft.bytes) && asciiRate(draft.content) < minimumRate
        ? { reason: "too many characters outside ASCII" }
        : undefined,
  }),
});
