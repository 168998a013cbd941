import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../common/errors.ts";
import { exists, sha256OfFile } from "../../common/files.ts";
import type { Manifest } from "./manifest.ts";

const amount = z.looseObject({ documents: z.number(), bytes: z.number() });
const amounts = z.record(z.string(), amount);

/** What is looked at in a manifest, so that a damaged one is told from a whole one. */
const shape = z.looseObject({
  identity: z.string(),
  recipe: z.looseObject({
    name: z.string(),
    languages: z.array(z.string()),
    steps: z.array(z.looseObject({ step: z.string() })),
  }),
  versions: z.record(z.string(), z.string()),
  sources: z.array(z.looseObject({ reference: z.string(), parts: z.number() })),
  input: amount.extend({ fingerprint: z.string(), skipped: z.record(z.string(), z.number()) }),
  steps: z.array(z.looseObject({ step: z.string(), dropped: amounts, edits: z.record(z.string(), z.number()) })),
  output: amount.extend({
    weight: z.number(),
    languages: amounts,
    licenses: amounts,
    files: z.array(amount.extend({ file: z.string(), sha256: z.string() })),
  }),
});

const remedy = "Delete the folder and build it again.";

/**
 * The manifest of a finished corpus; undefined where the folder holds none.
 * @throws UserError where it cannot be read
 */
export async function findManifest(folder: string): Promise<Manifest | undefined> {
  const file = path.join(folder, "manifest.json");
  if (!(await exists(file))) return undefined;
  try {
    return shape.parse(JSON.parse(await readFile(file, "utf8"))) as unknown as Manifest;
  } catch {
    throw new UserError(`corpus ${folder}`, "its manifest.json is damaged", remedy);
  }
}

/**
 * Looks whether every shard of a finished corpus is as it was written.
 * @throws UserError that names the first one that is missing or another
 */
export async function checkShards(folder: string, { output }: Manifest): Promise<void> {
  await checkPresence(folder, { output });
  for (const { file, sha256 } of output.files) {
    if ((await sha256OfFile(path.join(folder, file))) === sha256) continue;
    throw new UserError(`corpus ${folder}`, `${file} is not what was written: it is damaged or was changed`, remedy);
  }
}

/** The same without reading them. */
export async function checkPresence(folder: string, { output }: Pick<Manifest, "output">): Promise<void> {
  for (const { file } of output.files)
    if (!(await exists(path.join(folder, file))))
      throw new UserError(`corpus ${folder}`, `${file} is missing, although its manifest names it`, remedy);
}
