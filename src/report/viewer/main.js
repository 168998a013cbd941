// Which page is shown, and the keyboard.

import { resultSection } from "./candidates.js";
import { codeBlock } from "./code.js";
import { index, payload, unpack } from "./data.js";
import { element } from "./dom.js";
import { addressOf, buildList, rows, search, shownEntries } from "./list.js";

/** @typedef {import("../payload.ts").ProblemEntry} ProblemEntry */
/** @typedef {import("../payload.ts").ProblemPage} ProblemPage */

const overview = /** @type {HTMLElement} */ (document.getElementById("overview"));
const problemView = /** @type {HTMLElement} */ (document.getElementById("problem"));
const reportTitle = document.title;
let overviewScroll = 0;
/** @type {ProblemEntry | undefined} */
let shownEntry;

/** @param {ProblemEntry} entry */
async function showProblem(entry) {
  const number = index.problems.indexOf(entry);
  /** @type {ProblemPage} */
  const { texts, knownBad, results } = await unpack(payload.problems[number] ?? "");
  const shown = shownEntries();
  const at = shown.indexOf(entry);
  const [previous, next] = at < 0 ? [undefined, undefined] : [shown[at - 1], shown[at + 1]];
  const title = element("h1", { tabindex: "-1" }, [entry.id]);
  problemView.replaceChildren(
    element("nav", { class: "steps", "aria-label": "Problems" }, [
      element("a", { href: "#problems" }, ["All problems"]),
      link(previous, "Previous"),
      link(next, "Next"),
    ]),
    element("p", { class: "eyebrow" }, [index.benchmarks[entry.benchmark] ?? ""]),
    title,
    ...(knownBad === undefined ? [] : [element("p", { class: "banner" }, [`Known to be bad: ${knownBad}.`])]),
    ...(texts === undefined
      ? []
      : [
          element("details", { open: "" }, [element("summary", {}, ["Prompt"]), codeBlock(texts.prompt)]),
          element("details", {}, [element("summary", {}, ["Tests"]), codeBlock(texts.test)]),
        ]),
    ...results.map((result) => resultSection(result, entry)),
  );
  if (problemView.hidden) overviewScroll = scrollY;
  shownEntry = entry;
  overview.hidden = true;
  problemView.hidden = false;
  document.title = `${entry.id} · ${reportTitle}`;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

/**
 * @param {ProblemEntry | undefined} to
 * @param {string} text
 */
function link(to, text) {
  return to === undefined ? element("span", { class: "faint" }, [text]) : element("a", { href: addressOf(to) }, [text]);
}

function showOverview() {
  const wasProblem = !problemView.hidden;
  problemView.hidden = true;
  overview.hidden = false;
  document.title = reportTitle;
  if (!wasProblem) return;
  scrollTo(0, overviewScroll);
  focusRow(shownEntry);
}

/**
 * Who goes back to the list goes on with the problem that was shown.
 * @param {ProblemEntry | undefined} entry
 */
function focusRow(entry) {
  const link = entry && rows[index.problems.indexOf(entry)]?.querySelector("a");
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

/** The problem that the address names. */
function addressedEntry() {
  const address = new URLSearchParams(location.hash.slice(1));
  const [id, benchmark] = [address.get("problem"), address.get("benchmark")];
  return index.problems.find(
    (entry) => entry.id === id && (benchmark === null || index.benchmarks[entry.benchmark] === benchmark),
  );
}

async function route() {
  const entry = addressedEntry();
  if (entry === undefined) showOverview();
  else await showProblem(entry);
}

// The keyboard.

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (!problemView.hidden) location.hash = "problems";
    else if (document.activeElement === search) search.blur();
    return;
  }
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
  if (event.key === "/" && problemView.hidden) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
}

/**
 * To the next or previous shown problem: its page, or its row in the list.
 * @param {1 | -1} direction
 */
function step(direction) {
  const shown = shownEntries();
  const links = rows.filter((row) => !row.hidden).map((row) => row.querySelector("a"));
  const current = addressedEntry();
  const at =
    current === undefined
      ? links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement))
      : shown.indexOf(current);
  const target = at < 0 ? (direction === 1 ? 0 : -1) : at + direction;
  const entry = shown[target];
  if (entry === undefined) return;
  if (current !== undefined) location.hash = addressOf(entry);
  else links[target]?.focus();
}

buildList();
addEventListener("hashchange", route);
addEventListener("keydown", onKey);
await route();
