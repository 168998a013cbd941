import { existsSync } from "node:fs";
import path from "node:path";
import { homeFolder } from "../../src/common/folders.ts";

/** The interpreter that has the trainer's packages; undefined where there is none. */
export const trainerPython: string | undefined = [
  process.env.APPRENTICE_TRAINER_PYTHON,
  path.join(homeFolder(), "environments", "trainer", "bin", "python"),
].find((candidate) => candidate !== undefined && existsSync(candidate));

/** Said in the name of a test that is skipped. */
export const whyNoTrainer =
  trainerPython === undefined
    ? " (skipped: the trainer's environment is missing; apprentice train setup makes it)"
    : "";
