// MB/s of `apprentice corpus build` against datatrove 0.10 with the same filters on the same files, paired in one run. Prints the
// table of docs/performance.md.
//
//   npm run build && npx tsx bench/corpus/speed.ts PYTHON_WITH_DATATROVE FOLDER_OF_PYTHON_FILES… [--rounds N] [--only WORD]
//
// --only takes the recipes that have the word in their name: lines, CPython or grammar.
//
// PYTHON_WITH_DATATROVE has datatrove[io]==0.10.0 and regex. The folders should hold 300 MB or more. Wall seconds depend on what else the
// machine does; processor seconds much less, so both are given. Linux only: processes are held on cores.
import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { table } from "../../src/cli/output.ts";
import { packageFolder } from "../../src/common/folders.ts";
import { readManifest } from "../../src/corpus/index.ts";

/** Files of JSON Lines that the input is cut into. */
const inputFiles = 8;

const steps = ["size", "exact-duplicates", "lines", "characters"];
const recipes = {
  "lines and characters": steps,
  "… and CPython's parser": [...steps, { step: "syntax", parser: "cpython" }],
  "… and the grammar": [...steps, { step: "syntax", parser: "grammar" }],
};

interface Usage {
  readonly status: number;
  readonly wall: number;
  readonly processor: number;
  readonly peak: number;
}

const argv = process.argv.slice(2);
const roundsAt = argv.indexOf("--rounds");
const rounds = roundsAt < 0 ? 3 : Number(argv.splice(roundsAt, 2)[1]);
const onlyAt = argv.indexOf("--only");
const only = onlyAt < 0 ? "" : argv.splice(onlyAt, 2)[1]!;
const [python = "python3", ...folders] = argv;
const work = await mkdtemp(path.join(os.tmpdir(), "apprentice-corpus-bench-"));
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function measure(cores: string, command: readonly string[]): Promise<Usage> {
  const { stdout } = await promisify(execFile)(python, [here("./measure.py"), cores, ...command], {
    maxBuffer: 1 << 26,
  });
  const usage = JSON.parse(stdout) as Usage;
  if (usage.status !== 0) throw new Error(`${command.join(" ")} ended with status ${usage.status}`);
  return usage;
}

/** Writes the input and returns its bytes of text. */
async function gather(target: string): Promise<number> {
  await mkdir(target, { recursive: true });
  const streams = Array.from({ length: inputFiles }, (_, index) =>
    createWriteStream(path.join(target, `${index}.jsonl`)),
  );
  let [count, bytes] = [0, 0];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((found) => found.isFile() && found.name.endsWith(".py"))) {
      const file = path.join(entry.parentPath, entry.name);
      const text = await readFile(file);
      const content = text.toString("utf8");
      if (!Buffer.from(content).equals(text)) continue;
      const line = JSON.stringify({ content, path: path.relative(folder, file), repo: path.basename(folder) });
      streams[count++ % inputFiles]!.write(`${line}\n`);
      bytes += text.length;
    }
  }
  for (const stream of streams) stream.end();
  await Promise.all(streams.map((stream) => finished(stream)));
  return bytes;
}

async function ours(input: string, name: string, threads: number): Promise<Usage & { kept: number }> {
  const out = path.join(work, "ours");
  const recipe = path.join(work, "recipe.json");
  await rm(out, { recursive: true, force: true });
  const chosen = recipes[name as keyof typeof recipes];
  await writeFile(recipe, JSON.stringify({ languages: ["python"], decontaminate: false, steps: chosen }));
  const main = path.join(packageFolder, "dist", "cli", "main.js");
  const command = [
    process.execPath,
    main,
    "corpus",
    "build",
    input,
    "--recipe",
    recipe,
    "--out",
    out,
    "--threads",
    String(threads),
  ];
  const usage = await measure(threads === 1 ? "0" : "0,1", command);
  return { ...usage, kept: (await readManifest(out)).output.documents };
}

async function theirs(input: string, syntax: boolean): Promise<Usage> {
  const out = path.join(work, "theirs");
  await rm(out, { recursive: true, force: true });
  return measure("0", [python, here("./peer.py"), input, out, "1", ...(syntax ? ["syntax"] : [])]);
}

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

try {
  const input = path.join(work, "input");
  const megabytes = (await gather(input)) / 1e6;
  console.log(
    `${megabytes.toFixed(0)} MB of text, ${rounds} rounds, medians; ${os.cpus()[0]?.model}, load ${os.loadavg()[0]?.toFixed(1)}\n`,
  );
  const runs: Record<string, Usage[]> = {};
  const note = (name: string, usage: Usage) => {
    runs[name] ??= [];
    runs[name].push(usage);
    console.error(name, JSON.stringify(usage));
  };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(recipes).filter((each) => each.includes(only))) {
      if (!name.includes("grammar")) note(`datatrove: ${name}`, await theirs(input, name.includes("CPython")));
      for (const threads of [1, 2]) note(`apprentice, ${threads} threads: ${name}`, await ours(input, name, threads));
    }
  }
  const rows = Object.entries(runs).map(([name, usages]) => [
    name,
    (megabytes / middle(usages.map(({ wall }) => wall))).toFixed(1),
    (megabytes / middle(usages.map(({ processor }) => processor))).toFixed(1),
    middle(usages.map(({ peak }) => peak)).toFixed(0),
  ]);
  console.log(table(["run", "MB/s", "MB per core second", "peak MB"], rows, ["left", "right", "right", "right"]));
} finally {
  await rm(work, { recursive: true, force: true });
}
