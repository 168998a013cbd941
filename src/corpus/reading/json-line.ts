import type { Allocate } from "../text-memory.ts";
import { unescapedString } from "./json-string.ts";

/** An object of JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A line of JSON whose longest part, a text, was read apart from the rest. */
export interface SplitLine {
  /** The line's value, which has `standIn` where the text was. */
  readonly value: JsonRecord;
  readonly text: Buffer;
}

/** Stands for the text that was taken out. */
export const standIn = "@";

const quotedStandIn = Buffer.from(`"${standIn}"`);
const backslash = 92;

/**
 * Splits a line of valid UTF-8 that holds an object with a text under one of these names, so that `JSON.parse` sees a hundred bytes of
 * it only. Undefined where that is not surely the same as parsing all of it, wrong lines among them.
 *
 * What is cut out is a whole string with its quotes. In what is left no string has an escape, so that strings are told by their quotes alone, and the
 * stand-in occurs once. So the one value that equals it stands where the text stood.
 */
export function splitLine(line: Buffer, names: readonly string[], allocate: Allocate): SplitLine | undefined {
  for (const name of names) {
    const start = valueAfter(line, `"${name}":`);
    if (start === undefined) continue;
    const string = unescapedString(line, start + 1, allocate);
    if (string === undefined) return undefined;
    const rest = Buffer.concat([line.subarray(0, start), quotedStandIn, line.subarray(string.end + 1)]);
    if (rest.includes(backslash) || rest.indexOf(quotedStandIn) !== rest.lastIndexOf(quotedStandIn)) return undefined;
    const value = objectOf(rest);
    const first = names.find((each) => value?.[each] !== undefined);
    return value !== undefined && first !== undefined && value[first] === standIn
      ? { value, text: string.text }
      : undefined;
  }
  return undefined;
}

/** Where the string value starts, its quote, that follows the first such key; undefined where none does. */
function valueAfter(line: Buffer, key: string): number | undefined {
  const found = line.indexOf(key);
  if (found < 0) return undefined;
  const behind = found + key.length;
  const start = line[behind] === 32 ? behind + 1 : behind;
  return line[start] === 34 ? start : undefined;
}

function objectOf(json: Buffer): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(json.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
  } catch {
    return undefined;
  }
}
