import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { messageOf, nearMisses, UserError } from "../common/errors.ts";
import { exists, isFolder, sha256OfFile } from "../common/files.ts";
import { defaultLimits } from "../execution/program.ts";
import type { Benchmark, Problem } from "./benchmark.ts";
import { javascriptCompletion, pythonCompletion } from "./completion-rules.ts";
import { assembleJavascript } from "./javascript-problems.ts";
import { assemblePython, recordProblem } from "./python-problems.ts";
import { checked, type ProblemRecord, problemRecord, readRecords } from "./records.ts";

/** `benchmark.json` beside a problem file: what the lines cannot say. All of it is optional. */
const settingsSchema = z.strictObject({
  title: z.string().optional(),
  language: z.enum(["python", "javascript"]).default("python"),
  /** Folders, relative to this file, whose modules candidate and tests may import. */
  pythonPath: z.array(z.string()).default([]),
  license: z.string().default("unknown"),
  homepage: z.string().default(""),
});

type Settings = z.infer<typeof settingsSchema>;

/** Whether a benchmark's name means a file. */
export function namesFile(nameOrPath: string): boolean {
  return /\.jsonl(\.gz)?$/.test(nameOrPath) || nameOrPath.includes("/") || nameOrPath.includes(path.sep);
}

/**
 * Makes a benchmark of a JSON Lines file in HumanEval's form.
 * @throws UserError that names the file, line and field of whatever is wrong with it
 */
export async function openFileBenchmark(file: string): Promise<Benchmark> {
  const whole = path.resolve(file);
  if (!(await exists(whole)))
    throw new UserError(
      `benchmark file ${file}`,
      "there is no such file",
      "Check the path, or see: apprentice benchmark list",
    );
  const found = await stat(whole);
  if (!found.isFile() && !found.isDirectory())
    throw new UserError(
      `benchmark file ${file}`,
      "it is a pipe or a device, which can be read once only",
      "Save it as a file.",
    );
  const folder = path.dirname(whole);
  const settings = await readSettings(path.join(folder, "benchmark.json"));
  const records = await readRecords(whole, problemRecord);
  if (records.length === 0) throw new UserError(`benchmark file ${file}`, "it holds no problems");
  const importFolders = await importFoldersOf(settings, folder);
  const withReference = records.filter(({ canonical_solution }) => canonical_solution.length > 0).length;
  const python = settings.language === "python";
  return {
    name: nameOf(whole),
    folder,
    info: {
      title: settings.title ?? path.basename(whole),
      homepage: settings.homepage,
      license: settings.license,
      language: settings.language,
      problemCount: records.length,
      ...(withReference === 0 ? {} : { referencesThatPass: withReference }),
      reportedK: [1, 10, 100],
      limits: defaultLimits,
      maximumTokens: 512,
      knownBad: [],
    },
    files: [
      {
        path: path.basename(whole),
        bytes: found.size,
        sha256: await sha256OfFile(whole),
        revision: "local file",
        sources: [],
      },
    ],
    load: async (from) => problemsOf(await readRecords(path.join(from, path.basename(whole)), problemRecord), settings),
    judge: {
      completion: python ? pythonCompletion : javascriptCompletion,
      assemble: (problem, answer) => {
        const program = python
          ? assemblePython(problem, answer)
          : { ...assembleJavascript(problem, answer), call: callOf(problem) };
        return importFolders.length === 0 ? program : { ...program, importFolders };
      },
    },
  };
}

/** The folders of `pythonPath`. Without this check every candidate would fail to import, and the model would be blamed. */
async function importFoldersOf({ pythonPath }: Settings, folder: string): Promise<string[]> {
  const folders = pythonPath.map((entry) => path.resolve(folder, entry));
  for (const [index, whole] of folders.entries()) {
    if (await isFolder(whole)) continue;
    const near = nearMisses(path.basename(whole), await readdir(path.dirname(whole)).catch(() => []));
    throw new UserError(
      path.join(folder, "benchmark.json"),
      `pythonPath names "${pythonPath[index]}", and there is no folder ${whole}`,
      near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Paths are relative to benchmark.json.",
    );
  }
  return folders;
}

function callOf({ entryPoint }: Problem): string {
  return `check(${entryPoint ?? ""})`;
}

/** The file's name without its ending; that of its folder where the file has a name that says nothing. */
function nameOf(file: string): string {
  const stem = path.basename(file).replace(/\.jsonl(\.gz)?$/, "");
  if (stem !== "problems") return stem;
  const folders = path.dirname(file).split(path.sep);
  return folders.findLast((folder) => folder !== "benchmark" && folder !== "") ?? stem;
}

async function readSettings(file: string): Promise<Settings> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    return checked(JSON.parse(text), settingsSchema, file);
  } catch (error) {
    if (UserError.isInstance(error)) throw error;
    throw new UserError(file, `this is not JSON (${messageOf(error)})`);
  }
}

/** Problems without documentation of their own get an empty one where others have some: they need no API. */
function problemsOf(records: readonly ProblemRecord[], { language }: Settings): Problem[] {
  const documented = records.some(({ apis }) => apis !== undefined);
  return records.map((record) => {
    const problem = recordProblem(record, language);
    return documented ? { ...problem, apiPrompts: { perfect: documentation(record.apis ?? [], language) } } : problem;
  });
}

/** The form in which the private-library benchmarks put documentation before a prompt. */
function documentation(apis: readonly string[], language: Settings["language"]): string {
  if (apis.length === 0) return "";
  const mark = language === "python" ? "#" : "//";
  return ["[start]", ...apis, "[end]"].map((line) => `${mark} ${line}\n`).join("");
}
