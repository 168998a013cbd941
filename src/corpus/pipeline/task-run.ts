import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { CodeLanguage } from "../../code/language.ts";
import type { LanguageFinder } from "../../code/languages.ts";
import type { Document } from "../document.ts";
import { Draft, type SyntaxInterest } from "../draft.ts";
import { corpusSources } from "../open-source.ts";
import type { PathFilter } from "../source.ts";
import type { Drop, LocalStep, OpenStep, UniquenessStep } from "../step.ts";
import type { TextMemory } from "../text-memory.ts";
import type { TaskReport } from "./counts.ts";
import { KeyList } from "./key-list.ts";
import type { Task } from "./plan.ts";
import type { Columns, ParquetWriter, Row } from "./parquet-writer.ts";
import { ShardWriter } from "./shard-writer.ts";
import { Spool, type SpooledDraft } from "./spool.ts";
import { TaskCounts } from "./task-counts.ts";
import { keysFile, rejectsFolder, shardName, workFolder } from "./work-folder.ts";

/** What a thread has ready for all of its tasks. */
export interface TaskEnvironment {
  readonly folder: string;
  readonly keepRejects: boolean;
  readonly languages: readonly string[];
  readonly languageOf: LanguageFinder;
  readonly wants: PathFilter;
  readonly steps: readonly { readonly name: string; readonly step: OpenStep }[];
  readonly interest: SyntaxInterest;
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

/** Runs one task: reads its parts, takes the documents through the steps, and writes what is left. */
export class TaskRun {
  readonly #counts: TaskCounts;
  readonly #fingerprint = createHash("sha256");
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
    return this.#counts.report(this.#fingerprint.digest("hex"), writer.files);
  }

  async *#read(): AsyncGenerator<Draft> {
    const { wants, languages, interest, memory } = this.environment;
    for (const part of this.parts) {
      const source = await corpusSources.get(part.source);
      for await (const found of source.read(part, wants, memory.allocate)) {
        if (!("content" in found)) {
          this.#counts.skip(found);
          continue;
        }
        this.#counts.read(found);
        this.environment.progress(this.#counts.bytesRead);
        const language = this.#languageOf(found);
        if (language === undefined || !languages.includes(language.name)) {
          this.#counts.skip({ path: found.path, repo: found.repo, reason: "another language" });
          continue;
        }
        const draft = new Draft(found, language, interest);
        this.#fingerprint.update(`${found.repo}\0${found.path}\0`).update(draft.digest);
        yield draft;
      }
    }
  }

  /** The language of a text, which is decoded only where the path leaves a doubt. */
  #languageOf(document: Document): CodeLanguage | undefined {
    const language = this.environment.languageOf(document.path);
    return language?.shared === undefined ? language : this.environment.languageOf(document.path, document.content);
  }

  /** Takes drafts through steps that decide alone. */
  async *#apply(drafts: AsyncIterable<Draft>, steps: readonly number[]): AsyncGenerator<Draft> {
    for await (const draft of drafts) if (await this.#survives(draft, steps)) yield draft;
  }

  async #survives(draft: Draft, steps: readonly number[]): Promise<boolean> {
    for (const index of steps) {
      const drop = await (this.environment.steps[index]!.step as LocalStep).apply(draft);
      this.#counts.edit(index, draft.edits);
      if (drop === undefined) continue;
      await this.#drop(draft, index, drop);
      return false;
    }
    return true;
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
    const document = { bytes: Buffer.from(content), content, ...facts };
    const draft = new Draft(document, this.#languageOf(document)!, this.environment.interest);
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
