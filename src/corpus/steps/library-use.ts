import { z } from "zod";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** As imports name them, for example `pandas`. A file is kept that uses one of them. */
  libraries: z.array(z.string().min(1)).min(1),
});

export const member = defineStep({
  name: "library-use",
  description: "keeps files that import and use one of the libraries, told by syntax; aliases are followed",
  options,
  reasons: ["not mentioned", "not imported and used"],
  open: async ({ libraries }, { interest }) => {
    for (const library of libraries) interest.libraries.add(library);
    return {
      async apply(draft) {
        if (!libraries.some((library) => draft.content.includes(library))) return { reason: "not mentioned" };
        const used = (await draft.syntax()).libraries;
        return libraries.some((library) => used.includes(library)) ? undefined : { reason: "not imported and used" };
      },
    };
  },
});
