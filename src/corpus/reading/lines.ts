/** A line of a file, without its line feed. */
export interface Line {
  /** Where it starts, in bytes from the start of what was read. */
  readonly start: number;
  /** Good until the next line is asked for. Absent where the line is longer than the limit: nothing of it was kept. */
  readonly bytes?: Buffer;
}

/**
 * Cuts a stream, whose chunks are good until the next one is asked for, into lines, empty ones left out. Of a line longer than
 * `limit` bytes nothing is held in memory: it is named as soon as it is known to be too long, and the next one goes on.
 */
export async function* linesOf(stream: AsyncIterable<Buffer> | Iterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let start = 0;
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    for (let from = 0; from < chunk.length; ) {
      if (length === 0 && chunk[from] === 10) {
        start++;
        from++;
        continue;
      }
      const end = chunk.indexOf(10, from);
      const piece = chunk.subarray(from, end < 0 ? chunk.length : end);
      const wasTooLong = length > limit;
      length += piece.length;
      if (length > limit) {
        held = [];
        if (!wasTooLong) yield { start };
      } else if (piece.length > 0) held.push(end < 0 ? Buffer.from(piece) : piece);
      if (end < 0) break;
      if (length > 0 && length <= limit) yield { start, bytes: joined(held, length) };
      start += length + 1;
      held = [];
      length = 0;
      from = end + 1;
    }
  }
  if (length > 0 && length <= limit) yield { start, bytes: joined(held, length) };
}

function joined(pieces: readonly Buffer[], length: number): Buffer {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, length);
}
