import { UserError } from "../../common/errors.ts";
import { spdxOfAll } from "../license.ts";

/** Names under which data sets keep the same thing, the Hub's first; of several that are there, the first counts. */
export const columnNames = {
  content: ["content", "text", "code"],
  path: ["path", "max_stars_repo_path", "file_path"],
  repo: ["repo", "repo_name", "max_stars_repo_name", "repository_name"],
  stars: ["stars", "max_stars_count", "star_events_count"],
  license: ["license", "licenses", "max_stars_repo_licenses", "detected_licenses"],
  language: ["language", "lang"],
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

/** What a row says of where its text is from. A path that starts at the top of its repository loses its slash (The Stack v2). */
export function namesOfColumns(
  row: { readonly path: unknown; readonly repo: unknown; readonly language: unknown },
  place: string,
  fallbackRepo: string,
): { path: string; repo: string; namelessIn?: string | null } {
  const path = textOf(row.path)?.replace(/^\/+/, "") ?? "";
  const repo = textOf(row.repo) ?? fallbackRepo;
  return path === "" ? { path: place, repo, namelessIn: textOf(row.language) ?? null } : { path, repo };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Throws a UserError for a data set none of whose columns holds the texts. */
export function requireContent(file: string, columns: Iterable<string>): void {
  const found = [...columns];
  if (columnNames.content.some((name) => found.includes(name))) return;
  const shown = found.slice(0, 20).join(", ");
  throw new UserError(
    `data set ${file}`,
    `no column of it is known to hold the texts; it has ${shown}${found.length > 20 ? ", …" : ""}`,
    `Name that column ${columnNames.content.join(", ").replace(/, (\w+)$/, " or $1")}.`,
  );
}
