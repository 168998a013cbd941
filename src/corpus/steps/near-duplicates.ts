import { z } from "zod";
import { MinHash } from "../min-hash.ts";
import { defineStep } from "../step.ts";

/**
 * MinHash with locality-sensitive hashing (Broder 1997; Indyk and Motwani 1998). Two files of similarity s meet in a band with
 * probability 1 − (1 − s^rows)^bands: with 14 bands of 8 rows one half at s = 0.71.
 */
const options = z.strictObject({
  bands: z.number().int().min(1).max(256).default(14),
  rows: z.number().int().min(1).max(64).default(8),
  /** Words of a shingle. */
  shingle: z.number().int().min(1).max(50).default(5),
});

export const member = defineStep({
  name: "near-duplicates",
  description: "drops files that are nearly the same as an earlier one (MinHash with locality-sensitive hashing)",
  options,
  reasons: ["near-duplicate"],
  isUnique: true,
  open: async ({ bands, rows, shingle }) => {
    const minHash = new MinHash(bands, rows, shingle);
    return {
      bands,
      words: 2,
      reason: "near-duplicate",
      keys: ({ content }, into, offset) => minHash.bandKeys(content, into, offset),
    };
  },
});
