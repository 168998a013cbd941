import path from "node:path";
import { UserError } from "../common/errors.ts";
import { exists, sha256OfFile } from "../common/files.ts";
import type { FetchWatcher } from "../common/pinned-file.ts";
import { parseModelFileReference, pullModel } from "../model/model-files.ts";
import { modelFingerprint } from "../model/model-folder.ts";

/** A model that training goes on from. */
export interface BaseModel {
  readonly kind: "folder" | "gguf";
  /** Absolute path of a Hugging Face folder or of a GGUF file. */
  readonly path: string;
  /** SHA-256 over what decides its answers. */
  readonly fingerprint: string;
}

/**
 * Finds the model that a user names, downloading it where it is a catalogue or hub name.
 * @throws UserError when there is no such model
 */
export async function findBaseModel(reference: string, watcher: FetchWatcher): Promise<BaseModel> {
  const folder = path.resolve(reference);
  if (await exists(path.join(folder, "config.json")))
    return { kind: "folder", path: folder, fingerprint: await modelFingerprint(folder) };
  if ((await exists(folder)) && !folder.endsWith(".gguf"))
    throw new UserError(
      `model "${reference}"`,
      "there is no config.json in it, so it is no Hugging Face model",
      "Name a Hugging Face folder, a GGUF file, or a model of the catalogue (apprentice model list).",
    );
  if (parseModelFileReference(reference) === undefined)
    throw new UserError(
      `model "${reference}"`,
      "there is no such one",
      "Name a Hugging Face folder, a GGUF file, or a model of the catalogue (apprentice model list).",
    );
  const file = await pullModel(reference, watcher);
  return { kind: "gguf", path: file, fingerprint: await sha256OfFile(file) };
}

/**
 * SHA-256 of the tokenizer in a folder, in hexadecimal.
 * @throws UserError when there is none
 */
export async function tokenizerFingerprint(folder: string): Promise<string> {
  const file = path.join(folder, "tokenizer.json");
  if (await exists(file)) return sha256OfFile(file);
  throw new UserError(
    `tokenizer "${folder}"`,
    "there is no tokenizer.json in it",
    "Make one with: apprentice tokenizer train CORPUS --out FOLDER",
  );
}
