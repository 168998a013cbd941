import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** What may lie beside the shards of a data set, among it `removed.jsonl` and `rejects` of a corpus that was built here. */
const companion = /^\.|^_|\.(md|txt|json|ya?ml|crc)$|^licen[cs]e|^removed\.jsonl$|^rejects$/i;

/**
 * The files of a data set: the file itself, or all shards below a folder that holds nothing else but their companions, by name.
 * Empty when the reference is neither.
 *
 * @param shard matches the names of its files
 */
export async function shardFiles(reference: string, shard: RegExp): Promise<string[]> {
  const found = await stat(reference).catch(() => undefined);
  if (found?.isFile()) return shard.test(reference) ? [reference] : [];
  return found?.isDirectory() ? ((await shardsBelow(reference, shard)) ?? []) : [];
}

/** Undefined as soon as something else is met. */
async function shardsBelow(folder: string, shard: RegExp): Promise<string[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  const own = entries?.filter(({ name }) => !companion.test(name));
  if (own === undefined || own.some((entry) => !entry.isDirectory() && !(entry.isFile() && shard.test(entry.name))))
    return undefined;
  const shards: string[] = [];
  for (const entry of own.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    const below = entry.isDirectory() ? await shardsBelow(file, shard) : [file];
    if (below === undefined) return undefined;
    shards.push(...below);
  }
  return shards;
}
