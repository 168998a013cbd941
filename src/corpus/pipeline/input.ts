import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UserError } from "../../common/errors.ts";
import { writeFileAtomically } from "../../common/files.ts";
import { Draft } from "../draft.ts";
import { corpusSources } from "../open-source.ts";
import { TextMemory } from "../text-memory.ts";
import { DraftMaker } from "./draft-maker.ts";
import { type Plan, type Task, wantedFiles } from "./plan.ts";
import { stampFile } from "./work-folder.ts";

/** SHA-256 over what the sources say of a task's documents: repositories, paths, licences, stars and texts, in their order. */
export class InputFingerprint {
  readonly #hash = createHash("sha256");

  add({ repo, path, license, stars, digest }: Draft): void {
    this.#hash.update(`${repo}\0${path}\0${license ?? ""}\0${stars ?? ""}\0`).update(digest);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/**
 * Makes sure that the input is what it was when the folder's build was begun. Times that no write leaves as they are say so at once; where they are
 * others, or not known, the contents decide, so that sources may be copied and moved.
 *
 * @param isSame reads the input again
 * @throws UserError where it is not
 */
export async function checkInput(folder: string, { tasks }: Plan, isSame: () => Promise<boolean>): Promise<void> {
  const hash = createHash("sha256");
  for (const { stamp = "" } of tasks.flat()) hash.update(`${stamp}\n`);
  const stamp = hash.digest("hex");
  if ((await readFile(stampFile(folder), "utf8").catch(() => undefined)) === stamp) return;
  if (!(await isSame()))
    throw new UserError(
      `corpus ${folder}`,
      "the sources have changed since its build was begun",
      "Choose another folder, or delete this one.",
    );
  await writeFileAtomically(stampFile(folder), stamp);
}

/** The manifest's fingerprint of the input, from the sources as they are now. */
export async function wholeFingerprint({ tasks }: Plan, languages: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const task of tasks) hash.update(await taskFingerprint(task, languages));
  return hash.digest("hex");
}

/** Reads a task's input again, for its fingerprint alone. */
export async function taskFingerprint(task: Task, languages: readonly string[]): Promise<string> {
  const wants = await wantedFiles(languages);
  const maker = await DraftMaker.open(languages, { libraries: new Set() });
  const fingerprint = new InputFingerprint();
  const memory = new TextMemory();
  for (const part of task) {
    const source = await corpusSources.get(part.source);
    for await (const found of source.read(part, wants, memory.allocate)) {
      memory.reuse();
      const draft = "content" in found ? maker.draftOf(found) : found;
      if (draft instanceof Draft) fingerprint.add(draft);
    }
  }
  return fingerprint.digest();
}
