import type { Command } from "commander";
import colors from "picocolors";
import { percentage } from "../../report/text.ts";
import type { CliCommand } from "../command.ts";
import { duration, percent, print, printJson, remark, table } from "../output.ts";
import { progressBars } from "../progress-bar.ts";
import { type QuickstartPart, type QuickstartResult, runQuickstart } from "../quickstart/run-quickstart.ts";

const examples = `
Examples:
  $ apprentice quickstart
  $ apprentice quickstart --json`;

/** `apprentice quickstart`: the whole product in a few minutes, on a small real model. */
export const member: CliCommand = {
  name: "quickstart",
  register(program: Command): void {
    program
      .command("quickstart")
      .description("judge a small model on HumanEval and on a library that no model has seen")
      .option("--json", "print one JSON document")
      .addHelpText("after", examples)
      .action(quickstart);
  },
};

async function quickstart({ json }: { json?: true }): Promise<void> {
  const started = performance.now();
  const bars = progressBars();
  let result: QuickstartResult;
  try {
    result = await runQuickstart({ progress: bars.listener, remark });
  } finally {
    bars.stop();
  }
  if (json === true) return printJson(result);
  for (const line of result.missing) print(`${colors.bold("Missing:")} ${line}`);
  if (result.missing.length > 0) print();
  print(
    table(
      ["benchmark", "model was shown", "model", "problems", "passed", "pass@1 (95 % interval)"],
      result.parts.map(row),
      aligned,
    ),
  );
  print();
  print(result.kind === "generated" ? meaning : replayMeaning);
  print();
  print(`Report: ${result.report}  (${duration((performance.now() - started) / 1000)})`);
  for (const line of nextSteps(result)) print(line);
}

const aligned = ["left", "left", "left", "right", "right", "left"] as const;

const meaning =
  "Every candidate was written by the model and executed in the sandbox. No model has seen Fenwharf: only its documentation helps.";
const replayMeaning =
  "No model was judged: these are known solutions, replayed. References must pass and broken ones must not; then this machine judges rightly.";

function row({ title, shown, model, evaluation }: QuickstartPart): string[] {
  const { problems, temperatures } = evaluation.summary;
  const score = temperatures[0]?.passAt["1"];
  const passed = temperatures[0]?.outcomesPerProblem.passed ?? 0;
  const interval =
    score === undefined
      ? "–"
      : `${percent(score.value).padStart(7)}  (${percentage(score.low)} – ${percentage(score.high)})`;
  return [title, shown, model, String(problems), String(Math.round(passed * problems)), interval];
}

function nextSteps({ kind, parts }: QuickstartResult): string[] {
  if (kind === "replayed") return ["Next: npx apprentice doctor"];
  const [without, withDocumentation] = parts.slice(-2).map(({ evaluation }) => evaluation.runFolder);
  return [
    `Next: npx apprentice compare ${without} ${withDocumentation}`,
    `      npx apprentice eval human-eval --model ${parts[0]?.model} -n 20 --temperature 0.2,0.6,0.8`,
    "      npx apprentice --help",
  ];
}
