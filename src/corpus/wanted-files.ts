import type { PathFilter } from "./source.ts";

/** Endings of source files in the languages that are known. */
const endings = new Set(
  "py pyi js mjs cjs jsx ts mts cts tsx c h cc cpp cxx hpp hh hxx java go rs".split(" ").map((ending) => `.${ending}`),
);

/** Every file of a known language. */
export const everyLanguage: PathFilter = (path) => endings.has(path.slice(path.lastIndexOf(".")).toLowerCase());
