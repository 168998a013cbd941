import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaFault } from "../../src/common/schema-fault.ts";

function faultIn(schema: z.ZodType, value: unknown): string {
  const { field, cause } = schemaFault(schema.safeParse(value).error!, schema);
  return field === "" ? cause : `${field}: ${cause}`;
}

describe("what a schema has against a value is said in words", () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.object({ a: z.string() }), { a: 3 }, "a: it must be a text"],
    [z.object({ a: z.array(z.object({ b: z.boolean() })) }), { a: [{ b: 1 }] }, "a.0.b: it must be true or false"],
    [z.number().int(), 1.5, "it must be a whole number"],
    [z.number().int().min(1), 0, "it must be at least 1"],
    [z.number().positive(), 0, "it must be more than 0"],
    [z.number().lt(1), 2, "it must be less than 1"],
    [z.array(z.string()).min(1), [], "it is too short"],
    [z.enum(["python", "javascript"]), "java", 'it must be "python" or "javascript"'],
    [z.union([z.literal("auto"), z.boolean()]), 3, 'it must be "auto" or true or false'],
    [
      z.strictObject({ pythonPath: z.string() }),
      { pythonPath: "", title: 1 },
      'there is no field "title"; known: pythonPath',
    ],
    [
      z.strictObject({ pythonPath: z.string() }),
      { pythonPath: "", pythonPaths: 1 },
      'there is no field "pythonPaths"; did you mean pythonPath?',
    ],
  ])("%#", (schema, value, expected) => {
    expect(faultIn(schema, value)).toBe(expected);
  });
});
