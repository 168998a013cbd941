import { readdir } from "node:fs/promises";
import path from "node:path";
import { sha256, sha256OfFile } from "../common/files.ts";

/** SHA-256 over the weights, the configuration and the tokenizer of a Hugging Face folder, in hexadecimal. */
export async function modelFingerprint(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.(json|safetensors|bin|model|txt|jinja)$/.test(name)).sort();
  const hashes: string[] = [];
  for (const name of names) hashes.push(`${name} ${await sha256OfFile(path.join(folder, name))}`);
  return sha256(hashes.join("\n"));
}
