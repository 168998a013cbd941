import { asExpected, type Benchmark, type CheckReport, checkBenchmark, loadProblems } from "../../benchmark/index.ts";
import { UserError } from "../../common/errors.ts";
import type { ProgressListener } from "../../common/progress.ts";
import { environmentInterpreter } from "../../environment/index.ts";
import { openExecutor } from "../../execution/executor.ts";
import { print, printJson, remark, table } from "../output.ts";
import { progressBars } from "../progress-bar.ts";
import { chosenBenchmarks } from "./choose.ts";

interface CheckCommandOptions {
  readonly all?: boolean;
  readonly environment?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

interface Checked {
  readonly report: CheckReport;
  readonly environment: string | null;
  readonly asExpected: boolean;
}

/** `apprentice benchmark check`. */
export async function checkCommand(names: readonly string[], options: CheckCommandOptions): Promise<void> {
  const chosen = await chosenBenchmarks(names, options.all);
  const { listener, stop } = progressBars();
  const checked: Checked[] = [];
  const skipped: { benchmark: string; reason: string }[] = [];
  try {
    for (const benchmark of chosen) {
      try {
        checked.push(await checkOne(benchmark, options, listener));
      } catch (error) {
        // One missing environment or file must not keep the others from being checked.
        if (!UserError.isInstance(error) || chosen.length === 1) throw error;
        skipped.push({ benchmark: benchmark.name, reason: error.message });
      }
    }
  } finally {
    stop();
  }
  if (checked.some((entry) => !entry.asExpected)) process.exitCode = 1;
  if (options.json) return printJson({ checked, skipped });
  printReports(checked);
  for (const { benchmark, reason } of skipped) remark(`${benchmark} was not checked: ${reason}`);
}

async function checkOne(
  benchmark: Benchmark,
  options: CheckCommandOptions,
  progress: ProgressListener,
): Promise<Checked> {
  const { language } = benchmark.info;
  const environment = language === "python" ? (options.environment ?? benchmark.info.environment) : undefined;
  const executables = environment === undefined ? {} : { python: await environmentInterpreter(environment) };
  const problems = await loadProblems(benchmark, { progress, remark });
  const executor = await openExecutor({
    executables,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  try {
    const report = await checkBenchmark(benchmark, problems, executor, progress);
    const own = options.environment === undefined || options.environment === benchmark.info.environment;
    return { report, environment: environment ?? null, asExpected: asExpected(report, own) };
  } finally {
    await executor.close();
  }
}

/** Unknown failures that are printed one by one. */
const mostUnknown = 20;

function printReports(checked: readonly Checked[]): void {
  if (checked.length === 0) return;
  print(
    table(
      ["Benchmark", "Problems", "References pass", "Expected", "Broken programs", "Passed", "Environment", ""],
      checked.map(({ report, environment, asExpected: fine }) => [
        report.benchmark,
        String(report.problems),
        String(report.passing),
        report.expected === undefined ? "–" : String(report.expected),
        String(report.brokenPrograms),
        String(report.weakTests.reduce((sum, { passed }) => sum + passed.length, 0)),
        environment ?? "–",
        fine ? "as expected" : "NOT as expected",
      ]),
      ["left", "right", "right", "right", "right", "right"],
    ),
  );
  for (const { report } of checked) printDetails(report);
}

function printDetails({
  benchmark,
  failing,
  mended,
  weakTests,
  infrastructureErrors,
  passing,
  passingFirst,
}: CheckReport): void {
  const lines: string[] = [];
  const unknown = failing.filter(({ knownBad }) => knownBad === undefined);
  for (const { taskId, outcome, message } of unknown.slice(0, mostUnknown))
    lines.push(row("NOT KNOWN", taskId, `${outcome} ${message}`));
  if (unknown.length > mostUnknown) lines.push(`  and ${unknown.length - mostUnknown} more`);
  const known = failing.flatMap(({ knownBad }) => (knownBad === undefined ? [] : [knownBad]));
  for (const { kind, taskId, reason } of known.sort((a, b) => (a.kind < b.kind ? -1 : 1)))
    lines.push(row(kind, taskId, reason));
  for (const { kind, taskId, reason } of mended) lines.push(row("passes here", taskId, `${kind}: ${reason}`));
  for (const { taskId, passed, known: expected } of weakTests)
    lines.push(row(expected ? "weak" : "WEAK TEST", taskId, `passes a program that ${passed.join(", and one that ")}`));
  if (passingFirst < passing) lines.push(`  ${passing - passingFirst} pass with a later alternative only`);
  if (infrastructureErrors > 0) lines.push(`  ${infrastructureErrors} verdicts are missing: the sandbox failed`);
  if (lines.length === 0) return;
  print(`\n${benchmark}`);
  for (const line of lines) print(line);
}

function row(kind: string, taskId: string, text: string): string {
  return `  ${kind.padEnd(12)}  ${taskId.padEnd(17)}  ${text.split("\n")[0]!.slice(0, 100)}`;
}
