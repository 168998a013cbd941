import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { addTrainOptions, type TrainOptions } from "../train/options.ts";
import { printPresets } from "../train/presets.ts";
import { setUp } from "../train/set-up.ts";

/** `apprentice train CORPUS`, `apprentice train setup`, `apprentice train presets`. */
export const member: CliCommand = {
  name: "train",
  register(program: Command): void {
    const command = program
      .command("train")
      .summary("train a model on a corpus, from scratch or from a model that exists")
      .description(
        "Trains a model on a corpus: tokenizer, packed sequences, training, export as a Hugging Face folder and as GGUF.",
      );
    addTrainOptions(command).action(async (corpus: string | undefined, options: TrainOptions) => {
      // Loaded when it is needed: the help of other commands need not wait for it.
      const { runTrain } = await import("../train/run-train.ts");
      await runTrain(corpus, options);
    });
    command
      .command("setup")
      .description("install the Python packages that training needs (with uv where present, else venv and pip)")
      .option("--python <command>", "Python 3.11 or 3.12 to build on; searched for when absent")
      .option("--json", "print one JSON document")
      .addHelpText("after", "\nExample:\n  apprentice train setup")
      .action((_, own: Command) => setUp(own.optsWithGlobals()));
    command
      .command("presets")
      .description("the sizes that can be trained from scratch, and the papers' settings")
      .option("--json", "print one JSON document")
      .addHelpText("after", "\nExample:\n  apprentice train presets")
      .action((_, own: Command) => printPresets(own.optsWithGlobals()));
  },
};
