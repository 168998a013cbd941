import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { Draft } from "../draft.ts";

/** Bytes of text that are held in memory. */
const memoryLimit = 48_000_000;

/** A draft in a form that can lie in a file. */
export interface SpooledDraft {
  readonly content: string;
  readonly path: string;
  readonly repo: string;
  readonly license: string | null;
  readonly stars: number | null;
  readonly weight: number;
}

/** Drafts of one task that wait for a gate: in memory, and in a file beyond a limit. */
export class Spool {
  readonly #drafts: Draft[] = [];
  #held = 0;
  #stream: WriteStream | undefined;

  /** @param file where drafts go for which memory has no room; @param revive makes a draft of what was read back */
  constructor(
    readonly file: string,
    readonly revive: (spooled: SpooledDraft) => Draft,
    readonly limit: number = memoryLimit,
  ) {}

  async add(draft: Draft): Promise<void> {
    const { length } = draft.bytes;
    if (this.#held + length <= this.limit && this.#stream === undefined) {
      this.#held += length;
      this.#drafts.push(draft.rest());
      return;
    }
    this.#stream ??= createWriteStream(this.file);
    const { content, path, repo, license, stars, weight } = draft;
    const line = JSON.stringify({ content, path, repo, license, stars, weight } satisfies SpooledDraft);
    if (!this.#stream.write(`${line}\n`)) await once(this.#stream, "drain");
  }

  /** All drafts in the order in which they came. Each is given once: memory and file are freed on the way. */
  async *take(): AsyncGenerator<Draft> {
    for (let index = 0; index < this.#drafts.length; index++) {
      const draft = this.#drafts[index]!;
      delete this.#drafts[index];
      yield draft;
    }
    this.#drafts.length = 0;
    if (this.#stream === undefined) return;
    this.#stream.end();
    await finished(this.#stream);
    for await (const line of createInterface({
      input: createReadStream(this.file),
      crlfDelay: Number.POSITIVE_INFINITY,
    }))
      yield this.revive(JSON.parse(line) as SpooledDraft);
    await rm(this.file, { force: true });
  }
}
