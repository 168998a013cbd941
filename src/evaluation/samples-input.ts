import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../common/errors.ts";
import { requireReplaceable } from "../common/files.ts";

/** Standard input, where a file is asked for. */
const standardInput = "-";

/** Whether samples can be read once only: they come from another process. */
export async function isPiped(file: string): Promise<boolean> {
  if (file === standardInput) return true;
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && (found.isFIFO() || found.isSocket());
}

/** Works on samples as a file that can be read again and again: what is piped is copied for as long as the work lasts. */
export async function withSamplesFile<Result>(file: string, work: (file: string) => Promise<Result>): Promise<Result> {
  if (!(await isPiped(file))) return work(file);
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-samples-"));
  try {
    const copy = path.join(folder, "piped-samples.jsonl");
    await pipeline(file === standardInput ? process.stdin : createReadStream(file), createWriteStream(copy));
    return await work(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Results may replace earlier ones. Throws a UserError where they would replace the samples, or a file of another kind. */
export async function requireResultsPlace(resultsFile: string, samplesFile: string): Promise<void> {
  const remedy = "Name another file with --results.";
  const [results, samples] = await Promise.all(
    [resultsFile, samplesFile].map((file) => stat(file).catch(() => undefined)),
  );
  if (results !== undefined && results.ino === samples?.ino && results.dev === samples.dev)
    throw new UserError(resultsFile, "the results would replace the samples", remedy);
  await requireReplaceable(resultsFile, "{", "file of results", remedy);
}
