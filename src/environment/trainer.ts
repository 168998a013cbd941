import { UserError } from "../common/errors.ts";
import { trainerFolder } from "./definitions.ts";
import { installedEnvironment } from "./environment.ts";

/** How a program of the trainer's Python package is started. */
export interface TrainerCommand {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Names a Python that has the trainer's packages already, for example on a cluster with a PyTorch of its own. */
const interpreterVariable = "APPRENTICE_TRAINER_PYTHON";

/**
 * Settings of glibc's allocator that keep freed memory in the process: without them a training step on a CPU spends its time on
 * page faults. Measured: 1.1 to 2.4 times the tokens per second.
 */
const allocatorSettings: NodeJS.ProcessEnv = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "100000000000",
  MALLOC_TOP_PAD_: "268435456",
};

/** The interpreter that training and generation with Transformers run in; undefined where there is none. */
export async function trainerInterpreter(): Promise<string | undefined> {
  const chosen = process.env[interpreterVariable];
  if (chosen !== undefined && chosen !== "") return chosen;
  return (await installedEnvironment("trainer"))?.interpreter;
}

/**
 * How `python -m apprentice_trainer PROGRAM --config FILE` is started.
 *
 * The program's standard input must be a pipe: when it ends, the program stops as if it had been told to. So it never outlives
 * this process, whatever ends that.
 *
 * @param accelerateConfig configuration of `accelerate launch`, for several devices or machines
 * @throws UserError when the environment is not there, with the command that makes it
 */
export async function trainerCommand(
  program: string,
  configFile: string,
  accelerateConfig?: string,
): Promise<TrainerCommand> {
  const interpreter = await trainerInterpreter();
  if (interpreter === undefined)
    throw new UserError(
      "training",
      "the Python packages that it needs are not on this machine",
      "Set them up with: apprentice train setup",
    );
  const launcher =
    accelerateConfig === undefined ? [] : ["-m", "accelerate.commands.launch", "--config_file", accelerateConfig];
  return {
    command: interpreter,
    parameters: [...launcher, "-m", "apprentice_trainer", program, "--config", configFile],
    environment: {
      ...allocatorSettings,
      ...process.env,
      PYTHONPATH: [trainerFolder, process.env.PYTHONPATH ?? ""].filter((folder) => folder !== "").join(":"),
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      TOKENIZERS_PARALLELISM: "false",
      HF_HUB_OFFLINE: "1",
      APPRENTICE_STOP_WITH_STDIN: "1",
    },
  };
}
