import { z } from "zod";
import { CpythonParser } from "../cpython-parser.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** `cpython` has Python files judged by the parser of the `python3` on the search path instead. */
  parser: z.enum(["grammar", "cpython"]).default("grammar"),
});

export const member = defineStep({
  name: "syntax",
  version: 2,
  description: "drops files that their language's grammar, or CPython's own parser, cannot read",
  options,
  reasons: ["syntax error", "outdated syntax", "refused by CPython"],
  open: async ({ parser }) => {
    const cpython = parser === "cpython" ? await CpythonParser.open() : undefined;
    return {
      async apply(draft) {
        if (cpython !== undefined && draft.language.name === "python")
          return (await cpython.accepts(draft.bytes)) ? undefined : { reason: "refused by CPython" };
        const { hasError, isOutdated } = await draft.syntax();
        if (hasError) return { reason: "syntax error" };
        return isOutdated ? { reason: "outdated syntax" } : undefined;
      },
      ...(cpython === undefined ? {} : { close: () => cpython.close() }),
    };
  },
});
