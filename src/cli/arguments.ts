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

/** A number of threads. */
export function threadCount(text: string): number {
  const value = count(text);
  if (value > 512) throw new InvalidArgumentError("It must be at most 512.");
  return value;
}
