import { realpath } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import type { TrainingRequest } from "./train.ts";

/**
 * Makes sure that a training does not write over what it reads.
 * @throws UserError where it would
 */
export async function checkPlaces({ corpus, model, tokenizer, out }: TrainingRequest): Promise<void> {
  const target = await realPath(out);
  const refuse = (option: string, place: string, how: string): never => {
    throw new UserError(`--out ${out}`, `${option} ${place} ${how}`, "Choose another folder with --out.");
  };
  if ((await realPath(corpus)) === target) refuse("the corpus", corpus, "is the same folder");
  const read = [
    ["--from", "from" in model ? model.from : undefined],
    ["--tokenizer", tokenizer],
  ] as const;
  for (const [option, place] of read) {
    if (place === undefined) continue;
    const source = await realPath(place);
    if (source === target) refuse(option, place, "is the same folder");
    if (source.startsWith(`${target}${path.sep}`)) refuse(option, place, "lies in it, and would be replaced");
  }
}

/** An absolute path without links; of what does not exist, as it is named. */
function realPath(place: string): Promise<string> {
  return realpath(place).catch(() => path.resolve(place));
}
