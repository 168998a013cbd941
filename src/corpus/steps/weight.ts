import { z } from "zod";
import { resamplingWeight } from "../resampling.ts";
import { defineStep } from "../step.ts";

export const member = defineStep({
  name: "weight",
  description:
    "weighs files by the stars of their repository and the rate of unit tests among their functions; drops none",
  options: z.strictObject({}),
  reasons: [],
  open: async () => ({
    async apply(draft) {
      const { functions, tests } = await draft.syntax();
      draft.weight = resamplingWeight(draft.stars ?? 0, functions === 0 ? 0 : tests / functions);
      return undefined;
    },
  }),
});
