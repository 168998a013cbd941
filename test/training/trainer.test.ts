import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { trainerInterpreter } from "../../src/environment/index.ts";
import { whyNoTrainer } from "./trainer-environment.ts";

const python = await trainerInterpreter();
const missing = await whyNoTrainer();
const run = promisify(execFile);
const folder = fileURLToPath(new URL("trainer", import.meta.url));
const trainer = fileURLToPath(new URL("../../python/trainer", import.meta.url));
const modules = readdirSync(folder).filter((name) => /^test_.*\.py$/.test(name));

describe(`the Python trainer${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  it.skipIf(python === undefined)(
    "passes its own tests",
    async () => {
      // One process for all of them: importing PyTorch takes longer than most tests.
      const { stderr } = await run(
        python!,
        ["-W", "ignore", "-m", "unittest", ...modules.map((name) => path.basename(name, ".py"))],
        {
          cwd: folder,
          env: { ...process.env, PYTHONPATH: `${trainer}${path.delimiter}${folder}`, OMP_NUM_THREADS: "1" },
          maxBuffer: 2 ** 26,
        },
      ).catch((error: { stderr?: string; message: string }) => {
        throw new Error(error.stderr ?? error.message);
      });
      expect(Number(/Ran (\d+) tests/.exec(stderr)?.[1])).toBeGreaterThan(30);
    },
    300_000,
  );
});
