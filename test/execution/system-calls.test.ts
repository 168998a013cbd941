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

/** Maps a page in each way and says which ways there are, before and after the filter for programs of their own. */
const mapping = `
import json, mmap, sys
sys.path.insert(0, sys.argv[1])
import seccomp
ways = {"private": mmap.MAP_PRIVATE, "shared": mmap.MAP_SHARED, "growing": mmap.MAP_PRIVATE | 0x100, "validated": 0x03}
def possible():
    found = []
    for way, flags in ways.items():
        try: mmap.mmap(-1, 4096, flags | mmap.MAP_ANONYMOUS).close(); found.append(way)
        except OSError: pass
    return found
before = possible()
seccomp.restrict_worker()
seccomp.restrict_zygote(needed=("execve",), private_memory_only=True)
print(json.dumps([before, possible()]))
`;

it.skipIf(process.platform !== "linux")("refuses memory that no limit of a JavaScript program counts", async () => {
  const { python } = await findLauncher();
  const found = execFileSync(python.executable, ["-I", "-B", "-c", mapping, sandboxFolder], { encoding: "utf8" });
  const [before, after] = JSON.parse(found) as [string[], string[]];
  expect(before).toEqual(expect.arrayContaining(["private", "shared", "growing"]));
  expect(after).toEqual(["private"]);
});

/** Says by which ways a file can be made empty where nothing but the filter guards it. */
const truncating = `
import json, os, sys, tempfile
sys.path.insert(0, sys.argv[1])
import seccomp
names = [tempfile.mkstemp()[1] for _ in range(5)]
for name in names: open(name, "w").write("full")
seccomp.restrict_worker(no_truncation=True)
possible = []
def attempt(way, truncate):
    try: truncate(names[len(possible)]); possible.append(way)
    except OSError: pass
attempt("by its path", lambda name: os.truncate(name, 0))
attempt("opened for reading", lambda name: os.open(name, os.O_RDONLY | os.O_TRUNC))
attempt("opened for nothing", lambda name: os.open(name, 3 | os.O_TRUNC))
attempt("opened for writing", lambda name: open(name, "w"))
attempt("by a descriptor", lambda name: os.truncate(os.open(name, os.O_RDWR), 0))
print(json.dumps([possible, [os.path.getsize(name) for name in names]]))
for name in names: os.remove(name)
`;

it.skipIf(process.platform !== "linux")(
  "truncates files by descriptors only where a kernel's Landlock is old",
  async () => {
    const { python } = await findLauncher();
    const found = execFileSync(python.executable, ["-I", "-B", "-c", truncating, sandboxFolder], { encoding: "utf8" });
    const [possible, sizes] = JSON.parse(found) as [string[], number[]];
    expect(possible).toEqual(["opened for writing", "by a descriptor"]);
    expect(sizes).toEqual([0, 0, 4, 4, 4]);
  },
);
