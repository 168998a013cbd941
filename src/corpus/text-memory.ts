/** Gives room for texts. */
export type Allocate = (length: number) => Buffer;

const blockBytes = 4 * 1024 * 1024;

/**
 * Memory for the texts of one task, in blocks that the next task uses again. Texts that lie in memory of their own cost as much to come by and
 * to be rid of as it takes to read them.
 */
export class TextMemory {
  readonly #blocks: Buffer[] = [];
  #block = 0;
  #used = 0;

  /** @param mostBlocks beyond them texts get memory of their own */
  constructor(readonly mostBlocks = 12) {}

  readonly allocate: Allocate = (length) => {
    if (length > blockBytes) return Buffer.allocUnsafeSlow(length);
    if (this.#used + length > blockBytes) {
      this.#block++;
      this.#used = 0;
    }
    if (this.#block === this.mostBlocks) {
      this.#block--;
      this.#used = blockBytes;
      return Buffer.allocUnsafeSlow(length);
    }
    this.#blocks[this.#block] ??= Buffer.allocUnsafeSlow(blockBytes);
    const start = this.#used;
    this.#used += length;
    return this.#blocks[this.#block]!.subarray(start, this.#used);
  };

  /** Takes all room back. Nobody may use texts that lie there any more. */
  reuse(): void {
    this.#block = 0;
    this.#used = 0;
  }
}
