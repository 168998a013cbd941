import { UserError } from "../../common/errors.ts";
import type { EvalOptions } from "./options.ts";

/** `completion:SOURCE` names completion tasks over the documents of a source. */
export const completionPrefix = "completion:";

/** The ways of `apprentice eval`. */
export type Mode = "benchmark" | "completion" | "samples" | "rescore" | "dry-run";

/** Which way is wanted. */
export function modeOf(name: string | undefined, { samples, rescore, dryRun }: EvalOptions): Mode {
  if (rescore !== undefined) return "rescore";
  if (samples !== undefined) return "samples";
  if (name?.startsWith(completionPrefix)) return "completion";
  return dryRun === true ? "dry-run" : "benchmark";
}

const execution = ["--isolation", "--unsafe", "--same-process", "--workers", "--environment", "--k"];

const model = [
  ...["--model", "--base-url", "--budget", "--prompt-price", "--completion-price"],
  ...["--processes", "--slots", "--context-size"],
];

/** The options that mean something where no model writes samples. All others would be passed over in silence. */
const fitting: Partial<Record<Mode, readonly string[]>> = {
  samples: ["--samples", "--results", "--style", ...execution],
  rescore: ["--rescore", "--run", ...execution],
  // Each task has one greedy answer, which is not executed.
  completion: [...model, "--limit", "--held-out", "--run"],
};

const titles: Partial<Record<Mode, string>> = {
  samples: "--samples, which judges what is written already",
  rescore: "--rescore, which judges what is stored",
  completion: "completion tasks",
};

/** Options that belong to one way alone. */
const belonging: Readonly<Record<string, string>> = {
  "--results": "it names the results of a samples file. Add --samples, or name the run's folder with --run.",
  "--held-out": "it chooses the documents of completion tasks. Name completion:SOURCE.",
};

const remedies: Readonly<Record<string, string>> = {
  "samples --run": "Name the results' file with --results.",
  "rescore --results": "Name the new run's folder with --run.",
};

/**
 * Makes sure that every option which the user gave has a meaning.
 * @param given flags, for example `--limit`
 * @throws UserError for the first one that has none
 */
export function requireFitting(given: readonly string[], mode: Mode): void {
  const fits = fitting[mode];
  for (const flag of given) {
    if (flag === "--json") continue;
    if (fits === undefined && belonging[flag] !== undefined) throw new UserError(flag, belonging[flag]);
    if (fits !== undefined && !fits.includes(flag))
      throw new UserError(
        flag,
        `it has no meaning for ${titles[mode]}`,
        remedies[`${mode} ${flag}`] ?? "Leave it out.",
      );
  }
}
