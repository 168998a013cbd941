import CliTable from "cli-table3";
import colors from "picocolors";
import { percentage } from "../report/text.ts";
import { visibleJson, visibleSaveColors } from "./visible.ts";

/** Column alignment of a table. */
export type Alignment = "left" | "right";

/** A calm table: no rules but one line under the head, numbers to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Alignment[] = [],
): string {
  const none = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
  };
  const instance = new CliTable({
    head: head.map((title) => colors.bold(title)),
    colAligns: head.map((_, column) => align[column] ?? "left"),
    chars: {
      ...none,
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  instance.push(...rows.map((row) => row.map(visibleSaveColors)));
  return instance
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Prints the one JSON document of a command under `--json`; what a terminal would obey is written as JSON's escapes. */
export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`);
}

/** Prints a line of a person's output. */
export function print(line = ""): void {
  process.stdout.write(`${visibleSaveColors(line)}\n`);
}

/** Prints a remark that is no result, for example what was skipped: on standard error, so that results can be piped. */
export function remark(line: string): void {
  process.stderr.write(`${visibleSaveColors(line)}\n`);
}

/** A byte count for people: `491 MB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A duration for people: `4 s`, `2 min 05 s`, `3 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A share as a percentage: `43.3 %`. */
export function percent(share: number): string {
  return `${percentage(share)} %`;
}

/** A path as it is typed in a shell: in quotes where it has characters that mean something there. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
