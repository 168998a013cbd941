import path from "node:path";
import { z } from "zod";
import { UserError } from "../common/errors.ts";
import { documentFile } from "../common/folders.ts";
import { readJsonLines } from "../common/json-lines.ts";
import { type SchemaFault, schemaFault } from "../common/schema-fault.ts";

/** A problem as HumanEval writes it, with what the library benchmarks and the private ones add. */
export const problemRecord = z.object({
  task_id: z.union([z.string().min(1), z.number().transform(String)]),
  prompt: z.string(),
  /** The string `none` where the test reads variables. */
  entry_point: z.string(),
  test: z.string(),
  /** One solution, or alternatives, best first. */
  canonical_solution: z.union([z.string().transform((solution) => [solution]), z.array(z.string())]).default([]),
  /** What a person would ask; made from the prompt where absent. */
  instruction: z.string().optional(),
  /** Documentation lines of the APIs that the reference uses, `name(signature): first sentence.` */
  apis: z.array(z.string()).optional(),
});

export type ProblemRecord = z.infer<typeof problemRecord>;

/**
 * The records of a JSON Lines file, checked.
 * @throws UserError that names file, line and field of the first bad one, or both lines of an id that occurs twice
 */
export async function readRecords<Record>(file: string, schema: z.ZodType<Record>): Promise<Record[]> {
  const records: Record[] = [];
  const lineOf = new Map<unknown, number>();
  for await (const { value, line } of readJsonLines(file)) {
    const scope = `${path.basename(file)}, line ${line}`;
    const record = checked(value, schema, scope);
    const id = (record as { task_id?: unknown }).task_id;
    const earlier = lineOf.get(id);
    if (id !== undefined && earlier !== undefined)
      throw new UserError(
        scope,
        `the task_id ${JSON.stringify(id)} was used in line ${earlier} already`,
        "Give every problem its own.",
      );
    lineOf.set(id, line);
    records.push(record);
  }
  return records;
}

/** The value as the schema wants it. Throws a UserError that names the field otherwise. */
export function checked<Value>(value: unknown, schema: z.ZodType<Value>, scope: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fault = schemaFault(result.error, schema);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  throw new UserError(
    scope,
    causeOf(fault, isObject ? value : undefined),
    `${documentFile("benchmarks.md")} describes the fields.`,
  );
}

function causeOf({ field, cause }: SchemaFault, value: object | undefined): string {
  if (value === undefined) return "this is no JSON object with fields";
  if (field === "") return cause;
  return field.split(".")[0]! in value ? `the field "${field}" is wrong: ${cause}` : `the field "${field}" is missing`;
}
