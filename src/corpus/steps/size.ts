import { z } from "zod";
import { defineStep } from "../step.ts";

/** CERT, appendix A.1: "we remove files over 1MB". */
const options = z.strictObject({ maximumBytes: z.number().int().positive().default(1_000_000) });

export const member = defineStep({
  name: "size",
  description: "drops empty files and files above a size in bytes of UTF-8",
  options,
  reasons: ["empty", "too large"],
  open: async ({ maximumBytes }) => ({
    apply({ bytes }) {
      if (bytes.length === 0) return { reason: "empty" };
      return bytes.length > maximumBytes ? { reason: "too large" } : undefined;
    },
  }),
});
