import { createHash } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { withFileLock } from "../../common/file-lock.ts";
import { makeFolder, writeFileAtomically } from "../../common/files.ts";
import type { ProgressListener } from "../../common/progress.ts";
import type { Recipe } from "../recipe.ts";
import type { UniquenessStep } from "../step.ts";
import { corpusSteps } from "../steps.ts";
import { Gate } from "./gate.ts";
import { checkInput, taskFingerprint, wholeFingerprint } from "./input.ts";
import { type Manifest, ManifestBuilder, versions } from "./manifest.ts";
import { makePlan, type Plan } from "./plan.ts";
import { Thread } from "./thread.ts";
import { finishedTasks, readKeys, readReport, rejectsFolder, reportFile, workFolder } from "./work-folder.ts";

/** What a corpus is built from. */
export interface BuildRequest {
  readonly recipe: Recipe;
  /** Folders, archives, JSONL or Parquet files; the recipe's own where empty. */
  readonly sources: readonly string[];
  readonly folder: string;
  /** Threads that read, filter and write; one a core when absent. */
  readonly threads?: number;
  /** Whether dropped documents are written to `rejects/`. */
  readonly keepRejects?: boolean;
  readonly progress?: ProgressListener;
}

/** How a build ended. */
export interface BuildResult {
  readonly manifest: Manifest;
  /** Whether the corpus was there already and nothing was done. */
  readonly wasThere: boolean;
}

/** Raised when sources say something else of the same files than before: another licence, other texts. */
const reading = 2;

/**
 * Builds a corpus: `*.parquet`, `manifest.json`, and `removed.jsonl` with the names of what could not be read or held a
 * benchmark. Killed at any moment, the same call goes on with the tasks that are not finished and ends with the same files.
 * @throws UserError for a source that cannot be read and for a folder that holds something else
 */
export async function buildCorpus(request: BuildRequest): Promise<BuildResult> {
  const { recipe, folder, keepRejects = false } = request;
  const plan = await makePlan(recipe, request.sources.length > 0 ? request.sources : recipe.sources);
  const steps = await preparedSteps(recipe);
  const described: Manifest["recipe"] = {
    name: recipe.name,
    description: recipe.description,
    languages: recipe.languages,
    steps: steps.map(({ step, version, options, facts }) => ({
      step,
      ...(version === undefined ? {} : { version }),
      options,
      ...(facts === undefined ? {} : { facts }),
    })),
  };
  const { name: _name, description: _description, ...effective } = described;
  const identity = identityOf({ format: 1, reading, versions: versions(), effective, keepRejects }, plan);
  const there = await existing(folder, identity, plan, () => wholeFingerprint(plan, recipe.languages));
  if (there !== undefined) return { manifest: there, wasThere: true };
  await makeFolder(workFolder(folder));
  const busy = () => {
    throw new UserError(`corpus ${folder}`, "another process is building it", "Wait for it, or choose another folder.");
  };
  return withFileLock(
    path.join(folder, ".lock"),
    async () => {
      await claim(folder, identity);
      await checkInput(folder, plan, () => finishedInputIsSame(folder, plan, recipe));
      if (keepRejects) await makeFolder(rejectsFolder(folder));
      await runTasks(request, plan, steps);
      const manifest = await finish(folder, new ManifestBuilder(described), identity, plan);
      return { manifest, wasThere: false };
    },
    busy,
  );
}

/** SHA-256 over everything that a corpus depends on, save for the content of what is read. */
function identityOf(settings: object, { tasks }: Plan): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const { stamp: _stamp, ...part } of tasks.flat()) hash.update(JSON.stringify(part));
  return hash.digest("hex");
}

type PreparedStep = Awaited<ReturnType<typeof preparedSteps>>[number];

async function preparedSteps({ steps }: Recipe) {
  const prepared = [];
  for (const { step, options } of steps) {
    const member = await corpusSteps.get(step);
    const made = await member.prepare?.(options);
    prepared.push({ step, version: member.version, options, prepared: made?.prepared, facts: made?.facts });
  }
  return prepared;
}

/**
 * The finished corpus in the folder. Throws where it is another one.
 * @param read what `input.fingerprint` would be now
 */
