import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { packageFolder } from "../../src/common/folders.ts";
import { runProgram } from "../../src/training/programs.ts";
import { withScratch } from "../../src/training/tokenizer.ts";

/** The smallest model that this project trained itself. */
export const fixtureModel = path.join(packageFolder, "test", "fixtures", "model-1m", "model-1m.gguf");

/** A conversation as plain lines: a model that was never taught one needs a template all the same. */
const template =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n";

/** The fixture as a Hugging Face folder that can also be asked in a conversation. */
export async function transformersFolder(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), "apprentice-transformers-")), "model");
  await withScratch((files) => runProgram("import", { from: fixtureModel, out: folder }, z.object({}), files));
  await changeTokenizer(folder, { chat_template: template });
  return folder;
}

/** Changes what a folder's tokenizer is configured to. */
export async function changeTokenizer(folder: string, changes: object): Promise<void> {
  const file = path.join(folder, "tokenizer_config.json");
  const config = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, JSON.stringify({ ...config, ...changes }));
}

/** The same model for llama.cpp, without a bit less. */
export async function exportedFolder(folder: string): Promise<string> {
  const file = `${folder}.gguf`;
  const asked = { model: folder, out: file, type: "F32" };
  await withScratch((files) => runProgram("export", asked, z.object({}), files));
  return file;
}
