import { setMaxListeners } from "node:events";

/** For a signal that all work under way listens to: Node.js warns of more than ten listeners unless told that they are meant. */
export function expectManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/** Bounds how much is under way at once: whoever wants to start more waits, and so slows down what feeds it. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(size: number) {
    this.#free = size;
  }

  /**
   * Starts the work when a slot is free; resolves when it has started. After a piece of work has failed, rejects with its
   * error and starts nothing more.
   */
  async start(work: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const running = this.#failure === undefined ? this.#guarded(work) : Promise.resolve();
    this.#running.add(running);
    void running.then(() => {
      this.#running.delete(running);
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    });
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when everything that was started has ended. Rejects with the first error. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}
