import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { enclose } from "../../../src/execution/isolation/enclosure.ts";
import { findLauncher } from "../../../src/execution/isolation/launcher.ts";

const files = 2000;

/** Fills its folder and ends; the supervisor then is busy removing it. */
const fill = `import os\nfor number in range(${files}): open(str(number), "w").close()`;

it("a supervisor that is told to end while it cleans up still cleans up", async () => {
  const launcher = await findLauncher();
  const { executable } = launcher.python;
  const enclosed = { command: [executable, "-c", fill], environment: {}, readableFolders: [] } as const;
  const enclosure = enclose("none", enclosed, launcher);
  const scratch = enclosure.scratch ?? "";
  const supervisor = spawn(enclosure.executable, enclosure.arguments, { env: enclosure.environment, stdio: "inherit" });
  const ended = once(supervisor, "exit");
  await shrinks(scratch);
  supervisor.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(existsSync(scratch)).toBe(false);
});

/** Resolves when the folder has been full and holds fewer files than that. */
async function shrinks(folder: string): Promise<void> {
  for (let most = 0; ; ) {
    const found = existsSync(folder) ? readdirSync(folder).length : 0;
    if (most > files / 2 && found < most) return;
    most = Math.max(most, found);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
