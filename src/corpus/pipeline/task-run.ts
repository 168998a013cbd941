import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Draft } from "../draft.ts";
import { corpusSources } from "../open-source.ts";
import type { PathFilter } from "../source.ts";
import type { Drop, LocalStep, OpenStep, UniquenessStep } from "../step.ts";
import type { TextMemory } from "../text-memory.ts";
import type { TaskReport } from "./counts.ts";
import type { DraftMaker } from "./draft-maker.ts";
import { InputFingerprint } from "./input.ts";
import { KeyList } from "./key-list.ts";
import type { Columns, ParquetWriter, Row } from "./parquet-writer.ts";
import type { Task } from "./plan.ts";
import { ShardWriter } from "./shard-writer.ts";
import { Spool, type SpooledDraft } from "./spool.ts";
import { TaskCounts } from "./task-counts.ts";
import { keysFile, rejectsFolder, shardName, workFolder } from "./work-folder.ts";

/** What a thread has ready for all of its tasks. */
export interface TaskEnvironment {
  readonly folder: string;
  readonly keepRejects: boolean;
  readonly maker: DraftMaker;
  readonly wants: PathFilter;
  readonly steps: readonly { readonly name: string; readonly step: OpenStep }[];
  readonly parquet: ParquetWriter;
  /** Free when a task begins. */
  readonly memory: TextMemory;
  /** Asks a gate which documents stay. */
  ask(gate: number, keys: Uint32Array<ArrayBuffer>): Promise<Uint8Array>;
  progress(bytes: number): void;
}

const kept: Columns = {
  content: "content",
  path: "path",
  repo: "repo",
  license: "nullif(license, '')",
  stars: "TRY_CAST(stars AS INTEGER)",
  language: "language",
  weight: "weight::DOUBLE",
};

const rejected: Columns = { content: "content", path: "path", repo: "repo", step: "step", reason: "reason" };

/** Drafts that steps decide on at once. */
const lookahead = 16;

/** The step that drops a draft, and why; no step where all keep it. */
interface Judgement {
  readonly step: number;
  readonly drop: Drop | undefined;
}

/** Runs one task: reads its parts, takes the documents through the steps, and writes what is left. */
export class TaskRun {
  readonly #counts: TaskCounts;
  readonly #fingerprint = new InputFingerprint();
  readonly #rejects: ShardWriter | undefined;
  #gates = 0;

  constructor(
    readonly environment: TaskEnvironment,
    readonly task: number,
    readonly parts: Task,
  ) {
    this.#counts = new TaskCounts(environment.steps.map(({ name }) => name));
    const { folder, keepRejects, parquet } = environment;
    if (keepRejects)
      this.#rejects = new ShardWriter(parquet, path.join(rejectsFolder(folder), shardName(task)), rejected);
  }

  async run(): Promise<TaskReport> {
    const { folder, parquet, steps, memory } = this.environment;
    memory.reuse();
    const writer = new ShardWriter(parquet, path.join(folder, shardName(this.task)), kept);
    let drafts: AsyncIterable<Draft> = this.#read();
    let local: number[] = [];
    for (const [index, { step }] of steps.entries()) {
      if (isLocal(step)) local.push(index);
      else {
        drafts = await this.#passGate(this.#apply(drafts, local), index, step);
        local = [];
      }
    }
    for await (const draft of this.#apply(drafts, local)) {
      this.#counts.keep(draft);
      await writer.add(keptRow(draft));
    }
    await writer.flush();
    await this.#rejects?.flush();
    return this.#counts.report(this.#fingerprint.digest(), writer.files);
  }

  async *#read(): AsyncGenerator<Draft> {
    const { wants, maker, memory } = this.environment;
    for (const part of this.parts) {
      const source = await corpusSources.get(part.source);
      for await (const found of source.read(part, wants, memory.allocate)) {
        if (!("content" in found)) {
          this.#counts.skip(found);
          continue;
        }
        this.#counts.read(found);
        this.environment.progress(this.#counts.bytesRead);
        const draft = maker.draftOf(found);
        if (!(draft instanceof Draft)) {
          this.#counts.skip(draft);
          continue;
        }
        this.#fingerprint.add(draft);
        yield draft;
      }
    }
  }

  /**
   * Takes drafts through steps that decide alone. A few are under way at once, so that a step that asks another process has it busy; they
   * leave in the order in which they came.
   */
  async *#apply(drafts: AsyncIterable<Draft>, steps: readonly number[]): AsyncGenerator<Draft> {
    const underWay: { readonly draft: Draft; readonly judgement: Promise<Judgement> }[] = [];
    const first = async (): Promise<Draft | undefined> => {
      const { draft, judgement } = underWay.shift()!;
      const { step, drop } = await judgement;
      if (drop === undefined) return draft;
      await this.#drop(draft, step, drop);
      return undefined;
    };
    for await (const draft of drafts) {
      const judgement = this.#judge(draft, steps);
      // Its failure is met when its turn comes.
      judgement.catch(() => {});
      underWay.push({ draft, judgement });
      const staying = underWay.length > lookahead ? await first() : undefined;
      if (staying !== undefined) yield staying;
    }
    while (underWay.length > 0) {
      const staying = await first();
      if (staying !== undefined) yield staying;
    }
  }

  async #judge(draft: Draft, steps: readonly number[]): Promise<Judgement> {
    for (const step of steps) {
      const drop = await (this.environment.steps[step]!.step as LocalStep).apply(draft);
      this.#counts.edit(step, draft.edits);
      if (drop !== undefined) return { step, drop };
    }
    return { step: -1, drop: undefined };
  }

  async #drop(draft: Draft, index: number, drop: Drop): Promise<void> {
    this.#counts.drop(index, draft, drop);
    const { bytes, path: file, repo } = draft;
    await this.#rejects?.add([bytes, file, repo, this.environment.steps[index]!.name, drop.reason]);
  }

  /** Computes keys of all drafts, waits for the gate, and gives those that stay. */
  async #passGate(drafts: AsyncIterable<Draft>, index: number, step: UniquenessStep): Promise<AsyncIterable<Draft>> {
    const { folder } = this.environment;
    const gate = this.#gates++;
    const keys = new KeyList(step.bands * step.words);
    const spool = new Spool(path.join(workFolder(folder), `spool-${this.task}-${gate}`), (row) => this.#revive(row));
    for await (const draft of drafts) {
      keys.add((into, offset) => step.keys(draft, into, offset));
      await spool.add(draft);
    }
    const keep = await this.environment.ask(gate, keys.all());
    await writeFile(keysFile(folder, this.task, gate), keys.kept(keep));
    return this.#staying(spool, keep, index, step.reason);
  }

  async *#staying(spool: Spool, keep: Uint8Array, index: number, reason: string): AsyncGenerator<Draft> {
    let at = 0;
    for await (const draft of spool.take()) {
      if (keep[at++] === 1) yield draft;
      else await this.#drop(draft, index, { reason });
    }
  }

  #revive({ weight, content, ...facts }: SpooledDraft): Draft {
    const draft = this.environment.maker.again({ bytes: Buffer.from(content), content, ...facts });
    draft.weight = weight;
    return draft;
  }
}

function isLocal(step: OpenStep): step is LocalStep {
  return "apply" in step;
}

/** A row of `kept`. */
function keptRow({ bytes, path: file, repo, license, stars, language, weight }: Draft): Row {
  return [bytes, file, repo, license ?? "", String(stars ?? ""), language.name, String(weight)];
}
