import { open, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { messageOf, UserError } from "./errors.ts";
import { makeFolder } from "./files.ts";
import type { ProgressListener } from "./progress.ts";

/** Seconds until a server must have answered; beyond it counts as unreachable and the next source is tried. */
const answerSeconds = 8;

/** Seconds without a byte after which a connection counts as dead. */
const stallSeconds = 30;

/** Attempts in a row that may bring no byte before the download is given up. */
const fruitlessAttempts = 4;

/** Codes of connections that were never made. */
const unreachable = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export interface DownloadRequest {
  readonly url: string;
  /** The file that is written. What it holds already is not fetched again, where the server can continue. */
  readonly file: string;
  /** Size of the whole file, where known. */
  readonly bytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the progress is called. */
  readonly task: string;
  readonly progress?: ProgressListener | undefined;
}

/**
 * One attempt ended early. Whether to try again: a plain no is final, a busy server and a broken connection are not, and a
 * server that never answered is only worth it where it did answer before.
 */
class Interrupted extends Error {
  constructor(
    message: string,
    readonly retry: "never" | "always" | "once reached",
  ) {
    super(message);
  }
}

/**
 * Downloads a URL into a file and goes on where the file ends (HTTP ranges). Broken connections are retried with growing
 * pauses as long as bytes arrive. A server that cannot be reached fails at once. Throws a UserError.
 */
export async function download(request: DownloadRequest): Promise<void> {
  await makeFolder(path.dirname(request.file));
  let fruitless = 0;
  let reached = false;
  while (true) {
    const before = await sizeOf(request.file);
    try {
      await attempt(request, before);
      return;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const progressed = (await sizeOf(request.file)) > before;
      reached ||= progressed || error.retry === "always";
      fruitless = progressed ? 0 : fruitless + 1;
      const again = error.retry === "always" || (error.retry === "once reached" && reached);
      if (!again || fruitless >= fruitlessAttempts)
        throw new UserError(request.url, `the download failed (${error.message})`);
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** fruitless));
    }
  }
}

async function attempt(request: DownloadRequest, have: number): Promise<void> {
  if (request.bytes !== undefined && have === request.bytes) return;
  const start = request.bytes !== undefined && have > request.bytes ? 0 : have;
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), answerSeconds * 1000);
  try {
    const headers = { ...request.headers, ...(start > 0 ? { range: `bytes=${start}-` } : {}) };
    const response = await fetch(request.url, { headers, signal: abort.signal });
    const from = await startOf(response, start, request.file);
    if (from === undefined) return;
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const total = request.bytes ?? (Number.isFinite(length) ? from + length : undefined);
    await truncateTo(request.file, from);
    const handle = await open(request.file, "a");
    let done = from;
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), stallSeconds * 1000);
        await handle.writeFile(chunk);
        done += chunk.length;
        request.progress?.({ task: request.task, done, unit: "bytes", ...(total === undefined ? {} : { total }) });
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (total !== undefined && done < total)
      throw new Interrupted(`the connection ended after ${done} of ${total} bytes`, "always");
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    if (abort.signal.aborted) throw new Interrupted("no answer in time", "once reached");
    throw new Interrupted(reasonOf(error), retryAfter(error));
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** Where the body of a response begins in the file; undefined when the file is complete already. */
async function startOf(response: Response, asked: number, file: string): Promise<number | undefined> {
  if (response.status === 206) {
    const from = Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? Number.NaN);
    if (from === asked) return from;
    throw new Interrupted("the server answered with another range than was asked for", "never");
  }
  if (response.status === 416 && asked > 0) {
    const total = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? Number.NaN);
    if (total === asked) return undefined;
    await truncateTo(file, 0);
    throw new Interrupted("the server has less than the partial file holds", "always");
  }
  if (response.ok) return 0;
  const busy = response.status === 429 || response.status >= 500;
  throw new Interrupted(
    `the server answered ${response.status} ${response.statusText}`.trim(),
    busy ? "always" : "never",
  );
}

async function truncateTo(file: string, size: number): Promise<void> {
  if ((await sizeOf(file)) > size) await truncate(file, size);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** A full disk stays full, and a server that was not found is seldom found a second later; the rest is the network. */
function retryAfter(error: unknown): Interrupted["retry"] {
  if (typeof (error as NodeJS.ErrnoException).syscall === "string") return "never";
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && unreachable.has(code) ? "once reached" : "always";
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? messageOf(cause) || String((cause as NodeJS.ErrnoException).code) : messageOf(error);
}
