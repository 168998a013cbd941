import type { ProgressListener } from "../common/progress.ts";
import { remark } from "./output.ts";
import { progressBars } from "./progress-bar.ts";

/** Exit status after a signal, as shells expect it: 128 and the signal's number. */
const statusAfter = { SIGINT: 130, SIGTERM: 143 } as const;

/** What interruptible work is given. */
export interface Watch {
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
}

/**
 * Runs work with progress bars. The first Ctrl-C or SIGTERM ends it in order, the second at once.
 *
 * @param toGoOn what an interrupted user should know
 * @returns undefined when it was interrupted, after saying so and setting the exit status
 */
export async function interruptible<Result>(
  work: (watch: Watch) => Promise<Result>,
  toGoOn = "What was done is kept: the same command goes on where this one stopped.",
): Promise<Result | undefined> {
  const { listener, stop } = progressBars();
  const interrupted = new AbortController();
  const interrupt = (signal: keyof typeof statusAfter) => {
    process.exitCode = statusAfter[signal];
    interrupted.abort(new Error("interrupted"));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work({ onProgress: listener, signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    stop();
    remark(`apprentice: interrupted. ${toGoOn}`);
    return undefined;
  } finally {
    stop();
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
  }
}
