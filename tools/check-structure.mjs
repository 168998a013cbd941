// The rules of the house, checked: which room may import which, how long a file may be, what a family member exports.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = path.join(root, "src");

/**
 * Room → rooms that it may import. `common` is open to all. Arrows go downwards only.
 * @type {Record<string, string[]>}
 */
const mayImport = {
  common: [],
  code: [],
  environment: [],
  execution: [],
  benchmark: ["execution"],
  model: ["environment"],
  training: ["model", "environment"],
  strategy: ["benchmark", "model"],
  evaluation: ["strategy", "benchmark", "model", "execution"],
  report: ["training", "completion", "code", "evaluation", "strategy", "benchmark", "model", "execution"],
  corpus: ["code", "benchmark"],
  completion: ["evaluation", "corpus", "code", "model"],
  cli: [
    "training",
    "completion",
    "corpus",
    "code",
    "report",
    "evaluation",
    "strategy",
    "benchmark",
    "model",
    "execution",
    "environment",
  ],
};

/** Folders whose files register by being there, and must export `member`. */
const families = [
  "cli/commands",
  "strategy/strategies",
  "execution/languages",
  "benchmark/benchmarks",
  "model/providers",
  "code/languages",
  "corpus/sources",
  "corpus/steps",
];

/** A file longer than this usually holds a second idea. */
const longestFile = 300;

/** @type {string[]} */
const problems = [];
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|cjs|mjs)$/.test(entry.name))
  .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));

for (const file of files) {
  const text = readFileSync(path.join(source, file), "utf8");
  const lines = text.split("\n").length - 1;
  if (lines > longestFile)
    problems.push(`src/${file}: ${lines} lines; at most ${longestFile}. Is there a second idea in it?`);
  const room = file.includes("/") ? file.slice(0, file.indexOf("/")) : undefined;
  if (room !== undefined && mayImport[room] === undefined) {
    problems.push(
      `src/${file}: the room "${room}" is not on the map. Add it to tools/check-structure.mjs and docs/architecture.md.`,
    );
    continue;
  }
  for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
    const other = resolved.includes("/") ? resolved.slice(0, resolved.indexOf("/")) : undefined;
    if (room === undefined || other === undefined || other === room || other === "common") continue;
    if (!mayImport[room]?.includes(other)) {
      problems.push(`src/${file}: imports ${target}; the room "${room}" may not know "${other}"`);
    }
  }
  if (families.includes(path.posix.dirname(file)) && !/export const member\b/.test(text)) {
    problems.push(`src/${file}: lies in a family's folder and does not export "member"`);
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? `structure: ${files.length} files in order` : `structure: ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);
