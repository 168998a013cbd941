import { once } from "node:events";
import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { ByteReader } from "./byte-reader.ts";

/** Packed bytes that are given to the decompressor at once: the most that deflate makes of them is 16 MiB. */
const pieceBytes = 16 * 1024;

/** Bytes of a name or a comment in a header at most. */
const longestName = 64 * 1024;

/**
 * Unpacks gzip data (RFC 1952) member by member. Bytes behind the last member that start no member end the data, and what came
 * before a damage is given out in full; Node's own stream fails and drops what it holds in both cases.
 *
 * @throws Error when the data are damaged or end within a member
 */
export async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(packed);
  for (let first = true; ; first = false) {
    const magic = await reader.take(2);
    if (magic?.[0] === 0x1f && magic[1] === 0x8b) {
      await skipHeader(reader);
      yield* inflateMember(reader);
    } else if (first) throw new Error("these are no gzip data");
    else return;
  }
}

/** Section 2.3: method, flags, time, system, then the parts that the flags announce. */
async function skipHeader(reader: ByteReader): Promise<void> {
  const fixed = await required(reader, 8);
  const flags = fixed[1]!;
  if (fixed[0] !== 8) throw new Error("a member is packed in an unknown way");
  if ((flags & 4) !== 0) await required(reader, (await required(reader, 2)).readUInt16LE(0));
  for (const named of [8, 16]) if ((flags & named) !== 0) await reader.until(0, longestName);
  if ((flags & 2) !== 0) await required(reader, 2);
}

async function* inflateMember(reader: ByteReader): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 128 * 1024 });
  try {
    let checksum = 0;
    for (let ended = false; !ended; ) {
      const piece = await reader.some(pieceBytes);
      if (piece === undefined) throw new Error("the data end within a member");
      const before = inflate.bytesWritten;
      const result = await inflatePiece(inflate, piece);
      ended = result.ended;
      if (ended) reader.unread(piece.subarray(inflate.bytesWritten - before));
      for (const chunk of result.chunks) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    }
    const trailer = await required(reader, 8);
    if (trailer.readUInt32LE(0) !== checksum) throw new Error("a member's checksum is wrong");
  } finally {
    inflate.destroy();
  }
}

/** What one piece unpacks to, and whether the member ended within it. */
async function inflatePiece(inflate: InflateRaw, piece: Buffer): Promise<{ chunks: Buffer[]; ended: boolean }> {
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer) => chunks.push(chunk);
  const abort = new AbortController();
  inflate.on("data", take);
  try {
    const ended = once(inflate, "end", { signal: abort.signal }).then(() => true);
    ended.catch(() => undefined);
    const written = new Promise<boolean>((resolve, reject) => {
      inflate.write(piece, (error) => (error ? reject(error) : resolve(false)));
    });
    // All that was unpacked has been handed out when the write is done, but for the "end" that may follow on its heels.
    const first = await Promise.race([written, ended]);
    return { chunks, ended: first || inflate.readableEnded };
  } finally {
    abort.abort();
    inflate.off("data", take);
  }
}

async function required(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes === undefined) throw new Error("the data end within a member");
  return bytes;
}
