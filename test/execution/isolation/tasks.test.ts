import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { type Enclosure, enclose, type Place } from "../../../src/execution/isolation/enclosure.ts";
import { findLauncher } from "../../../src/execution/isolation/launcher.ts";
import { member as python } from "../../../src/execution/languages/python.ts";
import { WorkerPool } from "../../../src/execution/worker-pool.ts";
import { workingTiers } from "../sandboxes.ts";

/** Takes many tasks, says so, and keeps them until its standard input ends. */
const take =
  "import sys, threading, time\nthreading.stack_size(65536)\nfor _ in range(400): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('taken', flush=True)\nsys.stdin.read()";

const job = { prelude: "", test: "assert one() == 1\n", call: "", mode: "split", memoryBytes: 2 ** 28 } as const;
const limits = { wallSeconds: 20, cpuSeconds: 20 };

/** A process of the user that the enclosed worker runs as. */
async function startTaker(executable: string, enclosure: Enclosure): Promise<ChildProcess> {
  const config = JSON.parse(enclosure.arguments.find((argument) => argument.startsWith("{")) ?? "{}");
  const user = config.user === undefined ? {} : { uid: config.user, gid: config.user };
  const taker = spawn(executable, ["-c", take], { stdio: ["pipe", "pipe", "inherit"], cwd: "/", ...user });
  if (taker.stdout !== null) await once(taker.stdout, "data");
  return taker;
}

it.runIf(workingTiers.includes("landlock"))(
  "what a user's other programs take does not keep workers from forking",
  async () => {
    const launcher = await findLauncher();
    const toolchain = await python.detect(launcher.python.executable);
    const { executable, arguments: rest, environment, readableFolders } = python.workerCommand(toolchain, "", []);
    const enclosures: Enclosure[] = [];
    const profile = {
      key: "python",
      enclose: (place: Place) => {
        const readable = [...toolchain.readableFolders, ...readableFolders];
        const enclosed = { command: [executable, ...rest] as const, environment, readableFolders: readable, place };
        const enclosure = enclose("landlock", enclosed, launcher);
        enclosures.push(enclosure);
        return enclosure;
      },
    };
    const pool = new WorkerPool(1);
    const run = (source: string) => pool.run(profile, { ...job, ...limits, source });
    expect(await run("def one(): return 1\n")).toMatchObject({ outcome: "passed" });
    const taker = await startTaker(executable, enclosures[0] as Enclosure);
    const ended = once(taker, "exit");
    try {
      const starts = "import threading\ndef one():\n    threading.Thread(target=print).start()\n    return 1\n";
      expect(await run(starts)).toMatchObject({ outcome: "passed" });
    } finally {
      taker.stdin?.end();
      await Promise.all([ended, pool.close()]);
    }
    // A worker that cannot fork is replaced, and the program runs again.
    expect(enclosures).toHaveLength(1);
  },
);
