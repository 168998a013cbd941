import { z } from "zod";
import { defineStep } from "../step.ts";

export const member = defineStep({
  name: "exact-duplicates",
  description: "drops files whose text an earlier file had already",
  options: z.strictObject({}),
  reasons: ["duplicate"],
  isUnique: true,
  open: async () => ({
    bands: 1,
    words: 4,
    reason: "duplicate",
    keys({ digest }, into, offset) {
      // 128 bits of SHA-256: among a billion files the chance of one wrong match is below 1e-20.
      for (let word = 0; word < 4; word++) into[offset + word] = digest.readUInt32LE(word * 4);
    },
  }),
});
