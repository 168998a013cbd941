import { createReadStream } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { withFileLock } from "../common/file-lock.ts";
import { exists, makeFolder, writeFileAtomically } from "../common/files.ts";
import { Journal, readJournal } from "../common/json-lines.ts";
import type { CompletionRecord, RunConfiguration, Summary, VerdictRecord } from "./records.ts";
import { configurationDifferences } from "./run-configuration.ts";
import { SampleLedger } from "./sample-ledger.ts";

/** Costs are added in millionths of a millionth of a dollar, so that their sum does not depend on the order. */
const costUnitsPerDollar = 1e12;

/** What the summary needs beyond the outcomes. */
export interface RunTotals {
  promptTokens: number;
  completionTokens: number;
  extractionChanged: number;
  costUnits: number | undefined;
}

/**
 * Opens a run folder, new or interrupted, for one piece of work. While it lasts no other process can write the run.
 *
 * @throws UserError when the folder holds another run, or another process is writing it
 */
export function withRun<Result>(
  folder: string,
  configuration: RunConfiguration,
  work: (store: RunStore) => Promise<Result>,
): Promise<Result> {
  const refuse = () => {
    throw new UserError(
      `run "${folder}"`,
      "another process is working on it",
      "Wait until it is done, or name another folder with --run.",
    );
  };
  const opened = async () => {
    const store = await RunStore.open(folder, configuration);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  return withFileLock(path.join(folder, "run.lock"), opened, refuse);
}

/** The files of one run. Journals are read as streams: memory does not grow with the number of samples. */
export class RunStore {
  readonly totals: RunTotals = { promptTokens: 0, completionTokens: 0, extractionChanged: 0, costUnits: undefined };

  private constructor(
    readonly folder: string,
    readonly configuration: RunConfiguration,
    readonly ledger: SampleLedger,
    private readonly completions: Journal<CompletionRecord>,
    private readonly verdicts: Journal<VerdictRecord>,
  ) {}

  static async open(folder: string, configuration: RunConfiguration): Promise<RunStore> {
    await claimFolder(folder, configuration);
    const { benchmark, sampling } = configuration;
    const ledger = new SampleLedger(benchmark.taskIds, sampling.temperatures, sampling.samples);
    const completions = await Journal.open<CompletionRecord>(completionsFile(folder));
    const verdicts = await reopenVerdicts(folder);
    const store = new RunStore(folder, configuration, ledger, completions, verdicts);
    for await (const record of readRecords<CompletionRecord>(completionsFile(folder))) store.#countCompletion(record);
    for await (const record of readRecords<VerdictRecord>(verdictsFile(folder))) store.#countVerdict(record);
    return store;
  }

  async addCompletion(record: CompletionRecord): Promise<void> {
    if (this.#countCompletion(record)) await this.completions.append(record);
  }

  async addVerdict(record: VerdictRecord): Promise<void> {
    if (this.#countVerdict(record)) await this.verdicts.append(record);
  }

  /** Completions that were stored before this call and have no verdict yet. */
  async *unjudged(): AsyncGenerator<CompletionRecord> {
    let left = this.ledger.generated - this.ledger.judged;
    if (left === 0) return;
    const seen = new SampleLedger(
      this.configuration.benchmark.taskIds,
      this.configuration.sampling.temperatures,
      this.configuration.sampling.samples,
    );
    for await (const record of readRecords<CompletionRecord>(completionsFile(this.folder))) {
      if (!seen.markGenerated(record) || this.ledger.outcomeOf(record) !== undefined) continue;
      yield record;
      left--;
      if (left === 0) return;
    }
  }

  async writeSummary(summary: Summary): Promise<void> {
    await writeFileAtomically(path.join(this.folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  }

  /** The sum of what the stored completions cost, in US dollars to the millionth; undefined where nothing has a price. */
  get cost(): number | undefined {
    const { costUnits } = this.totals;
    return costUnits === undefined ? undefined : Math.round((costUnits / costUnitsPerDollar) * 1e6) / 1e6;
  }

  async close(): Promise<void> {
    await this.completions.close();
    await this.verdicts.close();
  }

  #countCompletion(record: CompletionRecord): boolean {
    if (!this.ledger.markGenerated(record)) return false;
    this.totals.promptTokens += record.promptTokens;
    this.totals.completionTokens += record.completionTokens;
    if (record.cost !== undefined)
      this.totals.costUnits = (this.totals.costUnits ?? 0) + Math.round(record.cost * costUnitsPerDollar);
    return true;
  }

  #countVerdict(record: VerdictRecord): boolean {
    if (!this.ledger.markJudged(record, record.outcome)) return false;
    if (record.extractionChanged) this.totals.extractionChanged++;
    return true;
  }
}

export function completionsFile(folder: string): string {
  return path.join(folder, "completions.jsonl");
}

export function verdictsFile(folder: string): string {
  return path.join(folder, "verdicts.jsonl");
}

/** The records of a run's journal. Throws a UserError for a line that is none. */
export async function* readRecords<Entry extends object>(file: string): AsyncGenerator<Entry> {
  for await (const record of readJournal<Entry | null>(file)) {
    if (typeof record === "object" && record !== null) yield record;
    else throw new UserError(file, `there is a line that is no record: ${JSON.stringify(record)}`, "Remove the line.");
  }
}

/** `run.json` of a folder. Throws a UserError when there is none or it cannot be read. */
export async function readRunConfiguration(folder: string): Promise<RunConfiguration> {
  const file = path.join(folder, "run.json");
  try {
    const configuration: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof configuration !== "object" || configuration === null) throw new Error("no object");
    return configuration as RunConfiguration;
  } catch {
    throw new UserError(
      `run "${folder}"`,
      "it has no readable run.json",
      "Name a folder that `apprentice eval` wrote.",
    );
  }
}

/** Writes run.json into a new folder, or makes sure that the run which is there is this one. */
async function claimFolder(folder: string, configuration: RunConfiguration): Promise<void> {
  await makeFolder(folder);
  if (!(await exists(path.join(folder, "run.json")))) {
    await requireNewFolder(folder);
    await writeFileAtomically(path.join(folder, "run.json"), `${JSON.stringify(configuration, null, 2)}\n`);
    return;
  }
  const differences = configurationDifferences(await readRunConfiguration(folder), configuration);
  if (differences.length === 0) return;
  throw new UserError(
    `run "${folder}"`,
    `it holds a run with another configuration:\n  ${differences.join("\n  ")}\nNothing was changed.`,
    "Name another folder with --run, or give the command that started this one.",
  );
}

/** Refuses a folder in which something else lies than what a run leaves that was killed while it began. */
export async function requireNewFolder(folder: string): Promise<void> {
  const foreign = (await readdir(folder)).find((name) => !/^run\.(json|lock)/.test(name));
  if (foreign === undefined) return;
  throw new UserError(
    `run "${folder}"`,
    `the folder is no run and not empty: there is ${foreign} in it`,
    "Name a new or empty folder with --run.",
  );
}

/**
 * Opens the verdicts for more. Infrastructure errors of the interrupted run are taken out first: what failed then may work
 * now, and these samples deserve an honest verdict.
 */
async function reopenVerdicts(folder: string): Promise<Journal<VerdictRecord>> {
  const file = verdictsFile(folder);
  await (await Journal.open(file)).close();
  if (!(await contains(file, '"outcome":"infrastructure_error"'))) return Journal.open(file);
  const mended = `${file}.partial`;
  await rm(mended, { force: true });
  const kept = await Journal.open<VerdictRecord>(mended);
  for await (const record of readRecords<VerdictRecord>(file))
    if (record.outcome !== "infrastructure_error") await kept.append(record);
  await kept.close();
  await rename(mended, file);
  return Journal.open(file);
}

async function contains(file: string, text: string): Promise<boolean> {
  let tail = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    if ((tail + (chunk as string)).includes(text)) return true;
    tail = (chunk as string).slice(-text.length);
  }
  return false;
}
