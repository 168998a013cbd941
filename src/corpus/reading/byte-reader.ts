/** Reads lines and blocks of a known size from a stream of bytes, as they are asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /**
   * The bytes up to the next one of that value, without it; undefined at the end of the stream, where a line that nothing ends
   * is lost.
   *
   * @throws RangeError when there are more than `limit` of them
   */
  async until(value: number, limit: number): Promise<Buffer | undefined> {
    for (let searched = 0; ; ) {
      const end = this.#rest.indexOf(value, searched);
      if (end >= 0) return this.#cut(end, 1);
      if (this.#rest.length > limit) throw new RangeError(`a line has more than ${limit} bytes`);
      searched = this.#rest.length;
      if (!(await this.#more())) return undefined;
    }
  }

  /** What is there of the next `most` bytes, one at least; undefined at the end of the stream. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) if (!(await this.#more())) return undefined;
    return this.#cut(Math.min(most, this.#rest.length), 0);
  }

  /** Puts bytes back in front of what is to come. */
  unread(bytes: Buffer): void {
    this.#rest = Buffer.concat([bytes, this.#rest]);
  }

  /** The next `length` bytes; undefined when the stream ends before. */
  async take(length: number): Promise<Buffer | undefined> {
    while (this.#rest.length < length) if (!(await this.#more(length))) return undefined;
    return this.#cut(length, 0);
  }

  #cut(end: number, passedOver: number): Buffer {
    const part = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end + passedOver);
    return part;
  }

  /** Takes chunks in until there are `wanted` bytes, joined once; false when there are no more. */
  async #more(wanted = 0): Promise<boolean> {
    const chunks: Uint8Array[] = [this.#rest];
    let length = this.#rest.length;
    do {
      const next = await this.#chunks.next();
      if (next.done) break;
      chunks.push(next.value);
      length += next.value.length;
    } while (length < wanted);
    const grown = length > this.#rest.length;
    if (grown) this.#rest = Buffer.concat(chunks, length);
    return grown;
  }
}
