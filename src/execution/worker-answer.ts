import { outcomes } from "./program.ts";
import type { WorkerAnswer, WorkerReady } from "./worker-protocol.ts";

/** Characters of a line that a worker may write: names and messages are bounded, so an honest line is far shorter. */
export const longestLine = 65_536;

const longestName = 200;
const longestMessage = 1000;

/** C0 and C1 control characters but tab and line feed: names and messages end up in terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

function printable(text: unknown, most: number): string | undefined {
  return typeof text === "string" ? text.slice(0, most).replace(controls, "\ufffd") : undefined;
}

/**
 * Reads a line of a worker. Parts of it are what a hostile program said, and the worker may be broken itself: whatever the
 * line holds, the result has the declared types and a bounded size. Undefined for what is no message.
 */
export function readWorkerLine(line: string): WorkerReady | WorkerAnswer | undefined {
  if (line.length > longestLine) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null) return undefined;
  const { id, ready, version, outcome, ...details } = said as Record<string, unknown>;
  if (ready === true) return { ready, version: printable(version, longestMessage) ?? "unknown" };
  const known = outcomes.find((name) => name === outcome);
  return Number.isSafeInteger(id) && known !== undefined
    ? { id: id as number, outcome: known, ...read(details) }
    : undefined;
}

function read(details: Record<string, unknown>): Omit<WorkerAnswer, "id" | "outcome"> {
  const exceptionType = printable(details.exceptionType, longestName)?.replace(/[\t\n]/g, " ");
  const message = printable(details.message, longestMessage);
  const { line, cpuSeconds } = details;
  return {
    ...(exceptionType === undefined ? {} : { exceptionType }),
    ...(message === undefined ? {} : { message }),
    ...(Number.isSafeInteger(line) && Number(line) > 0 ? { line: Number(line) } : {}),
    cpuSeconds: Number.isFinite(cpuSeconds) ? Math.max(0, Number(cpuSeconds)) : 0,
    ...(details.recycle === true ? { recycle: true } : {}),
  };
}
