import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LlamaPool } from "../../src/model/llama/pool.ts";
import type { Sampling } from "../../src/model/model.ts";
import { pullModel } from "../../src/model/model-files.ts";
import { collect, request } from "./model.conformance.ts";
import { smallModel, whyNoModel } from "./real-model.ts";

const noModel = await whyNoModel();
const sampling: Sampling = { temperature: 0.8, topP: 0.95, maximumTokens: 12, stop: [] };
const prompts = [
  "def add(a, b):\n    return",
  'def is_prime(n: int) -> bool:\n    """True when n is a prime number."""\n',
  `${"# a long comment that takes many tokens\n".repeat(10)}def count_words(text):\n`,
];

async function openPool(slots: number, processes = 1, contextSize?: number): Promise<LlamaPool> {
  const file = await pullModel(smallModel);
  const { pool } = await LlamaPool.open(
    { file, slots, ...(contextSize === undefined ? {} : { contextSize }) },
    processes,
  );
  return pool;
}

/** Every sample of every prompt, asked for at once. */
async function allTexts(pool: LlamaPool, samples: number, changes: Partial<Sampling> = {}): Promise<string[][]> {
  return Promise.all(
    prompts.map(async (text, task) => {
      const completions = await collect(
        pool.generate(
          request({
            taskId: `task ${task}`,
            prompt: { kind: "completion", text },
            sampling: { ...sampling, ...changes },
            sampleIndices: Array.from({ length: samples }, (_, index) => index),
          }),
        ),
      );
      return completions.map((completion) => completion.text);
    }),
  );
}

/** Whether a process exists and is no zombie. */
const isAlive = (processId: number) => existsSync(`/proc/${processId}/exe`);

async function eventually(condition: () => boolean, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(condition()).toBe(true);
}

/** A busy machine computes slowly, and that is no failure. */
const patience = { timeout: 300_000 };

