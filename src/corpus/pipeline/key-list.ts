/** Keys of documents, one after the other, in a typed array that grows. */
export class KeyList {
  #keys = new Uint32Array(1 << 12);
  #length = 0;

  /** @param size numbers of one document */
  constructor(readonly size: number) {}

  /** Makes room for one more document and has it filled in. */
  add(fill: (into: Uint32Array, offset: number) => void): void {
    if (this.#length + this.size > this.#keys.length) {
      const larger = new Uint32Array(Math.max(this.#keys.length * 2, this.#length + this.size));
      larger.set(this.#keys);
      this.#keys = larger;
    }
    fill(this.#keys, this.#length);
    this.#length += this.size;
  }

  /** All of them, in an array of their own. */
  all(): Uint32Array<ArrayBuffer> {
    return this.#keys.slice(0, this.#length);
  }

  /** Those of the documents that stay. */
  kept(keep: Uint8Array): Uint32Array<ArrayBuffer> {
    const kept = new KeyList(this.size);
    for (const [index, stays] of keep.entries())
      if (stays === 1)
        kept.add((into, offset) => into.set(this.#keys.subarray(index * this.size, (index + 1) * this.size), offset));
    return kept.all();
  }
}
