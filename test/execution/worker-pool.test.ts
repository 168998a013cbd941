import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JobResult, type Profile, WorkerPool } from "../../src/execution/worker-pool.ts";

const script = fileURLToPath(new URL("fake-worker.mjs", import.meta.url));
let folder: string;
let pool: WorkerPool;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "pool-test-"));
  pool = new WorkerPool(1, { graceSeconds: 1, startBackoffMilliseconds: [10, 10] });
});

afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

function profile(key = "one", behaviour = ""): Profile {
  const enclosure = { executable: process.execPath, arguments: [script, folder, behaviour], environment: {} };
  return { key, enclose: () => ({ ...enclosure, end: "kill" }) };
}

function run(source: string, by = profile()): Promise<JobResult> {
  const common = { prelude: "", test: "", call: "", mode: "split", cpuSeconds: 1, memoryBytes: 1 } as const;
  return pool.run(by, { ...common, source, wallSeconds: 0.1 });
}

describe("the pool of workers", () => {
  it("runs many jobs on one worker", async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, number) => run(`pass ${number}`)));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["passed"]));
    expect(new Set(results.map(({ message }) => message)).size).toBe(1);
  });

  it("ends a hanging worker, runs its other jobs again and calls the job a timeout", async () => {
    const results = await Promise.all([run("pass"), run("hang"), run("pass"), run("pass")]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["passed", "timeout", "passed", "passed"]);
    expect(results[1]?.message).toBe("the sandbox did not come back and was ended");
  });

  it("gives a job that hung once another chance", async () => {
    expect((await run("hang-once a")).outcome).toBe("passed");
  });

  it("calls a job that brings the worker down alone, twice, a runtime error", async () => {
    const results = await Promise.all([run("die"), run("pass"), run("die-once b")]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["runtime_error", "passed", "passed"]);
    expect(results[0]?.message).toBe("the sandbox process died while running this program");
  });

  it("replaces a worker that asks for it and loses no job", async () => {
    const results = await Promise.all([run("recycle"), run("pass"), run("pass")]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["passed", "passed", "passed"]);
    expect(results[0]?.message).not.toBe(results[1]?.message);
  });

  it("retries what the machinery failed at, and gives up in the end", async () => {
    expect((await run("broken-once c")).outcome).toBe("passed");
    expect(await run("broken")).toMatchObject({ outcome: "infrastructure_error", message: "no fork" });
  });

  it("bounds what a worker says of a program", async () => {
    const details = { exceptionType: `\u001b[2J${"N".repeat(5000)}`, message: `a\tb\n\u0007${"m".repeat(20_000)}` };
    const line = JSON.stringify({ id: "ID", outcome: "failed", ...details, line: "5", cpuSeconds: "much", more: [] });
    const result = await run(`says ${line.replace('"ID"', "ID")}\n`);
    expect(Object.keys(result).sort()).toEqual(["cpuSeconds", "exceptionType", "message", "outcome", "wallSeconds"]);
    expect(result).toMatchObject({ outcome: "failed", cpuSeconds: 0 });
    expect(result.exceptionType).toBe(`\ufffd[2J${"N".repeat(196)}`);
    expect(result.message).toBe(`a\tb\n\ufffd${"m".repeat(995)}`);
  });

  it.each([
    "no JSON\n",
    "null\n",
    '{"id":ID,"outcome":"splendid","cpuSeconds":0}\n',
    '{"id":"ID","outcome":"passed","cpuSeconds":0}\n',
  ])("takes %j for no answer", async (text) => {
    const results = await Promise.all([run(`says ${text}`), run("pass")]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["runtime_error", "passed"]);
  });

  it("ends a worker that talks without end", async () => {
    expect((await run("talks")).outcome).toBe("runtime_error");
  });

  it("says why a worker does not start", async () => {
    const result = await run("pass", profile("two", "does not start"));
    expect(result).toMatchObject({
      outcome: "infrastructure_error",
      message: "the sandbox for two does not start: no such module: everything (exit status 3)",
    });
  });

  it("says when there is nothing to start", async () => {
    const enclosure = { executable: "/nowhere/at-all", arguments: [], environment: {}, end: "kill" } as const;
    const result = await run("pass", { key: "three", enclose: () => enclosure });
    expect(result.outcome).toBe("infrastructure_error");
    expect(result.message).toContain("/nowhere/at-all: spawn /nowhere/at-all ENOENT");
  });

  it("makes room for another profile", async () => {
    const results = await Promise.all([run("pass"), run("pass", profile("other")), run("pass")]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["passed", "passed", "passed"]);
  });

  it("clears a place for another profile once, however much the first still has to do", async () => {
    const many = new WorkerPool(2);
    try {
      const common = { prelude: "", test: "", call: "", mode: "split", cpuSeconds: 1, memoryBytes: 1 } as const;
      const job = (number: number) => ({ ...common, source: `pass ${number}`, wallSeconds: 5 });
      const first = Array.from({ length: 3000 }, (_, number) => many.run(profile(), job(number)));
      const other = many.run(profile("other"), job(-1));
      const results = await Promise.all([...first, other]);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["passed"]));
      expect(new Set(results.map(({ message }) => message)).size).toBeLessThanOrEqual(4);
    } finally {
      await many.close();
    }
  });

  it("gives up what waits when it is closed", async () => {
    const running = run("hang");
    await pool.close();
    expect(await running).toMatchObject({ outcome: "infrastructure_error", message: "the executor was closed" });
    expect(await run("pass")).toMatchObject({ outcome: "infrastructure_error", message: "the executor is closed" });
  });
});
