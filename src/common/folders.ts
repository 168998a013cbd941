import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder: holds `python/`, `examples/` and `docs/`, for the sources and for the built package alike. */
export const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Where a document of the package lies on this machine, for messages that send the reader there. */
export function documentFile(name: string): string {
  return path.join(packageFolder, "docs", name);
}

/**
 * Where downloads live (models, benchmarks, environments): `APPRENTICE_HOME`, else `apprentice` in the user's cache
 * folder. Everything in it can be fetched or built again.
 */
export function homeFolder(): string {
  const chosen = process.env.APPRENTICE_HOME;
  if (chosen !== undefined && chosen !== "") return path.resolve(chosen);
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
  return path.join(cache, "apprentice");
}
