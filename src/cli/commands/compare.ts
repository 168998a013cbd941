import type { Command } from "commander";
import { type Comparison, compareRuns, type PassDifference } from "../../report/compare.ts";
import { outcomeNames } from "../../report/outcome-names.ts";
import { counted, percentage, visible } from "../../report/text.ts";
import { counts } from "../arguments.ts";
import type { CliCommand } from "../command.ts";
import { print, printJson, table } from "../output.ts";

const examples = `
Examples:
  $ apprentice compare runs/human-eval-base runs/human-eval-tuned
  $ apprentice compare runs/before runs/after --k 1,10,100
  $ apprentice compare runs/before runs/after --json | jq '.temperatures[0].passAt'

The difference is B - A in points of pass@k with a 95 % interval (bootstrap over problems, in pairs). p is two-sided: a
sign-flip test over problems, or McNemar's exact test where every problem is right or wrong (one sample each).`;

/** `apprentice compare A B`. */
export const member: CliCommand = {
  name: "compare",
  register(program: Command): void {
    program
      .command("compare")
      .summary("compare two runs of one benchmark, problem by problem")
      .description(
        "Compares two runs of one benchmark: pass@k with a paired test, outcomes, and the problems that flipped.",
      )
      .argument("<a>", "run folder: what is compared with")
      .argument("<b>", "run folder: what is compared")
      .option("--k <list>", "the k of pass@k, for example 1,10,100", counts)
      .option("--json", "print one JSON document")
      .addHelpText("after", examples)
      .action(async (a: string, b: string, options: { k?: number[]; json?: boolean }) => {
        const comparison = await compareRuns(a, b, options.k);
        if (options.json === true) printJson(comparison);
        else printComparison(comparison);
      });
  },
};

function printComparison(comparison: Comparison): void {
  print(visible(`${comparison.benchmark} · ${counted(comparison.sharedProblems, "shared problem")}`));
  print(visible(`  A  ${comparison.a.label}  (${comparison.a.run})`));
  print(visible(`  B  ${comparison.b.label}  (${comparison.b.run})`));
  printNotShared(comparison);
  print();
  print(passTable(comparison));
  for (const line of relativeChanges(comparison)) print(line);
  print();
  print(
    table(
      ["samples, %", "A", "B", "B - A"],
      comparison.outcomes.map(({ outcome, a, b }) => [
        outcomeNames[outcome],
        percentage(a),
        percentage(b),
        signed(b - a),
      ]),
      ["left", "right", "right", "right"],
    ),
  );
  print();
  print(`Solved by B alone (${comparison.gained.length}): ${visible(comparison.gained.join(", ")) || "none"}`);
  print(`Solved by A alone (${comparison.lost.length}): ${visible(comparison.lost.join(", ")) || "none"}`);
  if (comparison.differences.length === 0) return;
  print();
  print(
    table(
      ["the runs differ in", "A", "B"],
      comparison.differences.map(({ setting, a, b }) => [setting, shorten(a), shorten(b)]),
    ),
  );
}

function printNotShared({ onlyInA, onlyInB }: Comparison): void {
  if (onlyInA.length > 0) print(`  not compared: ${counted(onlyInA.length, "problem")} that only A has`);
  if (onlyInB.length > 0) print(`  not compared: ${counted(onlyInB.length, "problem")} that only B has`);
}

function passTable(comparison: Comparison): string {
  const rows = comparison.temperatures.flatMap(({ temperature, passAt }) =>
    passAt.map((row) => [
      `pass@${row.k}`,
      temperatureName(temperature, row),
      percentage(row.a),
      percentage(row.b),
      signed(row.difference.value),
      `${signed(row.difference.low)} … ${signed(row.difference.high)}`,
      pValue(row.pValue),
      row.test === "mcnemar" ? "McNemar" : "sign-flip",
    ]),
  );
  return table(["%", "T", "A", "B", "B - A", "95 % interval", "p", "test"], rows, [
    "left",
    "left",
    "right",
    "right",
    "right",
    "right",
    "right",
    "left",
  ]);
}

function temperatureName(temperature: number | "best", row: PassDifference): string {
  return temperature === "best" ? `best (${row.temperatureA}, ${row.temperatureB})` : String(temperature);
}

function relativeChanges({ temperatures }: Comparison): string[] {
  const changes = temperatures.filter(({ passAt }) => passAt.length > 0);
  if (changes.length === 0) return [];
  return [
    "",
    ...changes.map(({ temperature, passAt, meanRelativeChange }) => {
      const ks = passAt.map(({ k }) => k).join(", ");
      const value = meanRelativeChange === undefined ? "not defined, A is 0" : `${signed(meanRelativeChange)} %`;
      return `Mean relative change over k = ${ks}, T ${temperature}: ${value}`;
    }),
  ];
}

function signed(share: number): string {
  const text = percentage(Math.abs(share));
  return text === "0.0" ? text : `${share > 0 ? "+" : "-"}${text}`;
}

function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** Long values (stop strings, hashes) would push the columns apart. */
function shorten(value: string | undefined): string {
  if (value === undefined) return "-";
  return visible(value.length <= 36 ? value : `${value.slice(0, 35)}…`);
}
