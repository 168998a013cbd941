import { type Command, InvalidArgumentError, Option } from "commander";
import { UserError } from "../../common/errors.ts";
import { choosePreset } from "../../training/presets.ts";
import { chooseRegime } from "../../training/regimes.ts";
import { parseSettings, settingsWith, type TrainingSettings } from "../../training/settings.ts";
import type { Budget, GgufType, TrainingRequest } from "../../training/train.ts";
import { count, notEmpty, positive } from "../arguments.ts";

/** The options of `apprentice train` as commander hands them over. */
export interface TrainOptions {
  readonly preset?: string;
  readonly from?: string;
  readonly lora?: number | true;
  readonly tokenizer?: string;
  readonly steps?: number;
  readonly tokens?: number;
  readonly hours?: number;
  readonly regime?: string;
  readonly set: readonly string[];
  readonly accelerateConfig?: string;
  readonly gguf: GgufType;
  readonly out?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ apprentice train setup
  $ apprentice train corpora/stdlib --preset 1m --steps 500 --out models/tiny
  $ apprentice train corpora/python --preset 110m --hours 12 --out models/base --set micro_batch=32
  $ apprentice train corpora/pandas --from smollm2-135m-instruct --lora --tokens 2e6 --out models/pandas
  $ apprentice train corpora/python --preset 350m --tokens 1e11 --accelerate-config fsdp.yaml --out models/large
  $ apprentice train presets

Interrupted or killed at any moment, the same command goes on where it stopped, with the same losses to the last bit
on a CPU. The folder then holds model/ (Hugging Face) and model.gguf: apprentice eval human-eval --model OUT/model.gguf`;

/** Rank of a low-rank update where the user names none. */
const defaultRank = 16;

/** Beyond it an update is as large as the weights, and no low rank any more. */
const largestRank = 1024;

/** Adds the argument and the options of `apprentice train`, in groups. */
export function addTrainOptions(command: Command): Command {
  command.argument("[corpus]", "a folder that apprentice corpus build wrote, or a .parquet file with a column content");
  command.optionsGroup("Model:");
  command
    .option("--preset <size>", "train a model of this size from scratch (apprentice train presets)")
    .option("--from <model>", "go on from a Hugging Face folder, a GGUF file or a model of the catalogue")
    .option("--lora [rank]", `with --from: train low-rank updates alone and merge them (rank ${defaultRank})`, loraRank)
    .option("--tokenizer <folder>", "with --preset: use this tokenizer (default: one trained on the corpus)");
  command.optionsGroup("How long (one of them):");
  command
    .option("--steps <count>", "so many changes of the weights", count)
    .option("--tokens <count>", "until so many tokens were read", count)
    .option("--hours <hours>", "as many steps as fit, by the speed measured at the start", positive);
  command.optionsGroup("Settings:");
  command
    .option("--regime <name>", "a paper's settings (apprentice train presets lists them)")
    .option("--set <name=value>", "one setting, such as learning_rate=1e-4; may be repeated", collect, [])
    .option("--accelerate-config <file>", "several devices or machines, as accelerate config wrote it");
  command.optionsGroup("Output:");
  command
    .option("--out <folder>", "where the model and everything on the way to it goes", notEmpty)
    .addOption(
      new Option("--gguf <type>", "how model.gguf stores the weights")
        .choices(["F16", "Q8_0", "F32"])
        .default("F16")
        .argParser(ggufType),
    )
    .option("--json", "print one JSON document");
  return command.addHelpText("after", examples);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function loraRank(text: string): number {
  const rank = count(text);
  if (rank > largestRank) throw new InvalidArgumentError(`It must be at most ${largestRank}.`);
  return rank;
}

function ggufType(text: string): string {
  const type = text.toUpperCase();
  if (["F16", "Q8_0", "F32"].includes(type)) return type;
  throw new InvalidArgumentError("Allowed choices are F16, Q8_0, F32.");
}

/** What is asked for, with all defaults filled in. Throws a UserError for what is missing or does not go together. */
export async function trainingRequestOf(corpus: string | undefined, options: TrainOptions): Promise<TrainingRequest> {
  if (corpus === undefined)
    throw new UserError("train", "no corpus was named", "Make one with: apprentice corpus build SOURCE… --out FOLDER");
  if (options.out === undefined)
    throw new UserError("train", "it was not said where the model goes", "Add --out FOLDER.");
  const { tokenizer, accelerateConfig } = options;
  return {
    corpus,
    model: modelOf(options),
    budget: budgetOf(options),
    settings: await settingsOf(options),
    gguf: options.gguf,
    out: options.out,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(accelerateConfig === undefined ? {} : { accelerateConfig }),
  };
}

function modelOf({ preset, from, lora, tokenizer }: TrainOptions): TrainingRequest["model"] {
  if (preset === undefined && from === undefined)
    throw new UserError("train", "one of --preset and --from is needed", "Try --preset 1m.");
  if (preset !== undefined && from !== undefined)
    throw new UserError("train", "--preset and --from exclude each other", "Leave one out.");
  if (preset !== undefined) {
    if (lora !== undefined)
      throw new UserError("--lora", "a model from scratch has nothing to update", "Add --from MODEL.");
    return { preset };
  }
  if (tokenizer !== undefined)
    throw new UserError("--tokenizer", "a model that is continued has its own tokenizer", "Leave it out.");
  if (lora === undefined) return { from: from! };
  const rank = lora === true ? defaultRank : lora;
  return { from: from!, lora: { rank, alpha: 2 * rank } };
}

function budgetOf({ steps, tokens, hours }: TrainOptions): Budget {
  const given = Object.entries({ steps, tokens, hours }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => `--${name}`).join(" and ");
    throw new UserError("train", `${names} exclude each other: one says how long`, "Leave the others out.");
  }
  if (given.length === 0)
    throw new UserError("train", "one of --steps, --tokens and --hours is needed", "Try --steps 500.");
  return Object.fromEntries(given) as Budget;
}

/** The usual settings, changed by the preset, then by the regime, then by the user. */
async function settingsOf({ preset, from, lora, regime, set }: TrainOptions): Promise<TrainingSettings> {
  const size = preset === undefined ? undefined : await choosePreset(preset);
  const presetSettings = size === undefined ? {} : { vocabulary: size.vocabulary, ...size.training };
  const usualRegime = from === undefined ? undefined : lora === undefined ? "continue" : "lora";
  const chosen = regime ?? usualRegime;
  const regimeSettings = chosen === undefined ? {} : chooseRegime(chosen).settings;
  return settingsWith(presetSettings, regimeSettings, parseSettings(set));
}
