import { z } from "zod";
import { nearMisses } from "./errors.ts";

/** The first thing that is wrong with a value. */
export interface SchemaFault {
  /** Where, for example `steps.2.share`; empty where it is the value itself. */
  readonly field: string;
  /** What, as the end of a sentence: `it must be a whole number`. */
  readonly cause: string;
}

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** Says in words what a schema has against a value: Zod's own messages are for programmers. */
export function schemaFault(error: z.ZodError, schema: z.ZodType): SchemaFault {
  const issue = error.issues[0]!;
  const fields = schema instanceof z.ZodObject && issue.path.length === 0 ? Object.keys(schema.shape) : [];
  return { field: issue.path.join("."), cause: causeOf(issue, fields) };
}

function causeOf(issue: Issue, fields: readonly string[]): string {
  if (issue.code === "unrecognized_keys") return unknownField(issue.keys[0] ?? "", fields);
  if (issue.code === "too_small" || issue.code === "too_big") return outOfRange(issue);
  const allowed = allowedBy(issue);
  return allowed === undefined ? issue.message : `it must be ${allowed}`;
}

function unknownField(name: string, fields: readonly string[]): string {
  const near = nearMisses(name, fields);
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `known: ${fields.join(", ")}`;
  return `there is no field "${name}"${fields.length === 0 ? "" : `; ${hint}`}`;
}

function outOfRange(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const isSmall = issue.code === "too_small";
  if (issue.origin === "string" || issue.origin === "array") return `it is too ${isSmall ? "short" : "long"}`;
  const bound = String(isSmall ? issue.minimum : issue.maximum);
  if (issue.inclusive === false) return `it must be ${isSmall ? "more" : "less"} than ${bound}`;
  return `it must be at ${isSmall ? "least" : "most"} ${bound}`;
}

/** What may stand there; undefined where only Zod can say it. */
function allowedBy(issue: Issue): string | undefined {
  if (issue.code === "invalid_type") return kinds[issue.expected];
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(" or ");
  if (issue.code !== "invalid_union") return undefined;
  const branches = issue.errors.map(([first]) => first && allowedBy(first));
  return branches.includes(undefined) ? undefined : [...new Set(branches)].join(" or ");
}
