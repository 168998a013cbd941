import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** What may lie beside the shards of a data set, among it `removed.jsonl` and `rejects` of a corpus that was built here. */
const companion = /^\.|^_|\.(md|txt|json|ya?ml|crc)$|^licen[cs]e|^removed\.jsonl$|^rejects$/i;

/**
 * The files of a data set: the file itself, or all shards of a folder that holds nothing else but their companions, by name.
 * Empty when the reference is neither.
 *
 * @param shard matches the names of its files
 */
export async function shardFiles(reference: string, shard: RegExp): Promise<string[]> {
  const found = await stat(reference).catch(() => undefined);
  if (found?.isFile()) return shard.test(reference) ? [reference] : [];
  if (!found?.isDirectory()) return [];
  const entries = await readdir(reference, { withFileTypes: true }).catch(() => []);
  const own = entries.filter(({ name }) => !companion.test(name));
  const shards = own.filter((entry) => entry.isFile() && shard.test(entry.name)).map(({ name }) => name);
  const others = own.length - shards.length;
  return others > 0 ? [] : shards.sort().map((name) => path.join(reference, name));
}
