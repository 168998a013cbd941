import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../common/errors.ts";

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

/** Results may replace earlier results. Throws a UserError where they would replace the samples, or a file of another kind. */
export async function requireReplaceable(resultsFile: string, samplesFile: string): Promise<void> {
  const [results, samples] = await Promise.all(
    [resultsFile, samplesFile].map((file) => stat(file).catch(() => undefined)),
  );
  if (results === undefined || !results.isFile() || results.size === 0) return;
  const remedy = "Name another file with --results.";
  if (results.ino === samples?.ino && results.dev === samples.dev)
    throw new UserError(resultsFile, "the results would replace the samples", remedy);
  const handle = await open(resultsFile);
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0).finally(() => handle.close());
  if (buffer.toString() !== "{") throw new UserError(resultsFile, "it is there and holds no results", remedy);
}