async function existing(folder: string, identity: string, plan: Plan, read: () => Promise<string>) {
  const text = await readFile(path.join(folder, "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.identity === identity) {
    await checkInput(folder, plan, async () => (await read()) === manifest.input.fingerprint);
    // Left there by a build that was killed after its last word.
    await rm(workFolder(folder), { recursive: true, force: true });
    return manifest;
  }
  throw new UserError(
    `corpus ${folder}`,
    "it holds a corpus from another recipe, other sources or another release",
    "Choose another folder, or delete this one.",
  );
}

/** Whether the tasks that are finished would read the same again. */
async function finishedInputIsSame(folder: string, plan: Plan, { languages }: Recipe): Promise<boolean> {
  for (const task of await finishedTasks(folder))
    if ((await readReport(folder, task)).fingerprint !== (await taskFingerprint(plan.tasks[task]!, languages)))
      return false;
  return true;
}

/** Makes the folder this build's own; goes on where an earlier run of the same build stopped. */
async function claim(folder: string, identity: string): Promise<void> {
  const file = path.join(workFolder(folder), "identity");
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found === identity) return;
  const strangers = (await readdir(folder)).filter((name) => name !== ".work" && !name.startsWith(".lock"));
  if (found !== undefined || strangers.length > 0)
    throw new UserError(
      `corpus ${folder}`,
      found === undefined
        ? `the folder is not empty (${strangers[0]})`
        : "it holds the unfinished build of another corpus",
      "Choose another folder, or delete this one.",
    );
  await writeFileAtomically(file, identity);
}

async function runTasks(request: BuildRequest, plan: Plan, steps: readonly PreparedStep[]): Promise<void> {
  const { folder, recipe, keepRejects = false } = request;
  const finished = await finishedTasks(folder);
  const waiting = plan.tasks.map((_, task) => task).filter((task) => !finished.has(task));
  const threadCount = Math.max(1, Math.min(request.threads ?? os.availableParallelism(), waiting.length));
  if (waiting.length === 0) return;
  const gates = await openGates(steps, (gate, task) => (finished.has(task) ? readKeys(folder, task, gate) : undefined));
  const meter = new Meter(plan, finished, request.progress);
  const setup = { languages: recipe.languages, steps, folder: path.resolve(folder), keepRejects };
  const listener = {
    pass: (gate: number, task: number, keys: Uint32Array) => gates[gate]!.pass(task, keys),
    progress: (task: number, bytes: number) => meter.reading(task, bytes),
  };
  const threads = Array.from({ length: threadCount }, () => new Thread(setup, listener));
  const work = async (thread: Thread) => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const report = await thread.run(task, plan.tasks[task]!);
      await writeFileAtomically(reportFile(folder, task), JSON.stringify(report));
      meter.done(task);
    }
  };
  try {
    await Promise.all(threads.map(work));
    await Promise.all(threads.map((thread) => thread.close()));
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.terminate()));
    throw error;
  }
}

/** A gate for every step that drops what was there already. */
async function openGates(
  steps: readonly PreparedStep[],
  finished: (gate: number, task: number) => Promise<Uint32Array> | undefined,
): Promise<Gate[]> {
  const gates: Gate[] = [];
  for (const { step, options, prepared } of steps) {
    const member = await corpusSteps.get(step);
    if (member.isUnique !== true) continue;
    const { bands, words } = (await member.open(options, {
      interest: { libraries: new Set() },
      prepared,
    })) as UniquenessStep;
    const number = gates.length;
    gates.push(new Gate(bands, words, (task) => finished(number, task)));
  }
  return gates;
}

/** Tells how far a build is, in bytes of its input. */
class Meter {
  readonly #reading = new Map<number, number>();
  #done = 0;

  constructor(
    readonly plan: Plan,
    finished: ReadonlySet<number>,
    readonly progress: ProgressListener | undefined,
  ) {
    for (const task of finished) this.#done += this.#bytesOf(task);
    this.#tell();
  }

  reading(task: number, bytes: number): void {
    this.#reading.set(task, Math.min(bytes, this.#bytesOf(task)));
    this.#tell();
  }

  done(task: number): void {
    this.#reading.delete(task);
    this.#done += this.#bytesOf(task);
    this.#tell();
  }

  #bytesOf(task: number): number {
    return this.plan.tasks[task]!.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #tell(): void {
    const under = [...this.#reading.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.progress?.({ task: "corpus", done: this.#done + under, total: this.plan.bytes, unit: "bytes" });
  }
}

/** Writes the manifest, which makes the folder a corpus, and clears up. */
async function finish(folder: string, builder: ManifestBuilder, identity: string, plan: Plan): Promise<Manifest> {
  const removed = await open(path.join(workFolder(folder), "removed.jsonl"), "w");
  let lines = 0;
  for (const task of plan.tasks.keys()) {
    const report = await readReport(folder, task);
    builder.add(report);
    lines += report.removed.length;
    await removed.writeFile(report.removed.map((removal) => `${JSON.stringify(removal)}\n`).join(""));
  }
  await removed.sync();
  await removed.close();
  const list = path.join(folder, "removed.jsonl");
  if (lines > 0) await rename(path.join(workFolder(folder), "removed.jsonl"), list);
  const manifest = builder.build(identity, plan);
  await writeFileAtomically(path.join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(workFolder(folder), { recursive: true, force: true });
  return manifest;
}
