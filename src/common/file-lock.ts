import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { makeFolder } from "./files.ts";

/** Milliseconds between signs of life that a holder leaves in its lock file. */
const heartbeat = 5_000;

/** A lock without a sign of life for this many milliseconds belongs to nobody any more. */
const staleAfter = 60_000;

/** A lock file that is still empty after this many milliseconds was left by a process that died while it wrote it. */
const emptyStaleAfter = 1_000;

/**
 * Runs some work while no other process runs work under the same lock file. A lock that a killed process left behind is
 * taken over.
 *
 * @param onWait called once when another process holds the lock; what it throws ends the waiting
 */
export async function withFileLock<Result>(
  file: string,
  work: () => Promise<Result>,
  onWait?: () => void,
): Promise<Result> {
  await makeFolder(path.dirname(file));
  let told = false;
  while (!(await acquire(file))) {
    if (await removeIfAbandoned(file)) continue;
    if (!told) onWait?.();
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(`${process.pid} ${os.hostname()}`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeIfAbandoned(file: string): Promise<boolean> {
  try {
    const [holder, { mtimeMs, ino }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const [processId, host] = holder.split(" ");
    const gone = host === os.hostname() && !isAlive(Number(processId));
    if (!gone && Date.now() - mtimeMs < (holder === "" ? emptyStaleAfter : staleAfter)) return false;
    // Renamed first: of two that find it abandoned at once, one would otherwise remove the other's fresh lock.
    const aside = `${file}.${process.pid}`;
    await rename(file, aside);
    const moved = await stat(aside);
    if (moved.ino === ino) await rm(aside, { force: true });
    else await rename(aside, file);
    return moved.ino === ino;
  } catch (error) {
    // Gone: somebody else removed it meanwhile.
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
