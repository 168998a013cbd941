import { type Command, Option } from "commander";
import { UserError } from "../../common/errors.ts";
import type { SamplingPlan } from "../../evaluation/run-configuration.ts";
import { requireEnoughSamples } from "../../evaluation/summary.ts";
import { type IsolationTier, isolationTiers } from "../../execution/program.ts";
import type { ModelSettings } from "../../model/model.ts";
import type { PromptStyle } from "../../strategy/strategy.ts";
import { count, counts, notNegative, notNegatives, positive, share, wholeNumber } from "../arguments.ts";

/** The options of `apprentice eval` as commander hands them over. */
export interface EvalOptions {
  readonly model?: string;
  readonly n?: number;
  readonly temperature?: readonly number[];
  readonly topP: number;
  readonly topK: number;
  readonly maxTokens?: number;
  readonly seed: number;
  readonly strategy: string;
  readonly apis?: string;
  readonly style: PromptStyle;
  readonly split?: string;
  readonly limit?: number;
  readonly heldOut?: number;
  /** A list with commas, read when the problems' ids are known. */
  readonly tasks?: string;
  readonly excludeKnownBad?: true;
  readonly k?: readonly number[];
  readonly run?: string;
  readonly samples?: string;
  readonly results?: string;
  readonly rescore?: string;
  readonly isolation: IsolationTier | "auto";
  readonly unsafe?: true;
  readonly sameProcess?: true;
  readonly workers?: number;
  readonly environment?: string;
  readonly baseUrl?: string;
  readonly budget?: number;
  readonly promptPrice?: number;
  readonly completionPrice?: number;
  readonly processes?: number;
  readonly slots?: number;
  readonly contextSize?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ apprentice eval human-eval --model qwen2.5-coder-0.5b-instruct
  $ apprentice eval mbpp --model model.gguf -n 200 --temperature 0.2,0.6,0.8 --k 1,10,80
  $ apprentice eval monkey-eval --model model.gguf --strategy api --apis perfect
  $ apprentice eval human-eval --model openai:gpt-4o-mini --style chat --budget 2 --dry-run
  $ apprentice eval problems.jsonl --model replay:references
  $ apprentice eval completion:path/to/code --model model.gguf --limit 100
  $ apprentice eval human-eval --samples samples.jsonl --results results.jsonl
  $ apprentice eval --rescore runs/human-eval-qwen-direct-1a2b3c4d

Interrupted at any moment, the same command goes on where it stopped.`;

/** Adds the arguments and options of \`apprentice eval\`, in groups. */
export function addEvalOptions(command: Command): Command {
  command.argument(
    "[benchmark]",
    "a benchmark's name (apprentice benchmark list), the path of a .jsonl file, or completion:SOURCE",
  );
  command.optionsGroup("Model:");
  command
    .option(
      "--model <reference>",
      "a model's name or GGUF file, openai:MODEL, replay:FILE, replay:references, replay:broken",
    )
    .option("--base-url <url>", "base URL of an OpenAI-compatible server")
    .option("--budget <usd>", "stop before this command spends more US dollars", positive)
    .option("--prompt-price <usd>", "US dollars per million prompt tokens", notNegative)
    .option("--completion-price <usd>", "US dollars per million completion tokens", notNegative)
    .option("--processes <count>", "worker processes of a local model (default: one a core)", count)
    .option(
      "--slots <count>",
      "samples that one process generates side by side (16), or requests under way at a server (8)",
      count,
    )
    .option("--context-size <tokens>", "context window of a local model (default: what prompts need)", count);
  command.optionsGroup("Sampling:");
  command
    .option("-n <samples>", "samples per problem and temperature (default: 1)", count)
    .option(
      "--temperature <list>",
      "one or several, such as 0.2,0.6,0.8 (default: 0, or 0.8 with -n above 1)",
      notNegatives,
    )
    .option("--top-p <share>", "nucleus sampling", share, 0.95)
    .option("--top-k <count>", "only the most likely tokens; 0 is no limit", wholeNumber, 0)
    .option(
      "--max-tokens <count>",
      "tokens of a completion at most (default: the benchmark's, 512 more in a chat)",
      count,
    )
    .option("--seed <number>", "seed of the sampling", wholeNumber, 0);
  command.optionsGroup("Prompts:");
  command
    .option("--strategy <name>", "direct, or api: with the documentation of library APIs", "direct")
    .option("--apis <kind>", "which documentation --strategy api gives (default: perfect)")
    .addOption(
      new Option("--style <style>", "text to complete, or a question in a chat")
        .choices(["completion", "chat"])
        .default("completion"),
    );
  command.optionsGroup("Problems:");
  command
    .option("--split <name>", "a split of the benchmark, or all (default: test, where there is one)")
    .option("--tasks <ids>", "only these, such as HumanEval/0,HumanEval/7")
    .option("--limit <count>", "only the first so many; of completion:SOURCE a sample of so many documents", count)
    .option(
      "--held-out <share>",
      "of completion:SOURCE the documents that a training with this share does not see",
      share,
    )
    .option("--exclude-known-bad", "leave out problems whose reference or test is known to be at fault");
  command.optionsGroup("Execution:");
  command
    .addOption(
      new Option("--isolation <tier>", "how programs are shut in").choices(["auto", ...isolationTiers]).default("auto"),
    )
    .option("--unsafe", "allow no isolation at all: programs run with your rights")
    .option("--same-process", "test and candidate share a process: faster to start, but verdicts can be forged")
    .option("--workers <count>", "sandbox workers side by side (default: one a core)", count)
    .option("--environment <name>", "a pinned environment, or none for the plain toolchain (default: the benchmark's)");
  command.optionsGroup("Other ways to use it:");
  command
    .option(
      "--samples <file>",
      "judge a samples file of human-eval's or EvalPlus' form, or - for standard input; no model is needed",
    )
    .option("--results <file>", "where the judged samples go (default: FILE_results.jsonl)")
    .option("--rescore <run>", "extract and judge the stored completions of a run again; no model is needed")
    .option("--dry-run", "show the first prompt, what would be asked and what it could cost; run nothing");
  command.optionsGroup("Output:");
  command
    .option("--k <list>", "the k of pass@k (default: those of the benchmark's papers)", counts)
    .option("--run <folder>", "the run folder (default: a name in runs/ made from the request)")
    .option("--json", "print one JSON document");
  return command.addHelpText("after", examples);
}

/** A chat reply repeats the prompt and explains itself before and behind the code. */
const moreTokensInChat = 512;

/** How samples are drawn, with the defaults filled in. Throws a UserError for combinations that make no sense. */
export function samplingOf(options: EvalOptions, maximumTokens: number): SamplingPlan {
  const samples = options.n ?? 1;
  const temperatures = options.temperature ?? [samples === 1 ? 0 : 0.8];
  if (samples > 1 && temperatures.includes(0)) {
    throw new UserError(
      "temperature 0",
      `it gives the same text every time, so ${samples} samples would be one`,
      "Use -n 1 with it, or leave it out.",
    );
  }
  const most = Math.max(...(options.k ?? [1]));
  requireEnoughSamples(options.k, samples, `Use -n ${most}.`);
  const { topP, topK, seed } = options;
  const usual = options.style === "chat" ? maximumTokens + moreTokensInChat : maximumTokens;
  return { samples, temperatures, topP, topK, maximumTokens: options.maxTokens ?? usual, seed };
}

/** What the user set for the model. */
export function modelSettingsOf(options: EvalOptions): ModelSettings {
  const { baseUrl, budget, promptPrice, completionPrice, processes, slots, contextSize } = options;
  const settings = { baseUrl, budget, promptPrice, completionPrice, processes, slots, contextSize };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
