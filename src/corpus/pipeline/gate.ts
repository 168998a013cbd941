import { KeySet } from "./key-set.ts";

/**
 * Decides which documents are the first of their kind. Tasks pass in their order, whatever the order in which threads come to
 * it, so that the same documents stay with any number of threads. A task waits for earlier ones only, which are always under way.
 */
export class Gate {
  readonly #sets: readonly KeySet[];
  readonly #waiting = new Map<number, { keys: Uint32Array; resolve(keep: Uint8Array): void }>();
  #next = 0;
  #moving: Promise<void> = Promise.resolve();

  /**
   * @param bands keys of a document; @param words 32-bit words of a key
   * @param finished the keys that a finished task let in, or undefined where the task is not finished
   */
  constructor(
    readonly bands: number,
    readonly words: number,
    readonly finished: (task: number) => Promise<Uint32Array> | undefined,
  ) {
    this.#sets = Array.from({ length: bands }, () => new KeySet(words));
  }

  /** For every document of a task, in order, whether it stays (1) or not (0). */
  pass(task: number, keys: Uint32Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(task, { keys, resolve });
      this.#moving = this.#moving.then(() => this.#move());
      this.#moving.catch(reject);
    });
  }

  async #move(): Promise<void> {
    for (; ; this.#next++) {
      const waiting = this.#waiting.get(this.#next);
      if (waiting !== undefined) {
        this.#waiting.delete(this.#next);
        waiting.resolve(this.#decide(waiting.keys));
        continue;
      }
      const earlier = this.finished(this.#next);
      if (earlier === undefined) return;
      this.#decide(await earlier);
    }
  }

  #decide(keys: Uint32Array): Uint8Array {
    const size = this.bands * this.words;
    const keep = new Uint8Array(keys.length / size);
    for (let index = 0; index < keep.length; index++) {
      const offset = index * size;
      if (this.#sets.some((set, band) => set.has(keys, offset + band * this.words))) continue;
      keep[index] = 1;
      for (const [band, set] of this.#sets.entries()) set.add(keys, offset + band * this.words);
    }
    return keep;
  }
}
