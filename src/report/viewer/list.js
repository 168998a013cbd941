// The list of problems.

import { index, severalBenchmarks } from "./data.js";
import { element, outcomeBar, runName, total } from "./dom.js";

/** @typedef {import("../payload.ts").ProblemEntry} ProblemEntry */

/** @type {readonly { readonly name: string; readonly keeps: (entry: ProblemEntry) => boolean }[]} */
export const filters = [
  { name: "All problems", keeps: () => true },
  { name: "Solved by some sample", keeps: ({ results }) => results.some((result) => result.outcomes.passed) },
  { name: "Never solved", keeps: ({ results }) => !results.some((result) => result.outcomes.passed) },
  ...(index.runs.length > 1
    ? [
        {
          name: "Solved by some runs, not by all",
          keeps: (/** @type {ProblemEntry} */ { results }) =>
            new Set(results.map((result) => Boolean(result.outcomes.passed))).size > 1,
        },
      ]
    : []),
  ...index.outcomes.map(({ outcome, name }) => ({
    name: `With outcome: ${name}`,
    keeps: (/** @type {ProblemEntry} */ { results }) => results.some((result) => result.outcomes[outcome]),
  })),
];

export const search = /** @type {HTMLInputElement} */ (
  element("input", { type: "search", placeholder: "Search by id", "aria-label": "Search problems by id" })
);
export const filter = /** @type {HTMLSelectElement} */ (
  element(
    "select",
    { "aria-label": "Filter problems by outcome" },
    filters.map(({ name }, number) => element("option", { value: number }, [name])),
  )
);
export const found = element("span", { class: "faint", role: "status" });
/** The rows of all tables, in the order of the problems. */
export const rows = index.problems.map(listRow);
const tables = index.benchmarks.map(benchmarkTable);

export function buildList() {
  document
    .getElementById("problem-list")
    ?.append(
      element("div", { class: "toolbar" }, [search, filter, found]),
      ...tables,
      element("p", { class: "faint keys" }, [
        "Keys: / search · j, k next and previous problem · Enter open · Esc back to the list",
      ]),
    );
  search.addEventListener("input", applyFilter);
  filter.addEventListener("change", applyFilter);
  applyFilter();
}

/**
 * The problems of one benchmark, with a column for each of its runs.
 * @param {string} name
 * @param {number} benchmark
 */
function benchmarkTable(name, benchmark) {
  const runs = runsOf(benchmark).map((run) => element("th", { scope: "col" }, runName(run)));
  const head = element("tr", {}, [element("th", { scope: "col" }, ["Problem"]), ...runs]);
  const own = rows.filter((_, number) => index.problems[number]?.benchmark === benchmark);
  const caption = severalBenchmarks ? [element("caption", {}, [name])] : [];
  return element("div", { class: "scroll" }, [
    element("table", { class: "problems" }, [...caption, element("thead", {}, [head]), element("tbody", {}, own)]),
  ]);
}

/** @param {number} benchmark */
function runsOf(benchmark) {
  return [...index.runs.keys()].filter((run) => index.runs[run]?.benchmark === benchmark);
}

/** @param {ProblemEntry} entry */
function listRow(entry) {
  const results = runsOf(entry.benchmark).map((run) => {
    const result = entry.results.find((of) => of.run === run);
    if (result === undefined || total(result.outcomes) === 0) return element("td", { class: "faint" }, ["–"]);
    const share = `${result.outcomes.passed ?? 0} / ${total(result.outcomes)}`;
    return element("td", { class: "result" }, [
      outcomeBar(result.outcomes),
      element("span", { class: "number" }, [share]),
    ]);
  });
  const link = element("a", { href: addressOf(entry) }, [entry.id]);
  return element("tr", {}, [element("th", { scope: "row" }, [link]), ...results]);
}

/** @param {ProblemEntry} entry */
export function addressOf(entry) {
  const benchmark = severalBenchmarks
    ? `&benchmark=${encodeURIComponent(index.benchmarks[entry.benchmark] ?? "")}`
    : "";
  return `#problem=${encodeURIComponent(entry.id).replaceAll("%2F", "/")}${benchmark}`;
}

export function applyFilter() {
  const wanted = search.value.trim().toLowerCase();
  const keeps = filters[Number(filter.value)]?.keeps ?? (() => true);
  for (const [number, row] of rows.entries()) {
    const entry = /** @type {ProblemEntry} */ (index.problems[number]);
    row.hidden = !(entry.id.toLowerCase().includes(wanted) && keeps(entry));
  }
  for (const table of tables) table.hidden = table.querySelector("tbody tr:not([hidden])") === null;
  found.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
}

/** The entries that the filter shows, in order. */
export function shownEntries() {
  return index.problems.filter((_, number) => !rows[number]?.hidden);
}
