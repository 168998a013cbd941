import os from "node:os";

/** How patient a pool is. */
export interface Patience {
  /** What a worker may take beyond a job's wall limit before it is taken for hung; it has its own timers before. */
  readonly graceSeconds: number;
  /** Waiting times before a worker that did not start is started again; after the last one its jobs are given up. */
  readonly startBackoffMilliseconds: readonly number[];
}

export const usualPatience: Patience = { graceSeconds: 4, startBackoffMilliseconds: [250, 1000, 3000] };

/** On a machine with more to do than it has cores, wall time stretches; CPU time, which has a limit of its own, does not. */
export const mostStretch = 2;

/** The system counts anew every five seconds. */
const loadMilliseconds = 500;
let load = 0;
let loadKnownUntil = 0;

/** How much longer than on an idle machine things take now. */
export function stretch(): number {
  const now = performance.now();
  if (now >= loadKnownUntil) {
    load = os.loadavg()[0] ?? 1;
    loadKnownUntil = now + loadMilliseconds;
  }
  return Math.min(mostStretch, Math.max(1, load / os.availableParallelism()));
}
