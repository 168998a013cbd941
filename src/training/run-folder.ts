import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { differences } from "../common/differences.ts";
import { UserError } from "../common/errors.ts";
import { withFileLock } from "../common/file-lock.ts";
import { exists, makeFolder, writeFileAtomically } from "../common/files.ts";
import { damagedOutputs, listOutputs, type OutputFiles, removeOutputs } from "./step-outputs.ts";

/** What a step left behind when it was finished. */
interface StepRecord {
  /** Everything that its result depends on. */
  readonly inputs: unknown;
  readonly result: unknown;
  readonly files: OutputFiles;
}

/** The folder of one training: what was asked for, and the steps on the way to the model. */
export class TrainingFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
  }

  /** Absolute path of something in it. */
  at(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  /** Does some work while no other process works in this folder. Throws a UserError when one does. */
  locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return withFileLock(this.at("lock"), work, () => {
      throw new UserError(`training "${this.path}"`, "another process is working in it", "Wait for it, or end it.");
    });
  }

  /**
   * Writes down what is asked for.
   * @param request everything that the trained weights depend on
   * @throws UserError when training has begun here under another request: hours of work are never thrown away unasked
   */
  async begin(request: unknown): Promise<void> {
    const file = this.at("run.json");
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) await this.#checkEmpty();
    else {
      const changed = differences(this.#requestOf(text), request);
      if (changed.length === 0) return;
      if (await this.#hasTrained())
        throw new UserError(
          `training "${this.path}"`,
          `it was begun with other settings:\n  ${changed.join("\n  ")}\nNothing was changed.`,
          "Give the same settings to go on, or another folder with --out.",
        );
      await rm(this.at("training"), { recursive: true, force: true });
    }
    await makeFolder(this.path);
    await writeFileAtomically(file, `${JSON.stringify({ request }, null, 2)}\n`);
  }

  /**
   * Does a step, unless it was finished before with the same inputs and what it made is still there.
   * @param inputs plain data: everything that the step's result depends on
   * @param outputs files and folders that it makes, below this folder
   * @param tell hears why a step that was finished is done again
   */
  async once<Result>(
    name: string,
    { inputs, outputs }: { readonly inputs: unknown; readonly outputs: readonly string[] },
    work: () => Promise<Result>,
    tell: (line: string) => void = () => {},
  ): Promise<{ result: Result; skipped: boolean }> {
    const file = this.at("steps", `${name}.json`);
    const record = await this.#recordOf(name);
    if (record !== undefined) {
      const damaged = await damagedOutputs(this.path, record.files);
      const isSame = differences(record.inputs, inputs).length === 0;
      if (isSame && damaged.length === 0) return { result: record.result as Result, skipped: true };
      if (isSame) tell(`${damaged.join(", ")}: missing or damaged; the step ${name} is done again.`);
      await removeOutputs(this.path, damaged);
      await rm(file);
    }
    const result = await work();
    const files = await listOutputs(this.path, outputs);
    await writeFileAtomically(file, `${JSON.stringify({ inputs, result, files } satisfies StepRecord, null, 2)}\n`);
    return { result, skipped: false };
  }

  /** The record of a finished step; none where it cannot be read: the step's program knows what it has done already. */
  async #recordOf(name: string): Promise<StepRecord | undefined> {
    try {
      const record = JSON.parse(await readFile(this.at("steps", `${name}.json`), "utf8")) as Partial<StepRecord>;
      return record.files === undefined ? undefined : (record as StepRecord);
    } catch {
      return undefined;
    }
  }

  /** Steps replace folders such as `model` as a whole: nobody else's may be there. */
  async #checkEmpty(): Promise<void> {
    const strangers = (await readdir(this.path).catch(() => [])).filter((name) => !name.startsWith("lock"));
    if (strangers.length > 0)
      throw new UserError(
        `training "${this.path}"`,
        `the folder holds something else (${strangers[0]})`,
        "Choose another folder with --out.",
      );
  }

  #requestOf(text: string): unknown {
    try {
      return (JSON.parse(text) as { request: unknown }).request;
    } catch {
      throw new UserError(`training "${this.path}"`, "its run.json is damaged", "Choose another folder with --out.");
    }
  }

  /** Whether a checkpoint or a trained model would be lost. */
  async #hasTrained(): Promise<boolean> {
    const checkpoints = await readdir(this.at("training", "checkpoints")).catch(() => []);
    return checkpoints.length > 0 || (await exists(this.at("steps", "training.json")));
  }
}
