import type { Allocate } from "../text-memory.ts";

/** `json-string.wat`, assembled. A WebAssembly program because a loop over bytes in JavaScript takes five times as long. */
export const program =
  "AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBACEGBgF/AUEACwcaAwZtZW1vcnkCAAJhdAMACHVuZXNjYXBlAAAK3gEB2wECAXsCfyAAJAADQCAA/QAEACECIAEgAv0LBAAgAv0M" +
  "ICAgICAgICAgICAgICAgIP0mIAL9DCIiIiIiIiIiIiIiIiIiIiL9IyAC/QxcXFxcXFxcXFxcXFxcXFxc/SP9UP1Q/WQhAyADRQRAIABBEGohACABQRBqIQEMAQsgA2ghAyAA" +
  "IANqIQAgASADaiEBIAAtAAAhBCAEQdwARgRAIAAtAAEtAAAhBCAERQRAQX8PCyABIAQ6AAAgAEECaiEAIAFBAWohAQwBCwsgACQAIARBIkYEfyABBUF/CwsLNwgAQSILASIA" +
  "QS8LAS8AQdwACwFcAEHiAAsBCABB5gALAQwAQe4ACwEKAEHyAAsBDQBB9AALAQk=";

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** The variable `$at`. */
  readonly at: { readonly value: number };
  unescape(from: number, to: number): number;
}

// TypeScript declares it for browsers only.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The program's memory: its table, then what goes in, then what comes out; 64 bytes behind each may be touched. */
const inputAt = 256;
const longestInput = 1 << 20;
const outputAt = inputAt + longestInput + 64;

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(program, "base64")));
const { memory, at, unescape: writeUnescaped } = exports as Exports;
const bytes = Buffer.from(memory.buffer);

/**
 * The text of the JSON string whose first byte, behind the quote, is at `start`, and the place of its closing quote. Undefined where the string
 * has a `\u`, is longer than a megabyte, or is wrong: `JSON.parse` knows what to do.
 */
export function unescapedString(
  json: Buffer,
  start: number,
  allocate: Allocate,
): { readonly text: Buffer; readonly end: number } | undefined {
  const length = json.length - start;
  if (length > longestInput) return undefined;
  json.copy(bytes, inputAt, start);
  bytes[inputAt + length] = 0;
  const outputEnd = writeUnescaped(inputAt, outputAt);
  if (outputEnd < 0) return undefined;
  const text = allocate(outputEnd - outputAt);
  bytes.copy(text, 0, outputAt, outputEnd);
  return { text, end: start + at.value - inputAt };
}
