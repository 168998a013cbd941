import { createEnvironment } from "../environment/index.ts";
import { progressBars } from "./progress-bar.ts";

/** Makes a pinned environment under progress bars, with the named Python where one is named. */
export function createWithProgress(name: string, python: string | undefined): ReturnType<typeof createEnvironment> {
  const { listener, stop } = progressBars();
  return createEnvironment(name, { progress: listener, ...(python === undefined ? {} : { python }) }).finally(stop);
}
