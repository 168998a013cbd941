import { statfs } from "node:fs/promises";
import { benchmarkFolder, benchmarks } from "../../benchmark/index.ts";
import { messageOf, UserError } from "../../common/errors.ts";
import { makeFolder } from "../../common/files.ts";
import { documentFile, homeFolder } from "../../common/folders.ts";
import {
  creationCommand,
  environmentDefinitions,
  graphicsCard,
  installedEnvironment,
} from "../../environment/index.ts";
import { goldenMisses } from "../../evaluation/self-test.ts";
import { languages, openExecutor } from "../../execution/executor.ts";
import { detectTiers } from "../../execution/isolation/ladder.ts";
import { catalogue, defaultModel } from "../../model/catalogue.ts";
import { isPulled } from "../../model/model-files.ts";
import { bytes } from "../output.ts";
import type { Area, Check } from "./check.ts";

/** Free space below which downloads of models and environments will fail soon. */
const scarceBytes = 2e9;

/** What the doctor looks at, in this order. */
export const areas: readonly Area[] = [
  { title: "machine", examine: async () => [await homeSpace(), await graphicsCardCheck()] },
  { title: "languages", examine: examineLanguages },
  { title: "isolation", examine: examineIsolation },
  { title: "self-test", examine: examineVerdicts },
  { title: "models", examine: examineModels },
  { title: "environments", examine: examineEnvironments },
  { title: "benchmarks", examine: examineBenchmarks },
];

async function homeSpace(): Promise<Check> {
  const folder = homeFolder();
  const base = { area: "machine", name: "disk" } as const;
  try {
    await makeFolder(folder);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${bytes(free)} free in ${folder}`;
    if (free >= scarceBytes) return { ...base, state: "ok", detail };
    return {
      ...base,
      state: "note",
      detail,
      remedy: "Free some space, or set APPRENTICE_HOME to a folder on a larger disk.",
    };
  } catch (error) {
    return {
      ...base,
      state: "problem",
      detail: messageOf(error),
      remedy: "Set APPRENTICE_HOME to a folder that you may write.",
    };
  }
}

/** llama.cpp's GPU builds are left out of the installation; where they would be of use, the doctor says how to add one. */
async function graphicsCardCheck(): Promise<Check> {
  const base = { area: "machine", name: "GPU" } as const;
  const card = await graphicsCard();
  if (card === undefined) return { ...base, state: "ok", detail: "none found; local models run on the CPU" };
  return {
    ...base,
    state: "note",
    detail: `${card} found; llama.cpp's GPU builds are not installed (they weigh 640 MB)`,
    remedy: `How to add one: ${documentFile("models.md")}, section "A GPU".`,
  };
}

async function examineLanguages(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const runtime of (await languages.all()).values()) {
    const base = { area: "languages", name: runtime.name } as const;
    try {
      const { executable, version } = await runtime.detect();
      checks.push({ ...base, state: "ok", detail: `${version} (${executable})` });
    } catch (error) {
      checks.push({ ...base, state: "problem", ...complaint(error) });
    }
  }
  return checks;
}

async function examineIsolation(): Promise<Check[]> {
  const tiers = (await detectTiers()).filter(({ tier }) => tier !== "none");
  const strongest = tiers.find(({ works }) => works);
  const checks = tiers.map(({ tier, works, reason }): Check => {
    const base = { area: "isolation", name: tier } as const;
    if (works)
      return {
        ...base,
        state: "ok",
        detail: tier === strongest?.tier ? "works; used unless another is named" : "works",
      };
    return { ...base, state: "note", detail: reason ?? "does not work" };
  });
  if (strongest !== undefined) return checks;
  const remedy =
    "Make one of the above work. `--unsafe` runs programs with resource limits only: never do that with code of a model.";
  return [
    ...checks,
    { area: "isolation", name: "none works", state: "problem", detail: "no program will be executed", remedy },
  ];
}

/** The golden programs of every language that is there: what `eval` insists on before it scores. */
async function examineVerdicts(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const runtime of (await languages.all()).values()) {
    if (
      !(await runtime.detect().then(
        () => true,
        () => false,
      ))
    )
      continue;
    const base = { area: "self-test", name: runtime.name } as const;
    try {
      const executor = await openExecutor();
      try {
        const misses = await goldenMisses(executor, runtime);
        const count = runtime.goldenPrograms.length;
        if (misses.length === 0)
          checks.push({ ...base, state: "ok", detail: `${count} of ${count} golden programs judged rightly` });
        for (const { title, expected, verdict } of misses) {
          const detail = `"${title}" should be ${expected} and is ${verdict.outcome}${verdict.message === undefined ? "" : `: ${verdict.message}`}`;
          checks.push({
            ...base,
            state: "problem",
            detail,
            remedy: "No score of this machine can be believed; `eval` refuses to score.",
          });
        }
      } finally {
        await executor.close();
      }
    } catch (error) {
      checks.push({ ...base, state: "problem", ...complaint(error) });
    }
  }
  return checks;
}

async function examineModels(): Promise<Check[]> {
  return Promise.all(
    catalogue.map(async (model): Promise<Check> => {
      const name = model.name === defaultModel ? `${model.name} (default)` : model.name;
      const base = { area: "models", name } as const;
      if (await isPulled(model)) return { ...base, state: "ok", detail: bytes(model.file.bytes) };
      return { ...base, state: "note", detail: "not here", remedy: `apprentice model pull ${model.name}` };
    }),
  );
}

async function examineEnvironments(): Promise<Check[]> {
  return Promise.all(
    [...environmentDefinitions.values()].map(async (definition): Promise<Check> => {
      const { name } = definition;
      const base = { area: "environments", name } as const;
      const installed = await installedEnvironment(name);
      if (installed !== undefined) return { ...base, state: "ok", detail: `Python ${installed.python}` };
      return { ...base, state: "note", detail: "not created", remedy: creationCommand(definition) };
    }),
  );
}

async function examineBenchmarks(): Promise<Check[]> {
  return Promise.all(
    [...(await benchmarks.all()).values()].map(async (benchmark): Promise<Check> => {
      const base = { area: "benchmarks", name: benchmark.name } as const;
      const folder = await benchmarkFolder(benchmark);
      if (folder !== undefined) return { ...base, state: "ok", detail: folder };
      return { ...base, state: "note", detail: "not fetched", remedy: `apprentice benchmark fetch ${benchmark.name}` };
    }),
  );
}

function complaint(error: unknown): Pick<Check, "detail" | "remedy"> {
  if (!UserError.isInstance(error)) return { detail: messageOf(error) };
  return { detail: `${error.scope}: ${error.cause}`, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
}
