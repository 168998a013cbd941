import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { TaskReport } from "./counts.ts";

/** Where a build keeps what it needs to go on after it was killed; gone once it is finished. */
export function workFolder(folder: string): string {
  return path.join(folder, ".work");
}

/** Says when the sources of a corpus were last written to; beside the manifest, which knows contents only. */
export function stampFile(folder: string): string {
  return path.join(folder, ".sources");
}

/** Where rejects are kept. */
export function rejectsFolder(folder: string): string {
  return path.join(folder, "rejects");
}

/** Name of a task's shard, without its ending. */
export function shardName(task: number): string {
  return `shard-${String(task).padStart(6, "0")}`;
}

/** The report of a finished task; it is written last. */
export function reportFile(folder: string, task: number): string {
  return path.join(workFolder(folder), `task-${task}.json`);
}

/** The keys of the documents that a task brought through a gate: 32-bit words in the machine's order. */
export function keysFile(folder: string, task: number, gate: number): string {
  return path.join(workFolder(folder), `task-${task}-gate-${gate}.keys`);
}

/** Reads a keys file. */
export async function readKeys(folder: string, task: number, gate: number): Promise<Uint32Array> {
  const bytes = await readFile(keysFile(folder, task, gate));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** The tasks that were finished before this build was started. */
export async function finishedTasks(folder: string): Promise<Set<number>> {
  const names = await readdir(workFolder(folder)).catch(() => []);
  return new Set(names.flatMap((name) => /^task-(\d+)\.json$/.exec(name)?.slice(1, 2).map(Number) ?? []));
}

/** Reads the report of a finished task. */
export async function readReport(folder: string, task: number): Promise<TaskReport> {
  return JSON.parse(await readFile(reportFile(folder, task), "utf8")) as TaskReport;
}
