import { spdxOfAll } from "../license.ts";

/** Names under which data sets keep the same thing, the Hub's first; of several that are there, the first counts. */
export const columnNames = {
  content: ["content", "text", "code"],
  path: ["path", "max_stars_repo_path", "file_path"],
  repo: ["repo", "repo_name", "max_stars_repo_name"],
  stars: ["stars", "max_stars_count"],
  license: ["license", "licenses", "max_stars_repo_licenses"],
} as const;

/** A column's SPDX licence: a name or several that all hold; null when one of them is unknown. */
export function licenseOfColumn(value: unknown): string | null {
  const names = [value].flat().filter((name) => name !== null && name !== undefined);
  return names.every((name) => typeof name === "string") ? spdxOfAll(names) : null;
}

/** A column's number of stars; null when there is none. */
export function starsOfColumn(value: unknown): number | null {
  const stars = typeof value === "bigint" || typeof value === "string" ? Number(value) : value;
  return typeof stars === "number" && stars >= 0 && Number.isFinite(stars) ? stars : null;
}
