import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** Bytes of each file that a step left behind, by its path below the folder of the training. */
export type OutputFiles = Readonly<Record<string, number>>;

/** Lists the files of some places, files or folders, below a folder. */
export async function listOutputs(folder: string, places: readonly string[]): Promise<OutputFiles> {
  const files: Record<string, number> = {};
  for (const place of places) {
    const found = await stat(path.join(folder, place)).catch(() => undefined);
    if (found?.isFile()) files[place] = found.size;
    if (!found?.isDirectory()) continue;
    const names = await readdir(path.join(folder, place));
    Object.assign(
      files,
      await listOutputs(
        folder,
        names.sort().map((name) => `${place}/${name}`),
      ),
    );
  }
  return files;
}

/** Weights and token ids, which nobody edits: another size is damage. A description may be edited and stay what it is. */
const data = /\.(safetensors|gguf|bin)$/;

/** The files that are missing, or are data of another size. */
export async function damagedOutputs(folder: string, files: OutputFiles): Promise<string[]> {
  const damaged: string[] = [];
  for (const [file, size] of Object.entries(files)) {
    const found = await stat(path.join(folder, file)).catch(() => undefined);
    if (found === undefined || (data.test(file) && found.size !== size)) damaged.push(file);
  }
  return damaged;
}

/** Removes what is damaged, so that nothing takes it for whole. */
export async function removeOutputs(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await rm(path.join(folder, file), { force: true });
}
