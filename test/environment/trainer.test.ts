import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainerCommand } from "../../src/environment/index.ts";
import { whyNoTrainer } from "../training/trainer-environment.ts";

const skip = await whyNoTrainer();

describe.skipIf(skip !== undefined)(`the trainer's command${skip === undefined ? "" : ` (${skip})`}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "trainer-command-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("imports nothing of the folder that a user stands in", async () => {
    await writeFile(path.join(folder, "json.py"), "raise SystemExit('the wrong json')\n");
    const { command, parameters, environment } = await trainerCommand("tokenizer", "no-such-config.json");
    const ended = await promisify(execFile)(command, parameters, { cwd: folder, env: environment }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    expect(ended.stdout).toContain("no-such-config.json");
    expect(ended.stderr).not.toContain("the wrong json");
  });
});
