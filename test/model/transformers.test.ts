import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";
import type { Model } from "../../src/model/model.ts";
import { openModel } from "../../src/model/open-model.ts";
import { member } from "../../src/model/providers/transformers.ts";
import { whyNoTrainer } from "../training/trainer-environment.ts";
import { collect, request } from "./model.conformance.ts";
import { changeTokenizer, exportedFolder, transformersFolder } from "./transformers-folder.ts";

const skip = await whyNoTrainer();

describe("references to Transformers' models", () => {
  it("are folders with a config.json, before anything on the hub", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "claims-"));
    expect(member.claims(folder)).toBe(0);
    await writeFile(path.join(folder, "config.json"), "{}");
    expect(member.claims(folder)).toBe(1);
    expect(member.claims("owner/name")).toBe(0);
    expect(member.claims("transformers:owner/name")).toBe(1);
  });

  it("are refused where there is no model, and where the packages are missing", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "no-model-"));
    await expect(openModel(`transformers:${folder}`)).rejects.toThrow("there is no config.json in that folder");
    await writeFile(path.join(folder, "config.json"), "{}");
    vi.stubEnv("APPRENTICE_TRAINER_PYTHON", "");
    vi.stubEnv("APPRENTICE_HOME", path.join(folder, "home"));
    try {
      await expect(openModel(folder)).rejects.toThrow("Set them up with: apprentice train setup");
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe.skipIf(skip !== undefined)(`Transformers${skip === undefined ? "" : ` (${skip})`}`, () => {
  let folder: string;
  let model: Model;
  beforeAll(async () => {
    folder = await transformersFolder();
    model = await openModel(folder, { slots: 4 });
  });
  afterAll(() => model?.close());

  it("give a sample the same text whatever is generated beside it", async () => {
    const sampling = { temperature: 0.8, topP: 0.95, maximumTokens: 20, stop: [] };
    const many = await collect(model.generate(request({ sampling, sampleIndices: [0, 1, 2, 3, 4, 5] })));
    const [alone] = await collect(model.generate(request({ sampling, sampleIndices: [5] })));
    expect(alone).toEqual(many[5]);
    expect(new Set(many.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  it("name the problem whose prompt does not fit, and go on with the others", async () => {
    const long = { kind: "completion", text: "value = value + 1\n".repeat(2000) } as const;
    const good = collect(model.generate(request()));
    await expect(collect(model.generate(request({ taskId: "Long/0", prompt: long })))).rejects.toMatchObject({
      name: "UserError",
      scope: 'problem "Long/0"',
    });
    expect(await good).toHaveLength(3);
  });

  it("refuse a grammar that they do not know", async () => {
    const sampling = { temperature: 0, topP: 1, maximumTokens: 4, stop: [], grammar: 'root ::= ("x" | "y")' };
    await expect(collect(model.generate(request({ sampling })))).rejects.toThrow("only one rule that is a sequence");
  });

  it("say what is wrong with a folder that cannot be loaded", async () => {
    const broken = await mkdtemp(path.join(os.tmpdir(), "broken-model-"));
    await mkdir(broken, { recursive: true });
    await writeFile(path.join(broken, "config.json"), "{}");
    await expect(openModel(broken)).rejects.toMatchObject({ name: "UserError" });
  });

  // The context also where it is smaller than llama.cpp makes one.
  it.each([
    ["as it is", {}, undefined],
    ["in a context of 101 tokens", { contextSize: 101 }, undefined],
    ["with a token that begins texts", {}, { add_bos_token: true, bos_token: "<|im_start|>" }],
  ])("score texts as llama.cpp does, within 1e-3 a token: %s", { timeout: 240_000 }, async (_, settings, tokenizer) => {
    const own = path.join(await mkdtemp(path.join(os.tmpdir(), "alike-")), "model");
    await cp(folder, own, { recursive: true });
    if (tokenizer !== undefined) await changeTokenizer(own, tokenizer);
    const ours = await openModel(own, settings);
    const llama = await openModel(await exportedFolder(own), { ...settings, processes: 1 });
    try {
      for (const text of [
        "def add(a, b):\n    # Ünïcödé 漢字 🙂\n    return a + b\n",
        "\r\n\tx = 1  \n\n",
        "for i in range(10):\n    print(i ** 2)\n".repeat(20),
      ]) {
        const [one, other] = await Promise.all([ours, llama].map((each) => each.score!({ taskId: "alike", text })));
        const places = (score: typeof one) => score!.pieces.map(({ logProbability, ...place }) => place);
        expect(places(one)).toEqual(places(other));
        expect(one!.pieces[0]!.logProbability === null).toBe(tokenizer === undefined);
        for (const [index, { logProbability }] of one!.pieces.entries()) {
          const difference = (logProbability ?? 0) - (other!.pieces[index]!.logProbability ?? 0);
          expect(Math.abs(difference)).toBeLessThan(1e-3);
        }
      }
    } finally {
      await Promise.all([ours.close(), llama.close()]);
    }
  });

  it("leave no process behind when this one is killed", async () => {
    const script = path.join(packageFolder, "test", "model", "killed-transformers.ts");
    const parent = spawn(process.execPath, ["--import", "tsx", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(output.toString());
    expect(child).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(() => process.kill(child, 0)).toThrow("ESRCH"), { timeout: 10_000, interval: 50 });
  });
});
