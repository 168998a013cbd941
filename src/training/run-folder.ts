import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { differences } from "../common/differences.ts";
import { UserError } from "../common/errors.ts";
import { withFileLock } from "../common/file-lock.ts";
import { exists, makeFolder, writeFileAtomically } from "../common/files.ts";

/** What a step left behind when it was finished. */
interface StepRecord {
  /** Everything that its result depends on. */
  readonly inputs: unknown;
  readonly result: unknown;
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
    if (text !== undefined) {
      const changed = differences((JSON.parse(text) as { request: unknown }).request, request);
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
   * Does a step, unless it was finished before with the same inputs.
   * @param inputs plain data: everything that the step's result depends on
   */
  async once<Result>(
    name: string,
    inputs: unknown,
    work: () => Promise<Result>,
  ): Promise<{ result: Result; skipped: boolean }> {
    const file = this.at("steps", `${name}.json`);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) {
      const record = JSON.parse(text) as StepRecord;
      if (differences(record.inputs, inputs).length === 0) return { result: record.result as Result, skipped: true };
      await rm(file);
    }
    const result = await work();
    const record: StepRecord = { inputs, result };
    await writeFileAtomically(file, `${JSON.stringify(record, null, 2)}\n`);
    return { result, skipped: false };
  }

  /** Whether a checkpoint or a trained model would be lost. */
  async #hasTrained(): Promise<boolean> {
    const checkpoints = await readdir(this.at("training", "checkpoints")).catch(() => []);
    return checkpoints.length > 0 || (await exists(this.at("steps", "training.json")));
  }
}
