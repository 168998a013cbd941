import { copyFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { exists, makeFolder, sha256OfFile } from "../common/files.ts";
import { homeFolder } from "../common/folders.ts";
import { type FetchWatcher, fetchPinnedFile } from "../common/pinned-file.ts";
import type { Benchmark, DatasetFile, Problem } from "./benchmark.ts";

export interface FetchOptions extends FetchWatcher {
  /** A folder that holds the data, tried before the network. */
  readonly from?: string;
  /** Never use the network. */
  readonly offline?: boolean;
}

/** Where fetched data lies. */
function benchmarksFolder(): string {
  return path.join(homeFolder(), "benchmarks");
}

/** The folder that the user keeps data in: `APPRENTICE_BENCHMARKS`. It is read in place and never written. */
function sharedFolder(): string | undefined {
  const folder = process.env.APPRENTICE_BENCHMARKS;
  return folder === undefined || folder === "" ? undefined : path.resolve(folder);
}

/**
 * The folder that holds a benchmark's data, every file checked by its hash: its own, the user's, or the one that
 * `fetchBenchmark` fills. Undefined where something is missing or changed.
 */
export async function benchmarkFolder(benchmark: Benchmark): Promise<string | undefined> {
  if (benchmark.folder !== undefined) return benchmark.folder;
  for (const folder of [sharedFolder(), benchmarksFolder()]) {
    if (folder !== undefined && (await holdsAll(folder, benchmark.files))) return folder;
  }
  return undefined;
}

async function holdsAll(folder: string, files: readonly DatasetFile[]): Promise<boolean> {
  for (const file of files) {
    if ((await complaintAbout(path.join(folder, file.path), file)) !== undefined) return false;
  }
  return true;
}

/** Why that is not the pinned file; undefined when it is. */
async function complaintAbout(candidate: string, { sha256 }: DatasetFile): Promise<string | undefined> {
  if (!(await exists(candidate))) return "not there";
  const found = await sha256OfFile(candidate);
  return found === sha256 ? undefined : `another file: sha256 ${found} instead of ${sha256}`;
}

/**
 * Brings a benchmark's data to this machine and returns its folder. Each file is looked for where it was fetched before, in the
 * folder given, in the user's own folder, then at its sources in order.
 * @throws UserError that lists every place and why it could not give the file
 */
export async function fetchBenchmark(benchmark: Benchmark, options: FetchOptions = {}): Promise<string> {
  const present = await benchmarkFolder(benchmark);
  if (present !== undefined) return present;
  const home = benchmarksFolder();
  for (const file of benchmark.files) await fetchFile(benchmark, file, home, options);
  return home;
}

async function fetchFile(benchmark: Benchmark, file: DatasetFile, home: string, options: FetchOptions): Promise<void> {
  const destination = path.join(home, file.path);
  const failures: string[] = [];
  const complaint = await complaintAbout(destination, file);
  if (complaint === undefined) return;
  if (complaint !== "not there") {
    options.remark?.(`${destination} is ${complaint}; it was deleted.`);
    await rm(destination, { force: true });
  }
  for (const folder of [options.from, sharedFolder()]) {
    if (folder === undefined) continue;
    const failure = await copyFrom(path.join(path.resolve(folder), file.path), file, destination);
    if (failure === undefined) return;
    failures.push(`${path.join(folder, file.path)} (${failure})`);
  }
  const scope = `benchmark "${benchmark.name}", ${file.path}`;
  if (options.offline === true)
    throw new UserError(
      scope,
      `it is not on this machine${failures.length === 0 ? "" : `: ${failures.join(", ")}`}`,
      "Give --from FOLDER, set APPRENTICE_BENCHMARKS, or fetch without --offline.",
    );
  await fetchPinnedFile({ ...file, name: file.path }, destination, options).catch((error: unknown) => {
    if (!UserError.isInstance(error)) throw error;
    const places = failures.length === 0 ? "" : `no folder has it: ${failures.join(", ")}; `;
    throw new UserError(
      scope,
      `${places}${error.cause}`,
      "Check the network, or give --from FOLDER with the file in it.",
    );
  });
}

async function copyFrom(source: string, file: DatasetFile, destination: string): Promise<string | undefined> {
  const complaint = await complaintAbout(source, file);
  if (complaint !== undefined) return complaint;
  await makeFolder(path.dirname(destination));
  const temporary = `${destination}.${process.pid}.partial`;
  await copyFile(source, temporary);
  await rename(temporary, destination);
  return undefined;
}

/**
 * The problems of a benchmark, fetched where they are missing.
 * @throws UserError where the data cannot be had
 */
export async function loadProblems(benchmark: Benchmark, options: FetchOptions = {}): Promise<readonly Problem[]> {
  const problems = await benchmark.load(await fetchBenchmark(benchmark, options));
  const { problemCount } = benchmark.info;
  if (problems.length !== problemCount)
    throw new Error(`${benchmark.name}: ${problems.length} problems were read, there should be ${problemCount}`);
  return problems;
}
