import type { Command } from "commander";
import { count } from "../arguments.ts";
import { checkCommand } from "../benchmark/check.ts";
import { fetchCommand } from "../benchmark/fetch.ts";
import { infoCommand, listCommand } from "../benchmark/list.ts";
import type { CliCommand } from "../command.ts";

const examples = `
Examples:
  apprentice benchmark list
  apprentice benchmark fetch human-eval mbpp
  apprentice benchmark fetch --all --from ~/benchmarks
  apprentice benchmark info pandas-eval
  apprentice benchmark check human-eval pandas-eval
  apprentice benchmark check examples/fenwharf/benchmark/problems.jsonl --json`;

const json = ["--json", "print one JSON document"] as const;

/** The same for every subcommand. */
function example(line: string): string {
  return `\nExample:\n  apprentice benchmark ${line}`;
}

export const member: CliCommand = {
  name: "benchmark",
  register(program: Command) {
    const group = program
      .command("benchmark")
      .description("list, fetch and check the problem sets that models are judged by")
      .addHelpText("after", examples);
    group
      .command("list")
      .description("every benchmark, and whether its data is here")
      .option(...json)
      .addHelpText("after", example("list"))
      .action(listCommand);
    group
      .command("fetch [names...]")
      .description("bring data to this machine, checked by its hash")
      .option("--all", "every benchmark")
      .option("--from <folder>", "take what this folder has before the network is asked")
      .option("--offline", "do not use the network")
      .option(...json)
      .addHelpText("after", example("fetch human-eval mbpp"))
      .action(fetchCommand);
    group
      .command("info <name>")
      .description("what a benchmark is, where its data comes from, and what is wrong with it")
      .option(...json)
      .addHelpText("after", example("info pandas-eval"))
      .action(infoCommand);
    group
      .command("check [names...]")
      .description("judge reference and broken solutions; exit status 1 when a count is not the known one")
      .option("--all", "every benchmark")
      .option("--environment <name>", "run Python in this pinned environment instead of the benchmark's own")
      .option("--workers <count>", "sandbox workers side by side (default: one a core)", count)
      .option(...json)
      .addHelpText("after", example("check human-eval pandas-eval"))
      .action(checkCommand);
  },
};
