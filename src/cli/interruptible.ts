import type { ProgressListener } from "../common/progress.ts";
import { remark } from "./output.ts";
import { progressBars } from "./progress-bar.ts";

/** Exit status after Ctrl-C, as shells expect it: 128 + SIGINT. */
const interruptedStatus = 130;

/** What interruptible work is given. */
export interface Watch {
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
}

/**
 * Runs work with progress bars. The first Ctrl-C or SIGTERM ends it in order, the second at once.
 * @returns undefined when it was interrupted, after saying so
 */
export async function interruptible<Result>(work: (watch: Watch) => Promise<Result>): Promise<Result | undefined> {
  const { listener, stop } = progressBars();
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work({ onProgress: listener, signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    stop();
    remark("apprentice: interrupted. What was done is kept: the same command goes on where this one stopped.");
    process.exitCode = interruptedStatus;
    return undefined;
  } finally {
    stop();
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
  }
}
