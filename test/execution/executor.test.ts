import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type Executor, openExecutor } from "../../src/execution/executor.ts";
import { detectTier } from "../../src/execution/isolation/ladder.ts";
import { defaultLimits, type Program } from "../../src/execution/program.ts";
import { openSandbox, workingTiers } from "./sandboxes.ts";

const right: Program = { language: "python", source: "def f():\n    return 1\n", test: "assert f() == 1" };
const opened: Executor[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((executor) => executor.close()));
});

async function open(executor: Promise<Executor>): Promise<Executor> {
  opened.push(await executor);
  return executor;
}

/** Descendants of a process, by the process table. */
function descendants(root: number): number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([root]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [pid = 0, parent = 0] of pairs) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

/** 0 where the process has ended meanwhile. */
function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function scratchFolders(pid: number): string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith(`apprentice-${pid}-`));
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen within 10 s: ${what}`);
}

describe("the executor", () => {
  it("refuses to run without isolation unless asked to", async () => {
    await expect(openExecutor({ tier: "none" })).rejects.toMatchObject({
      message: 'isolation "none": hostile programs would run with your rights. Ask for it with --unsafe.',
    });
    const executor = await open(openExecutor({ tier: "none", unsafe: true, workers: 1 }));
    expect(await executor.execute(right, defaultLimits)).toMatchObject({ outcome: "passed", tier: "none" });
  });

  it("says why a rung does not work", async () => {
    if (process.platform !== "darwin") {
      expect(await detectTier("sandbox-exec")).toEqual({
        tier: "sandbox-exec",
        works: false,
        reason: "only macOS has it",
      });
      await expect(openExecutor({ tier: "sandbox-exec" })).rejects.toThrow(
        'isolation "sandbox-exec": it does not work here: only macOS has it. Choose another, or `auto`.',
      );
    }
  });

  it("rejects languages and toolchains that are not there", async () => {
    const executor = await open(openExecutor({ executables: { python: "/nowhere/python" } }));
    await expect(executor.execute({ ...right, language: "pyton" }, defaultLimits)).rejects.toThrow(
      'language "pyton": there is no such one. Did you mean python?',
    );
    await expect(executor.execute(right, defaultLimits)).rejects.toThrow("Python at /nowhere/python: Python 3.10");
  });

  it("executes identical programs once, and others separately", async () => {
    const executor = await open(openExecutor({ workers: 1 }));
    const random = { ...right, source: "import os\nvalue = os.urandom(8).hex()\n", test: "raise Exception(value)" };
    const verdicts = await Promise.all(
      [random, { ...random }, random].map((each) => executor.execute(each, defaultLimits)),
    );
    expect(new Set(verdicts.map(({ message }) => message)).size).toBe(1);
    const other = await executor.execute({ ...random, source: `${random.source}#` }, defaultLimits);
    const slower = await executor.execute(random, { ...defaultLimits, wallSeconds: 4 });
    expect(new Set([verdicts[0], other, slower].map((verdict) => verdict?.message)).size).toBe(3);
  });

  it("loses no job when a worker is killed from outside", async () => {
    const executor = await open(openExecutor({ workers: 1 }));
    await executor.execute(right, defaultLimits);
    const source = "import time\ndef f():\n    time.sleep(0.2)\n    return 1\n";
    const jobs = Array.from({ length: 6 }, (_, number) =>
      executor.execute({ ...right, source: source + "\n".repeat(number) }, defaultLimits),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const pid of descendants(process.pid)) if (isSandbox(pid)) process.kill(pid, "SIGKILL");
    expect((await Promise.all(jobs)).map(({ outcome }) => outcome)).toEqual(Array(6).fill("passed"));
  });
});

function isSandbox(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("python/sandbox/worker.py");
  } catch {
    return false;
  }
}

describe.runIf(process.platform === "linux").each(workingTiers)("isolation %s", (tier) => {
  it("keeps each worker to a core where there is one for every core, and leaves fewer workers alone", async () => {
    const cores = os.availableParallelism();
    const source = "import os, time\ncores = sorted(os.sched_getaffinity(0))\ntime.sleep(0.1)\n";
    const coresOf = async (workers: number) => {
      const executor = await open(openSandbox(tier, workers));
      const programs = Array.from({ length: 12 * workers }, (_, number) => ({
        ...right,
        source: source + "\n".repeat(number),
        test: "raise Exception(cores)",
      }));
      const verdicts = await Promise.all(programs.map((program) => executor.execute(program, defaultLimits)));
      await executor.close();
      return new Set(verdicts.map(({ message }) => message));
    };
    const all = JSON.parse([...(await coresOf(cores + 1))][0] as string) as number[];
    expect(await coresOf(cores)).toEqual(new Set(all.map((core) => `[${core}]`)));
  });

  // A container's processes are its engine's descendants, not ours.
  it.skipIf(tier === "container")("ends a candidate whose zygote was killed, and runs its program again", async () => {
    const executor = await open(openSandbox(tier));
    await executor.execute(right, defaultLimits);
    const sandboxed = () => descendants(process.pid).filter(isSandbox);
    const resting = sandboxed();
    const source = "import time\ntime.sleep(1)\ndef f():\n    return 1\n";
    const verdict = executor.execute({ ...right, source }, defaultLimits);
    let [candidate, zygote] = [0, 0];
    await until(() => {
      candidate = sandboxed().find((pid) => !resting.includes(pid)) ?? 0;
      zygote = parentOf(candidate);
      return resting.includes(zygote);
    }, "a candidate runs");
    process.kill(zygote, "SIGKILL");
    expect(await verdict).toMatchObject({ outcome: "passed" });
    await until(() => !isAlive(candidate), "the candidate is gone");
  });

  it("runs as an ordinary user in an empty folder of its own", async () => {
    const executor = await open(openSandbox(tier));
    const source = "import os\nuser, files = os.getuid(), os.listdir('.')\nopen('left-behind', 'w').close()\n";
    const test = "assert user != 0 and files == [], (user, files)";
    for (let round = 0; round < 3; round++) {
      const program = { ...right, source: source + "\n".repeat(round), test };
      expect(await executor.execute(program, defaultLimits)).toMatchObject({ outcome: "passed", tier });
    }
  });

  it("leaves no process and no file behind when it is closed", async () => {
    const executor = await openSandbox(tier);
    const source = "import os\nos.makedirs('a/b/c')\nos.chmod('a', 0)\ndef f():\n    return 1\n";
    await Promise.all([right, { ...right, source }].map((program) => executor.execute(program, defaultLimits)));
    const started = descendants(process.pid).filter(isSandbox);
    expect(started.length).toBeGreaterThan(0);
    await executor.close();
    await until(() => !started.some(isAlive), "every sandboxed process has ended");
    await until(() => scratchFolders(process.pid).length === 0, "every scratch folder is gone");
  });

  it("leaves no process and no file behind when its parent is killed", async () => {
    const script = fileURLToPath(new URL("killed-parent.ts", import.meta.url));
    const parent = spawn(process.execPath, ["--import", "tsx", script, tier], { stdio: ["ignore", "pipe", "inherit"] });
    await said(parent, "running");
    const started = descendants(parent.pid ?? 0).filter(isSandbox);
    expect(started.length).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await until(() => !started.some(isAlive), "every sandboxed process has ended");
    await until(() => scratchFolders(parent.pid ?? 0).length === 0, "every scratch folder is gone");
  });
});

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (text) => String(text).includes(word) && resolve());
    child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
}