describe.skipIf(noModel !== undefined)(`llama.cpp${noModel === undefined ? "" : ` (${noModel})`}`, patience, () => {
  let pool: LlamaPool;
  beforeAll(async () => {
    pool = await openPool(4);
  });
  afterAll(() => pool?.close());

  it("gives the same text for the same seed, whatever else is generated beside it and wherever", async () => {
    const alone = await openPool(1);
    const expected = await allTexts(alone, 2);
    await alone.close();
    expect(await allTexts(pool, 2)).toEqual(expected);
    const two = await openPool(3, 2);
    expect(await allTexts(two, 2)).toEqual(expected);
    await two.close();
    // Sample i depends on the seed and on i alone.
    const [only] = await collect(
      pool.generate(request({ prompt: { kind: "completion", text: prompts[1]! }, sampling, sampleIndices: [1] })),
    );
    expect(only!.text).toBe(expected[1]![1]);
    expect(new Set(expected.flat()).size).toBeGreaterThan(4);
  });

  it("is greedy at temperature 0: every sample is the same", async () => {
    for (const texts of await allTexts(pool, 2, { temperature: 0 })) expect(new Set(texts).size).toBe(1);
  });

  it("gives other texts for another seed", async () => {
    const ask = async (seed: number) =>
      (await collect(pool.generate(request({ seed, sampling })))).map(({ text }) => text).join("|");
    expect(await ask(1)).not.toBe(await ask(2));
  });

  it("takes a prompt that is longer than all before, and still knows the others", async () => {
    const text = `${"x = 1\n".repeat(260)}def f(x):\n`;
    const before = await collect(pool.generate(request({ sampling })));
    const completions = await collect(pool.generate(request({ prompt: { kind: "completion", text }, sampling })));
    expect(completions[0]!.promptTokens).toBeGreaterThan(1024);
    expect(await collect(pool.generate(request({ sampling })))).toEqual(before);
  });

  it("refuses a prompt that does not fit, and goes on with the others", async () => {
    const small = await openPool(2, 1, 256);
    const tooLong = collect(
      small.generate(request({ taskId: "long", prompt: { kind: "completion", text: "x = 1\n".repeat(200) } })),
    );
    const other = collect(small.generate(request()));
    await expect(tooLong).rejects.toThrow(
      /^problem "long": its prompt has \d+ tokens, and the context holds 256\. Shorten the prompt/,
    );
    expect(await other).toHaveLength(3);
    // What fits is cut where the context ends.
    const text = "x = 1\n".repeat(50);
    const limits = { ...sampling, temperature: 0, maximumTokens: 500 };
    const [cut] = await collect(
      small.generate(request({ prompt: { kind: "completion", text }, sampling: limits, sampleIndices: [0] })),
    );
    expect(cut!.promptTokens + cut!.completionTokens).toBeLessThanOrEqual(256);
    await small.close();
  });

  it("follows a grammar, and says when it cannot be read", async () => {
    const grammar = 'root ::= " " ("red" | "green") "!"';
    const completions = await collect(pool.generate(request({ sampling: { ...sampling, grammar } })));
    for (const { text } of completions) expect(text).toMatch(/^ (red|green)!$/);
    const broken = collect(pool.generate(request({ sampling: { ...sampling, grammar: "root ::= (" } })));
    await expect(broken).rejects.toThrow("grammar: llama.cpp cannot read it");
  });

  it("puts a chat into the model's own template, and text that looks like a special token stays text", async () => {
    const tokens = async (content: string) => {
      const prompt = { kind: "chat", messages: [{ role: "user", content }] } as const;
      const limits = { ...sampling, maximumTokens: 1 };
      const [completion] = await collect(pool.generate(request({ prompt, sampling: limits, sampleIndices: [0] })));
      return completion!.promptTokens;
    };
    const template = await tokens("a");
    // <|im_start|>system … <|im_end|> <|im_start|>user a <|im_end|> <|im_start|>assistant
    expect(template).toBeGreaterThan(15);
    expect((await tokens("a <|im_end|>")) - template).toBeGreaterThan(3);
    const plain = { ...sampling, maximumTokens: 1 };
    const prompt = { kind: "completion", text: "<|im_end|>" } as const;
    const [completion] = await collect(pool.generate(request({ prompt, sampling: plain, sampleIndices: [0] })));
    expect(completion!.promptTokens).toBeGreaterThan(3);
  });

  it("goes on with a reply that the caller began", async () => {
    const messages = [
      { role: "user", content: "What is the capital of France? One word." },
      { role: "assistant", content: "The capital of France is" },
    ] as const;
    const greedy = { ...sampling, temperature: 0, maximumTokens: 4 };
    const [reply] = await collect(
      pool.generate(request({ prompt: { kind: "chat", messages }, sampling: greedy, sampleIndices: [0] })),
    );
    expect(reply!.text).toContain("Paris");
  });

  it("replaces a worker that dies and generates what it had begun again", async () => {
    const expected = await collect(pool.generate(request({ sampling })));
    const [victim] = pool.processIds as [number];
    const again = collect(pool.generate(request({ sampling })));
    process.kill(victim, "SIGKILL");
    expect(await again).toEqual(expected);
    expect(pool.processIds).not.toContain(victim);
  });

  it("fails a request whose workers die twice", async () => {
    // Never ends by itself.
    const endless = { ...sampling, maximumTokens: 900, grammar: 'root ::= "a"{1500}' };
    const doomed = collect(pool.generate(request({ taskId: "doomed", sampling: endless, sampleIndices: [0] })));
    const failure = expect(doomed).rejects.toThrow(
      /^problem "doomed": llama\.cpp's process died twice while generating it \(SIGKILL\)/,
    );
    for (let kill = 0; kill < 2; kill++) {
      // Once the worker has answered another request, it is at work on this one too.
      await collect(pool.generate(request({ sampleIndices: [0] })));
      process.kill(pool.processIds[0]!, "SIGKILL");
    }
    await failure;
    expect(await collect(pool.generate(request()))).toHaveLength(3);
  });

  it("leaves no process behind when it is closed in the middle of its work", async () => {
    const closing = await openPool(2, 2);
    const processIds = closing.processIds;
    expect(processIds).toHaveLength(2);
    const generation = collect(closing.generate(request({ sampling: { ...sampling, maximumTokens: 500 } })));
    const failure = expect(generation).rejects.toThrow("the model was closed");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await closing.close();
    await failure;
    for (const processId of processIds) expect(isAlive(processId)).toBe(false);
  });

  it.runIf(process.platform === "linux")("leaves nothing behind when its parent is killed", async () => {
    const script = fileURLToPath(new URL("./killed-parent.ts", import.meta.url));
    const kept = () => readdirSync("/dev/shm").filter((name) => name.startsWith("apprentice-"));
    const before = kept();
    const parent = spawn(process.execPath, ["--import", "tsx", script, await pullModel(smallModel)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const workers = line.toString().trim().split(" ").map(Number);
    expect(workers.map(isAlive)).toEqual([true, true]);
    parent.kill("SIGKILL");
    await eventually(() => !workers.some(isAlive));
    expect(kept()).toEqual(before);
  });

  it("says what is wrong with a file that is no model", async () => {
    const file = fileURLToPath(import.meta.url);
    await expect(LlamaPool.open({ file, slots: 1 }, 1)).rejects.toThrow(
      new RegExp(`^.*${path.basename(file)}: it is no readable GGUF file`),
    );
  });

  it("works from the built package too", async () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const built = path.join(root, "dist", "model", "open-model.js");
    if (!existsSync(built)) return;
    const program = `
      const { openModel } = await import(${JSON.stringify(built)});
      const model = await openModel(${JSON.stringify(smallModel)}, { processes: 1, slots: 1 });
      for await (const { text } of model.generate(${JSON.stringify(request({ sampleIndices: [0] }))})) console.log(JSON.stringify(text));
      await model.close();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    const [expected] = await collect(pool.generate(request({ sampleIndices: [0] })));
    expect(JSON.parse(stdout)).toBe(expected!.text);
  });
});
