import { trainerInterpreter } from "../../src/environment/index.ts";

/** Why tests that run the trainer are skipped here; undefined where its Python packages are at hand. */
export async function whyNoTrainer(): Promise<string | undefined> {
  return (await trainerInterpreter()) === undefined
    ? "the trainer's Python packages are not here; apprentice train setup"
    : undefined;
}
