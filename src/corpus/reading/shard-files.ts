import { readdir, stat } from "node:fs/promises";
import path from "node:path";

/** What may lie beside the shards of a data set. */
const companion = /^\.|^_|\.(md|txt|json|ya?ml|crc)$|^licen[cs]e/i;

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
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const shards = files.filter((name) => shard.test(name));
  const others = files.filter((name) => !shard.test(name) && !companion.test(name));
  return others.length > 0 ? [] : shards.sort().map((name) => path.join(reference, name));
}
