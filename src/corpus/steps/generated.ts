import { z } from "zod";
import { defineStep } from "../step.ts";

/** CERT, appendix A.1, names the first three; the others are what generators of the other languages write. */
const defaultNames = [
  ...["__init__.py", "setup.py", "*_pb2.py", "*_pb2_grpc.py", "_version.py", "versioneer.py"],
  ...["*.min.js", "*.bundle.js", "*.pb.go", "*_generated.go", "*.pb.cc", "*.pb.h", "*.generated.*", "*.g.ts"],
];

const options = z.strictObject({
  /** File names; `*` stands for anything. */
  names: z.array(z.string().min(1)).default(defaultNames),
  /** Names in addition to these. */
  moreNames: z.array(z.string().min(1)).default([]),
  /** Whether the first lines are searched for a generator's own mark. */
  marks: z.boolean().default(true),
});

/** Characters at the head of a file in which generators sign. */
const headLength = 1000;

/** What generators write, and people do not, at the start of a comment line. */
const mark =
  /^[ \t]*(?:#|\/\/|\/?\*+|;|--|"""|''')?[ \t]*(?:@generated\b|(?:this (?:file|code|class|module) (?:is|was|has been) |file |code )?(?:auto[- ]?(?:matically )?)?generated (?:automatically )?(?:by|from|using|with|code\b|file\b)(?! hand)|.{0,60}\bdo not (?:edit|modify)\b)/im;

/** A pattern with `*` as an expression over whole file names. */
function toExpression(name: string): string {
  return name
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}

export const member = defineStep({
  name: "generated",
  description:
    "drops files that a program wrote or that say nothing, by their name or by a generator's mark in their head",
  options,
  reasons: ["file name", "marked as generated"],
  open: async ({ names, moreNames, marks }) => {
    const all = [...names, ...moreNames];
    const pattern = all.length === 0 ? /(?!)/ : new RegExp(`^(?:${all.map(toExpression).join("|")})$`, "i");
    return {
      apply({ path, content }) {
        if (pattern.test(path.slice(path.lastIndexOf("/") + 1))) return { reason: "file name" };
        return marks && mark.test(content.slice(0, headLength)) ? { reason: "marked as generated" } : undefined;
      },
    };
  },
});
