import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { withFileLock } from "../../common/file-lock.ts";
import { exists, makeFolder, writeFileAtomically } from "../../common/files.ts";
import type { ProgressListener } from "../../common/progress.ts";
import { columnNames } from "../reading/columns.ts";
import type { Recipe } from "../recipe.ts";
import type { UniquenessStep } from "../step.ts";
import { corpusSteps } from "../steps.ts";
import { checkPresence, checkShards, findManifest } from "./finished.ts";
import { Gate } from "./gate.ts";
import { type BuildIdentity, identityOf, otherCorpus, readIdentity, settingsOf } from "./identity.ts";
import { checkInput, taskFingerprint, wholeFingerprint } from "./input.ts";
import { type Manifest, ManifestBuilder } from "./manifest.ts";
import { makePlan, type Plan } from "./plan.ts";
import { Thread } from "./thread.ts";
import {
  finishedTasks,
  readKeys,
  readReport,
  rejectsFolder,
  reportFile,
  stampFile,
  workFolder,
} from "./work-folder.ts";

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
  const identity = identityOf(described, keepRejects, plan);
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
 * The finished corpus in the folder. Throws where it is another one, or damaged.
 * @param read what `input.fingerprint` would be now
 */
async function existing(folder: string, identity: BuildIdentity, plan: Plan, read: () => Promise<string>) {
  const manifest = await findManifest(folder);
  if (manifest === undefined) return undefined;
  if (manifest.identity !== identity.hash) {
    const settings = settingsOf(manifest, await exists(rejectsFolder(folder)));
    throw otherCorpus(folder, "it holds another corpus", settings, identity);
  }
  await checkShards(folder, manifest);
  await checkInput(folder, plan, async () => (await read()) === manifest.input.fingerprint);
  // Left there by a build that was killed after its last word.
  await rm(workFolder(folder), { recursive: true, force: true });
  return manifest;
}

/** Whether the tasks that are finished would read the same again. */
async function finishedInputIsSame(folder: string, plan: Plan, { languages }: Recipe): Promise<boolean> {
  for (const task of await finishedTasks(folder))
    if ((await readReport(folder, task)).fingerprint !== (await taskFingerprint(plan.tasks[task]!, languages)))
      return false;
  return true;
}

/** Makes the folder this build's own; goes on where an earlier run of the same build stopped. */
async function claim(folder: string, identity: BuildIdentity): Promise<void> {
  const file = path.join(workFolder(folder), "identity");
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found !== undefined) {
    const theirs = readIdentity(found);
    if (theirs.hash === identity.hash) return;
    throw otherCorpus(folder, "it holds the unfinished build of another corpus", theirs.settings, identity);
  }
  const strangers = (await readdir(folder)).filter((name) => name !== ".work" && !name.startsWith(".lock"));
  if (strangers.length > 0)
    throw new UserError(
      `corpus ${folder}`,
      `the folder is not empty (${strangers[0]})`,
      "Choose another folder, or delete this one.",
    );
  await writeFileAtomically(file, JSON.stringify(identity));
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
async function finish(
  folder: string,
  builder: ManifestBuilder,
  identity: BuildIdentity,
  plan: Plan,
): Promise<Manifest> {
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
  const manifest = builder.build(identity.hash, plan);
  if (builder.documentsTaken === 0) throw await nothingTaken(folder, manifest);
  await checkPresence(folder, manifest);
  const list = path.join(folder, "removed.jsonl");
  if (lines > 0) await rename(path.join(workFolder(folder), "removed.jsonl"), list);
  await writeFileAtomically(path.join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(workFolder(folder), { recursive: true, force: true });
  return manifest;
}

/** What to do where nothing was read, by what was met instead. */
const remedies: Readonly<Record<string, string>> = {
  "no path and no language": `Name the column of the paths ${columnNames.path[0]}, or that of the languages ${columnNames.language[0]}, or take a recipe with one language.`,
  "archive or data set": "Archives and data sets among other files are read where they are named themselves.",
  "folder of installed packages": "A folder of installed packages is read where it is named itself.",
  "symbolic link": "Links are not followed: name what they lead to, or a copy (cp -rL).",
};

/** The error for sources of which nothing came to a step. The folder is left as it was before. */
async function nothingTaken(folder: string, { recipe, input }: Manifest): Promise<UserError> {
  await Promise.all(
    [workFolder(folder), rejectsFolder(folder), stampFile(folder)].map((place) =>
      rm(place, { recursive: true, force: true }),
    ),
  );
  const reasons = Object.entries(input.skipped).map(([reason, count]) => `${count} ${reason}`);
  return new UserError(
    `corpus recipe ${recipe.name}`,
    `nothing that was read became a document of ${recipe.languages.join(", ")} (${reasons.join(", ") || "no rows"})`,
    Object.entries(remedies).find(([reason]) => reason in input.skipped)?.[1] ??
      "Name another source, or another recipe.",
  );
}
