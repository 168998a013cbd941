import { mix, wordHashes } from "../code/words.ts";

/** MinHash signatures over shingles of words, folded into one 64-bit key a band. */
export class MinHash {
  readonly #multipliers: Int32Array;
  readonly #addends: Int32Array;
  readonly #signature: Uint32Array;

  /**
   * @param bands keys of a text
   * @param rows hash functions that a key folds together
   * @param shingle words of a shingle; a text with fewer is one shingle
   */
  constructor(
    readonly bands: number,
    readonly rows: number,
    readonly shingle: number,
  ) {
    const functions = bands * rows;
    this.#signature = new Uint32Array(functions);
    // Odd multipliers make each function a permutation of the 32-bit numbers.
    this.#multipliers = Int32Array.from({ length: functions }, (_, index) => mix(index * 2 + 1) | 1);
    this.#addends = Int32Array.from({ length: functions }, (_, index) => mix(index * 2 + 2));
  }

  /** The smallest value of every hash function over the text's shingles; the next call overwrites it. */
  signature(text: string): Uint32Array {
    const words = wordHashes(text);
    const signature = this.#signature.fill(0xffffffff);
    const seen = new Set<number>();
    const last = Math.max(0, words.length - this.shingle);
    for (let start = 0; start <= last; start++) {
      let hash = 0;
      const end = Math.min(start + this.shingle, words.length);
      for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + words[index]!) | 0;
      hash = mix(hash);
      if (seen.has(hash)) continue;
      seen.add(hash);
      this.#lower(signature, hash);
    }
    return signature;
  }

  #lower(signature: Uint32Array, hash: number): void {
    for (let index = 0; index < signature.length; index++) {
      let value = (Math.imul(hash, this.#multipliers[index]!) + this.#addends[index]!) | 0;
      value = (value ^ (value >>> 15)) >>> 0;
      if (value < signature[index]!) signature[index] = value;
    }
  }

  /** Writes two words for every band at the offset. */
  bandKeys(text: string, into: Uint32Array, offset: number): void {
    const signature = this.signature(text);
    for (let band = 0; band < this.bands; band++) {
      let low = mix(band + 1);
      let high = mix(~band);
      for (let row = 0; row < this.rows; row++) {
        const value = signature[band * this.rows + row]!;
        low = mix(low ^ value);
        high = mix((Math.imul(high, 0x01000193) + value) | 0);
      }
      into[offset + band * 2] = low;
      into[offset + band * 2 + 1] = high;
    }
  }
}
