import path from "node:path";
import { z } from "zod";
import { makeFolder, writeFileAtomically } from "../common/files.ts";
import { type TrainerEvent, TrainerProcess } from "../environment/index.ts";

/** Stops the work in order: what was done is kept, and the same command goes on. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/** How a program of the trainer is run. */
export interface ProgramOptions {
  /** Where its configuration is kept. */
  readonly configFile: string;
  /** Where what it says besides events is appended. */
  readonly logFile: string;
  readonly accelerateConfig?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: TrainerEvent) => void;
}

/**
 * Runs a program of the trainer to its end.
 * @param config what it is asked for; written to a file, so that it can be run again by hand
 * @param result the form of its event `done`
 * @returns what `done` says
 * @throws Interrupted when the signal ended it, UserError when it failed
 */
export async function runProgram<Result extends z.ZodType>(
  program: string,
  config: unknown,
  result: Result,
  { configFile, logFile, accelerateConfig, signal, onEvent }: ProgramOptions,
): Promise<z.infer<Result>> {
  await makeFolder(path.dirname(logFile));
  await writeFileAtomically(configFile, `${JSON.stringify(config, null, 2)}\n`);
  if (signal?.aborted) throw new Interrupted();
  const child = await TrainerProcess.start(program, configFile, { logFile, accelerateConfig });
  const stop = () => child.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    let done: TrainerEvent | undefined;
    for await (const event of child.events()) {
      if (event.event === "done") done = event;
      else onEvent?.(event);
    }
    if (done !== undefined) return result.parse(done);
    if (signal?.aborted) throw new Interrupted();
    throw new Error(`the program "${program}" ended without a result`);
  } finally {
    signal?.removeEventListener("abort", stop);
    await child.kill();
  }
}

const progress = z.object({ done: z.number(), total: z.number(), unit: z.string() });

/** Hands on the events `progress` of a program. */
export function progressOf(
  task: string,
  listener: ((progress: { task: string; done: number; total: number; unit: string }) => void) | undefined,
): (event: TrainerEvent) => void {
  return (event) => {
    if (event.event === "progress") listener?.({ task, ...progress.parse(event) });
  };
}
