import { InvalidArgumentError } from "commander";

/** The parts of a list with commas between them. */
export function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A path or a name. */
export function notEmpty(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** A number from 0 on. */
export function notNegative(text: string): number {
  const value = numberOf(text);
  if (value < 0) throw new InvalidArgumentError("It must not be negative.");
  return value;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = numberOf(text);
  if (value <= 0) throw new InvalidArgumentError("It must be more than 0.");
  return value;
}

/** A number above 0 and up to 1. */
export function share(text: string): number {
  const value = positive(text);
  if (value > 1) throw new InvalidArgumentError("It must be at most 1.");
  return value;
}

/** A whole number from 0 on. */
export function wholeNumber(text: string): number {
  const value = notNegative(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

/** A whole number from 1 on. */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("It must be at least 1.");
  return value;
}

/** Whole numbers from 1 on with commas between them, each once, in their order. */
export function counts(text: string): number[] {
  return ordered(list(text).map(count));
}

/** Numbers from 0 on with commas between them, each once, in their order. */
export function notNegatives(text: string): number[] {
  return ordered(list(text).map(notNegative));
}

function ordered(values: readonly number[]): number[] {
  if (values.length === 0) throw new InvalidArgumentError("It must name at least one.");
  return [...new Set(values)].sort((a, b) => a - b);
}

/**
 * The names in a list with commas between them, where names may have commas themselves: the longest known one counts. What
 * is not known is handed back as it is.
 */
export function namesIn(text: string, known: ReadonlySet<string>): string[] {
  const parts = text.split(",");
  const names: string[] = [];
  for (let start = 0; start < parts.length; ) {
    let end = parts.length;
    const name = () => parts.slice(start, end).join(",").trim();
    while (end > start + 1 && !known.has(name())) end--;
    names.push(name());
    start = end;
  }
  return names.filter((name) => name !== "");
}

/** A number of threads. */
export function threadCount(text: string): number {
  const value = count(text);
  if (value > 512) throw new InvalidArgumentError("It must be at most 512.");
  return value;
}
