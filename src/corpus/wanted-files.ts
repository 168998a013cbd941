import { languageFinder } from "../code/languages.ts";
import type { PathFilter } from "./source.ts";

/** Takes every file of a known language. */
export async function everyLanguage(): Promise<PathFilter> {
  const find = await languageFinder();
  return (path) => find(path) !== undefined;
}
