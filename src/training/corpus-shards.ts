import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { sha256, sha256OfFile } from "../common/files.ts";

/** The Parquet files that a model is trained on. */
export interface CorpusShards {
  /** As the user gave it. */
  readonly reference: string;
  /** Absolute paths, in the order of their names. */
  readonly files: readonly string[];
  /** SHA-256 over the names and contents of all files. */
  readonly fingerprint: string;
}

/**
 * Finds the shards of a corpus: a folder that `apprentice corpus build` wrote, or one Parquet file.
 * @throws UserError when there is no Parquet file, or when the corpus is not finished
 */
export async function openCorpus(reference: string): Promise<CorpusShards> {
  const place = path.resolve(reference);
  const files = (await isFolder(reference, place)) ? await shardsIn(reference, place) : [place];
  const hashes: string[] = [];
  for (const file of files) hashes.push(`${path.basename(file)} ${await sha256OfFile(file)}`);
  return { reference, files, fingerprint: sha256(hashes.join("\n")) };
}

async function isFolder(reference: string, place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) return true;
  if (found?.isFile() && place.endsWith(".parquet")) return false;
  throw new UserError(
    `corpus "${reference}"`,
    found === undefined ? "there is no such folder" : "it is neither a folder nor a .parquet file",
    `Make one with: apprentice corpus build SOURCE… --out ${reference}`,
  );
}

async function shardsIn(reference: string, folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".parquet")).sort();
  const files = names.map((name) => path.join(folder, name));
  if (files.length > 0) return files;
  throw new UserError(
    `corpus "${reference}"`,
    "there is no .parquet file in it",
    `Make it (or finish it) with: apprentice corpus build SOURCE… --out ${reference}`,
  );
}
