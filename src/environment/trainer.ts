import { readFile } from "node:fs/promises";
import { messageOf, UserError } from "../common/errors.ts";
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

/**
 * Threads that wait for each other sleep instead of spinning. On a machine that others use too, spinning is a collapse: two threads
 * on two busy cores took 161 s for what took 56 s with this, and 50 s with one thread.
 */
const threadSettings: NodeJS.ProcessEnv = { OMP_WAIT_POLICY: "PASSIVE" };

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
  const launcher = accelerateConfig === undefined ? [] : launcherOf(await readLaunch(accelerateConfig));
  return {
    command: interpreter,
    parameters: [...launcher, "-m", "apprentice_trainer", program, "--config", configFile],
    environment: {
      ...allocatorSettings,
      ...threadSettings,
      ...process.env,
      PYTHONPATH: [trainerFolder, process.env.PYTHONPATH ?? ""].filter((folder) => folder !== "").join(":"),
      // The folder a user stands in may hold a corpus called `pandas`, which Python would import.
      PYTHONSAFEPATH: "1",
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      TOKENIZERS_PARALLELISM: "false",
      HF_HUB_OFFLINE: "1",
      APPRENTICE_STOP_WITH_STDIN: "1",
    },
  };
}

/** What a configuration of `accelerate launch` says that matters here. */
export interface Launch {
  readonly configFile: string;
  /** Processes on all machines together. */
  readonly processes: number;
  /** Whether several processes share the processors of this one machine. */
  readonly onProcessors: boolean;
}

/**
 * Reads a configuration that `accelerate config` wrote.
 * @throws UserError when there is no such file, or it does not say how many processes there are
 */
export async function readLaunch(configFile: string): Promise<Launch> {
  const scope = `--accelerate-config ${configFile}`;
  const text = await readFile(configFile, "utf8").catch((error: unknown) => {
    throw new UserError(scope, `it cannot be read (${messageOf(error)})`, "Make one with: accelerate config");
  });
  const value = (name: string) => new RegExp(`^${name}:\\s*["']?([\\w.]+)`, "m").exec(text)?.[1];
  const processes = Number(value("num_processes"));
  if (!Number.isInteger(processes) || processes < 1)
    throw new UserError(scope, "it has no num_processes", "Make one with: accelerate config");
  const onProcessors = value("distributed_type") === "MULTI_CPU" && (value("num_machines") ?? "1") === "1";
  return { configFile, processes, onProcessors };
}

/** Accelerate wants MPI for several processes on one machine's processors and silently starts one without; PyTorch's launcher does not. */
function launcherOf({ configFile, processes, onProcessors }: Launch): string[] {
  if (!onProcessors) return ["-m", "accelerate.commands.launch", "--config_file", configFile];
  return ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", String(processes)];
}
