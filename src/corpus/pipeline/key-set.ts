/** A set of keys of a few 32-bit words each, in one typed array: 1.7 to 3.3 times the bytes of its keys. */
export class KeySet {
  #table: Uint32Array;
  #capacity = 1 << 10;
  #size = 0;

  /** @param words 32-bit words of a key; keys are hashes: their first word is taken as random */
  constructor(readonly words: number) {
    this.#table = new Uint32Array(this.#capacity * words);
  }

  get size(): number {
    return this.#size;
  }

  has(keys: Uint32Array, offset: number): boolean {
    return this.#isKey(this.#slotOf(this.#table, keys, offset), keys, offset);
  }

  /** Whether the key was new. */
  add(keys: Uint32Array, offset: number): boolean {
    const slot = this.#slotOf(this.#table, keys, offset);
    if (this.#isKey(slot, keys, offset)) return false;
    this.#write(this.#table, slot, keys, offset);
    if (++this.#size > this.#capacity * 0.6) this.#grow();
    return true;
  }

  /** Where the key stands, or the free slot where it belongs. A free slot is all zeros; the zero key is kept as one. */
  #slotOf(table: Uint32Array, keys: Uint32Array, offset: number): number {
    const mask = this.#capacity - 1;
    let index = keys[offset]! & mask;
    while (!this.#isFree(table, index * this.words) && !this.#isKey(index * this.words, keys, offset, table))
      index = (index + 1) & mask;
    return index * this.words;
  }

  #isFree(table: Uint32Array, slot: number): boolean {
    for (let word = 0; word < this.words; word++) if (table[slot + word] !== 0) return false;
    return true;
  }

  #isKey(slot: number, keys: Uint32Array, offset: number, table: Uint32Array = this.#table): boolean {
    for (let word = 0; word < this.words; word++)
      if (table[slot + word] !== this.#word(keys, offset, word)) return false;
    return true;
  }

  #write(table: Uint32Array, slot: number, keys: Uint32Array, offset: number): void {
    for (let word = 0; word < this.words; word++) table[slot + word] = this.#word(keys, offset, word);
  }

  /** The last word is never zero, so that no key looks like a free slot; one bit of a hash is lost by it. */
  #word(keys: Uint32Array, offset: number, word: number): number {
    const value = keys[offset + word]!;
    return word === this.words - 1 ? (value | 1) >>> 0 : value;
  }

  #grow(): void {
    const old = this.#table;
    this.#capacity *= 2;
    this.#table = new Uint32Array(this.#capacity * this.words);
    for (let slot = 0; slot < old.length; slot += this.words) {
      if (this.#isFree(old, slot)) continue;
      this.#write(this.#table, this.#slotOf(this.#table, old, slot), old, slot);
    }
  }
}
