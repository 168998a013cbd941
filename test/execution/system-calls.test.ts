import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { findLauncher, sandboxFolder } from "../../src/execution/isolation/launcher.ts";

const script = fileURLToPath(new URL("system_calls_headers.py", import.meta.url));
/** What arm64 uses, and x86-64's own where this machine has it. */
const generic = "/usr/include/asm-generic/unistd.h";
const x86 = ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"].filter(existsSync);

it.skipIf(!existsSync(generic))("knows system calls by the numbers of the kernel's headers (needs them)", async () => {
  const { python } = await findLauncher();
  const found = execFileSync(python.executable, [script, sandboxFolder, generic, ...x86.slice(0, 1)], {
    encoding: "utf8",
  });
  const { calls, differences } = JSON.parse(found) as { calls: number; differences: unknown[] };
  expect(calls).toBeGreaterThan(150);
  expect(differences).toEqual([]);
});
