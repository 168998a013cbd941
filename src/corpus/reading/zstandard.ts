import { Decompress } from "fzstd";
import { ByteReader } from "./byte-reader.ts";

/** Bytes of history that a frame may ask for: 128 MiB, as the `zstd` program allows without being told otherwise. */
const largestWindow = 128 * 1024 * 1024;

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

/**
 * Unpacks Zstandard data (RFC 8878) frame by frame and block by block, so that what is in memory is one block and the
 * frame's window, whose size is checked before it is made. Bytes behind the last frame that start no frame end the data.
 *
 * @throws Error when the data are damaged or end within a frame
 */
export async function* unpackZstandard(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(packed);
  for (let first = true; ; first = false) {
    const magic = await reader.take(4);
    const number = magic?.readUInt32LE(0);
    if (magic !== undefined && number === frameMagic) yield* unpackFrame(reader, magic);
    else if (number !== undefined && (number & 0xfffffff0) >>> 0 === skippableMagic) await skipFrame(reader);
    else if (first) throw new Error("these are no Zstandard data");
    else return;
  }
}

async function skipFrame(reader: ByteReader): Promise<void> {
  let left = (await required(reader, 4)).readUInt32LE(0);
  for (; left > 0; left -= Math.min(left, 1 << 16)) await required(reader, Math.min(left, 1 << 16));
}

async function* unpackFrame(reader: ByteReader, magic: Buffer): AsyncGenerator<Buffer> {
  const descriptor = await required(reader, 1);
  const flags = descriptor[0]!;
  const isSingleSegment = (flags & 0x20) !== 0;
  const hasChecksum = (flags & 0x04) !== 0;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6]!;
  const rest = await required(reader, (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][flags & 3]! + contentSizeBytes);
  if (windowSize(rest, isSingleSegment, contentSizeBytes) > largestWindow)
    throw new Error(`a frame asks for a window of more than ${largestWindow} bytes`);

  const blocks: Buffer[] = [];
  const decompress = new Decompress((block) => blocks.push(Buffer.from(block)));
  let head = Buffer.concat([magic, descriptor, rest]);
  for (let last = false; !last; ) {
    const blockHeader = await required(reader, 3);
    const value = blockHeader.readUIntLE(0, 3);
    last = (value & 1) !== 0;
    // A block of one repeated byte holds that byte.
    const size = ((value >> 1) & 3) === 1 ? 1 : value >> 3;
    const checksum = last && hasChecksum ? 4 : 0;
    // In front of the first block stands the frame's head: the decompressor takes both in one piece.
    decompress.push(Buffer.concat([head, blockHeader, await required(reader, size + checksum)]), last);
    head = Buffer.alloc(0);
    yield* blocks.splice(0);
  }
}

/** Section 3.1.1.1.2: from the descriptor, or the content's size where the frame is one segment. */
function windowSize(rest: Buffer, isSingleSegment: boolean, contentSizeBytes: number): number {
  if (!isSingleSegment) {
    const base = 2 ** (10 + (rest[0]! >> 3));
    return base + (base / 8) * (rest[0]! & 7);
  }
  const field = rest.subarray(rest.length - contentSizeBytes);
  if (contentSizeBytes === 8) return Number(field.readBigUInt64LE(0));
  return field.readUIntLE(0, contentSizeBytes) + (contentSizeBytes === 2 ? 256 : 0);
}

async function required(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes === undefined) throw new Error("the data end within a frame");
  return bytes;
}
