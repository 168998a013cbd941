import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../common/errors.ts";
import { exists, sha256, sha256OfFile } from "../common/files.ts";

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
  const inFolder = await isFolder(reference, place);
  const promised = inFolder ? await promisedShards(reference, place) : undefined;
  const files = inFolder ? await shardsIn(reference, place) : [place];
  const hashes = new Map<string, string>();
  for (const file of files) hashes.set(path.basename(file), await sha256OfFile(file));
  for (const { file, sha256: promise } of promised ?? [])
    if (hashes.get(file) !== promise)
      throw new UserError(
        `corpus "${reference}"`,
        hashes.has(file) ? `${file} is damaged or was changed` : `${file} is missing, although its manifest names it`,
        "Delete the folder and build it again with: apprentice corpus build",
      );
  const lines = [...hashes].map(([name, hash]) => `${name} ${hash}`);
  return { reference, files, fingerprint: sha256(lines.join("\n")) };
}

const manifest = z.looseObject({
  output: z.looseObject({ files: z.array(z.looseObject({ file: z.string(), sha256: z.string() })) }),
});

/** The shards that a corpus's manifest names; undefined where it has none, as folders that others made. */
async function promisedShards(reference: string, folder: string) {
  const scope = `corpus "${reference}"`;
  const text = await readFile(path.join(folder, "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined) {
    if (!(await exists(path.join(folder, ".work")))) return undefined;
    throw new UserError(scope, "its build is not finished", "Give the same apprentice corpus build again.");
  }
  const files = readManifest(text, scope)?.output.files;
  if (files?.length !== 0) return files;
  throw new UserError(scope, "it is empty: the steps of its recipe kept nothing", "See: apprentice corpus stats");
}

/** Undefined for a manifest that is none of ours. */
function readManifest(text: string, scope: string): z.infer<typeof manifest> | undefined {
  try {
    const value = JSON.parse(text) as { readonly identity?: unknown } | null;
    return value?.identity === undefined ? undefined : manifest.parse(value);
  } catch {
    throw new UserError(scope, "its manifest.json is damaged", "Delete the folder and build it again.");
  }
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
