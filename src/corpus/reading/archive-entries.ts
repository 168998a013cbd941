import { type FileHandle, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, inflateRawSync } from "node:zlib";
import { extract } from "tar-stream";
import yauzl from "yauzl";
import { largestDocument } from "./reasons.ts";
import { checkRatio, unpacked } from "./unpacking.ts";

/** Something in an archive. Its content can be had until the next entry is asked for. */
export interface ArchiveEntry {
  /** As the archive has it; it may try to lead outside. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other" | "encrypted";
  /** As the archive says it. */
  readonly bytes: number;
  /** The content, of at most `largestDocument` bytes. Throws when it is damaged. */
  read(): Promise<Buffer>;
}

/**
 * The entries of a zip or tar archive (gzipped or not) in the archive's order, unpacked in memory one by one.
 *
 * @throws when the archive is damaged, truncated, or unpacks to far more than its size, after what could be read
 */
export function archiveEntries(file: string): AsyncIterable<ArchiveEntry> {
  return /\.(whl|zip)$/i.test(file) ? zipEntries(file) : tarEntries(file);
}

async function* tarEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const extraction = extract();
  const raw = Readable.from(unpacked(file), { objectMode: false });
  raw.on("error", (error) => extraction.destroy(error));
  raw.pipe(extraction);
  try {
    for await (const entry of extraction) {
      const { name, type, size = 0 } = entry.header;
      yield { path: withoutDot(name), kind: tarKind(type), bytes: size, read: () => contentOf(entry) };
      entry.resume();
    }
  } finally {
    raw.destroy();
    extraction.destroy();
  }
}

function tarKind(type: string | null | undefined): ArchiveEntry["kind"] {
  if (type === "file" || type === "contiguous-file") return "file";
  if (type === "directory") return "folder";
  return type === "symlink" || type === "link" ? "link" : "other";
}

async function* zipEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const { size } = await stat(file);
  const archive = await openZip(file);
  const handle = await open(file);
  let total = 0;
  try {
    for await (const entry of archive.eachEntry()) {
      const read = async () => {
        const content = await zipContent(archive, handle, entry);
        total += content.length;
        checkRatio(size, total);
        return content;
      };
      const name = (entry.fileName as unknown as Buffer).toString("utf8");
      yield { path: withoutDot(name), kind: zipKind(entry, name), bytes: entry.uncompressedSize, read };
    }
  } finally {
    await handle.close();
    archive.close();
  }
}

/**
 * An entry's content, unpacked in one piece: a stream a file would cost many times as much, and the size is bounded before and
 * checked while unpacking.
 */
async function zipContent(archive: yauzl.ZipFile, handle: FileHandle, entry: yauzl.Entry): Promise<Buffer> {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (Math.max(compressedSize, uncompressedSize) > largestDocument) throw new RangeError("an entry is too large");
  const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(compressedSize), 0, compressedSize, fileDataStart);
  if (bytesRead < compressedSize || ![0, 8].includes(compressionMethod)) throw new Error("an entry cannot be read");
  const limit = { maxOutputLength: Math.max(1, uncompressedSize) };
  const content = compressionMethod === 0 || compressedSize === 0 ? buffer : inflateRawSync(buffer, limit);
  if (content.length !== uncompressedSize || crc32(content) !== entry.crc32) throw new Error("an entry is damaged");
  return content;
}

/** Names come as bytes: decoded, one name that leads outside would end the whole archive. */
function openZip(file: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    yauzl.open(file, options, (error, archive) => (error ? reject(error) : resolve(archive)));
  });
}

function zipKind(entry: yauzl.Entry, name: string): ArchiveEntry["kind"] {
  if (name.endsWith("/")) return "folder";
  if (entry.isEncrypted()) return "encrypted";
  // The upper half holds the mode where the archive was made on a Unix system (APPNOTE 4.4.15, Info-ZIP's convention).
  const fileType = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (fileType === 0o120000) return "link";
  return fileType === 0 || fileType === 0o100000 ? "file" : "other";
}

async function contentOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > largestDocument) throw new RangeError("an entry is larger than the archive says");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function withoutDot(name: string): string {
  return name.replace(/^(\.\/)+/, "");
}
