import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { addEvalOptions, type EvalOptions } from "../eval/options.ts";

/** `apprentice eval BENCHMARK --model …`. */
export const member: CliCommand = {
  name: "eval",
  register(program: Command): void {
    const command = program
      .command("eval")
      .summary("evaluate a model on a benchmark")
      .description(
        "Evaluates a model on a benchmark: generates samples, executes them with the benchmark's tests, and reports pass@k.",
      );
    addEvalOptions(command).action(async (benchmark: string | undefined, options: EvalOptions) => {
      const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli");
      // Loaded when it is needed: the help of other commands need not wait for it.
      const { runEval } = await import("../eval/run-eval.ts");
      await runEval(
        benchmark,
        options,
        given.map((option) => option.long ?? option.short ?? option.name()),
      );
    });
  },
};
