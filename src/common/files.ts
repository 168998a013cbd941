import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "./errors.ts";
import { fileSystemError } from "./system-errors.ts";

/** Makes a folder, and those above it, unless it is there. Others may make the same folders meanwhile. */
export async function makeFolder(folder: string): Promise<void> {
  // Not `recursive`: under /proc, where nothing can be made, Node.js would try for ever.
  await makeOneFolder(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    await makeFolder(path.dirname(folder));
    await makeOneFolder(folder);
  });
}

async function makeOneFolder(folder: string): Promise<void> {
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" || !(await isFolder(folder))) throw error;
  });
}

/**
 * Writes a file so that a crash leaves either the old content or the new one, never a part.
 * @throws UserError where a folder has that name
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(file, (handle) => handle.writeFile(content));
}

/**
 * Writes a file by steps, so that it appears whole or not at all: a temporary file beside it is written, synced and
 * renamed. Devices and pipes, which must not be replaced, are written to directly.
 * @throws UserError, before anything is written, where a folder has that name
 */
export async function replaceFile(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const present = await stat(file).catch(() => undefined);
  if (present?.isDirectory())
    throw new UserError(file, "this is a folder, where a file is to be written", "Name a file.");
  const isReplaceable = present === undefined || present.isFile();
  const target = isReplaceable ? `${file}.${process.pid}.partial` : file;
  await makeFolder(path.dirname(file));
  try {
    await writeAndClose(target, write);
    if (isReplaceable) await rename(target, file);
  } catch (error) {
    if (isReplaceable) await rm(target, { force: true }).catch(() => undefined);
    // A user knows nothing of the temporary file.
    const { path: refused = target } = error as NodeJS.ErrnoException;
    throw (refused === target ? fileSystemError(error, file) : undefined) ?? error;
  }
}

/**
 * Makes sure that a file which is going to be replaced is what it should be: absent, empty, or of the kind that its first
 * character tells.
 * @throws UserError that says so otherwise
 */
export async function requireReplaceable(file: string, first: string, kind: string, remedy: string): Promise<void> {
  const present = await stat(file).catch(() => undefined);
  if (present === undefined || !present.isFile() || present.size === 0) return;
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0).finally(() => handle.close());
  if (buffer.toString() !== first) throw new UserError(file, `it is there already, and is no ${kind}`, remedy);
}

async function writeAndClose(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, "w");
  try {
    await write(handle);
    if ((await handle.stat()).isFile()) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether there is a folder at that path. */
export async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether something exists at that path. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** SHA-256 of a text or of bytes, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file's content, in hexadecimal, read as a stream. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (error) {
    throw fileSystemError(error, file) ?? error;
  }
  return hash.digest("hex");
}
