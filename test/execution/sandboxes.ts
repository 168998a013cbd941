import { existsSync } from "node:fs";
import { installedEnvironment } from "../../src/environment/index.ts";
import { type Executor, openExecutor } from "../../src/execution/executor.ts";
import { detectTiers } from "../../src/execution/isolation/ladder.ts";
import type { IsolationTier } from "../../src/execution/program.ts";

/** The rungs of the isolation ladder that work on this machine. */
export const workingTiers: readonly IsolationTier[] = (await detectTiers())
  .filter(({ tier, works }) => works && tier !== "none")
  .map(({ tier }) => tier);

const systemPython = "/usr/bin/python3";
const isRoot = process.getuid?.() === 0;
const pandasPython = (await installedEnvironment("pandas-1.5"))?.interpreter;

/**
 * The Python for that rung: the pinned environment with numpy and pandas where there is one. Under Landlock alone and in
 * a container, an ordinary user runs programs, who cannot reach what root has installed: the system's Python is taken.
 */
function pythonFor(tier: IsolationTier): string | undefined {
  if ((tier === "landlock" || tier === "container") && isRoot)
    return existsSync(systemPython) ? systemPython : undefined;
  return pandasPython;
}

/** Whether Python programs have numpy and pandas under that rung. */
export function hasPandas(tier: IsolationTier): boolean {
  return pandasPython !== undefined && pythonFor(tier) === pandasPython;
}

/** A sandbox of one worker, so that a program runs where the one before it ran, or of so many. */
export function openSandbox(tier: IsolationTier, workers = 1): Promise<Executor> {
  const python = pythonFor(tier);
  return openExecutor({ tier, workers, ...(python === undefined ? {} : { executables: { python } }) });
}
