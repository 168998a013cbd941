import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The names of this machine's NVIDIA cards, separated by commas; undefined where there is none. */
export async function graphicsCard(): Promise<string | undefined> {
  return run("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"]).then(
    ({ stdout }) => stdout.trim().split("\n").join(", "),
    () => undefined,
  );
}
