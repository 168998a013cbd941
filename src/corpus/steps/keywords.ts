import { z } from "zod";
import { countKeywords } from "../../code/keywords.ts";
import { defineStep } from "../step.ts";

/** CERT, appendix A.1: "leave files containing more than two typical Python keywords". */
const options = z.strictObject({ minimum: z.number().int().min(0).default(3) });

export const member = defineStep({
  name: "keywords",
  description: "drops files in which fewer different keywords of their language occur",
  options,
  reasons: ["too few keywords"],
  open: async ({ minimum }) => ({
    apply: ({ language, content }) =>
      countKeywords(language, content, minimum) < minimum ? { reason: "too few keywords" } : undefined,
  }),
});
