import type { Command } from "commander";
import { count, notEmpty, threadCount, wholeNumber } from "../arguments.ts";
import type { CliCommand } from "../command.ts";
import { buildCommand } from "../corpus/build.ts";
import { sampleCommand, showCommand } from "../corpus/documents.ts";
import { recipesCommand, statsCommand } from "../corpus/stats.ts";

const examples = `
Examples:
  apprentice corpus build --recipe standard-library
  apprentice corpus build ~/repositories --out corpus --recipe cert
  apprentice corpus build data.jsonl.zst wheels/*.whl --out corpus --recipe permissive --threads 4
  apprentice corpus stats corpus
  apprentice corpus sample corpus --count 3
  apprentice corpus show corpus src/module.py`;

const json = ["--json", "print one JSON document"] as const;

/** The same for every subcommand. */
function example(...lines: string[]): string {
  return `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((line) => `  apprentice corpus ${line}`).join("\n")}`;
}

export const member: CliCommand = {
  name: "corpus",
  register(program: Command) {
    const group = program
      .command("corpus")
      .description("turn source code into training documents: filter, deduplicate, decontaminate, weigh")
      .addHelpText("after", examples);
    group
      .command("build [sources...]")
      .description("read sources, take every file through a recipe's steps, write Parquet shards and a manifest")
      .option("--recipe <name|file>", "what is done to the files; see: apprentice corpus recipes", "cert")
      .option("--out <folder>", "where the corpus goes (default: corpora/RECIPE)", notEmpty)
      .option("--threads <count>", "threads that read, filter and write (default: one a core)", threadCount)
      .option("--keep-rejects", "write what was dropped to OUT/rejects, with step and reason")
      .option(...json)
      .addHelpText(
        "after",
        `
Sources are folders (of files, or of git checkouts), bare git repositories, package archives (.whl, .tar.gz, .tgz, .zip), and
JSON Lines or Parquet files with the columns content, path, repo, stars, license, language, of which only the first must be there.
Without any, those that the recipe names are read.
A build that was stopped goes on when the same command is given again.
${example("build --recipe standard-library", "build ~/repositories --out corpus --recipe permissive --json")}`,
      )
      .action(buildCommand);
    group
      .command("recipes")
      .description("the recipes that come with Apprentice, and the steps that a recipe can name")
      .option(...json)
      .addHelpText("after", example("recipes"))
      .action(recipesCommand);
    group
      .command("stats <folder>")
      .description("what a corpus holds, and what each step kept and dropped")
      .option(...json)
      .addHelpText("after", example("stats corpus"))
      .action(statsCommand);
    group
      .command("sample <folder>")
      .description("documents drawn at random, the same ones for the same seed")
      .option("--count <number>", "how many documents", count, 3)
      .option("--seed <number>", "another seed, other documents", wholeNumber, 0)
      .option("--lines <number>", "lines of each document that are printed", wholeNumber, 20)
      .option(...json)
      .addHelpText("after", example("sample corpus --count 5 --seed 1"))
      .action(sampleCommand);
    group
      .command("show <folder> <path>")
      .description("the documents of that path, whole, as training will see them")
      .option(...json)
      .addHelpText("after", example("show corpus src/module.py"))
      .action(showCommand);
  },
};
