import { distance } from "fastest-levenshtein";

const userErrorMarker: unique symbol = Symbol.for("apprentice.UserError");

/**
 * A mistake that the user can mend: wrong input, a missing tool, an unreachable server. The command line prints it
 * without a stack trace. Everything else that is thrown is a bug and keeps its trace.
 *
 * A good message says where (scope), what happened (cause) and what to do (remedy).
 */
export class UserError extends Error {
  readonly [userErrorMarker] = true;
  override readonly name: string = "UserError";

  /**
   * @param scope what was being worked on, for example `benchmark "human-evil"` or `samples.jsonl, line 3`
   * @param cause what is wrong with it
   * @param remedy what the user can do about it, as an imperative sentence
   */
  constructor(
    readonly scope: string,
    override readonly cause: string,
    readonly remedy?: string,
  ) {
    super(`${scope}: ${cause}${/[.!?]$/.test(cause) ? "" : "."}${remedy === undefined ? "" : ` ${remedy}`}`);
  }

  /** Works across copies of this package, unlike `instanceof`. */
  static isInstance(error: unknown): error is UserError {
    return typeof error === "object" && error !== null && userErrorMarker in error;
  }
}

/** Letters from which on the beginning of a name says which one is meant. */
const shortestBeginning = 3;

/** The known names nearest to a mistyped or shortened one, best first; empty when nothing is near enough to be meant. */
export function nearMisses(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const begins = (candidate: string) =>
    wanted.length >= shortestBeginning && candidate.toLowerCase().startsWith(wanted);
  return [...known]
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(2, Math.floor(wanted.length / 3)) || begins(candidate))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** The error for a name that is not one of the known ones, with what was probably meant. */
export function unknownName(kind: string, name: string, known: Iterable<string>): UserError {
  const names = [...known].sort();
  const near = nearMisses(name, names);
  const remedy = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Known: ${names.join(", ") || "none"}.`;
  return new UserError(`${kind} "${name}"`, "there is no such one", remedy);
}

/** The text of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
