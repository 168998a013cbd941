import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { Model } from "../../src/model/model.ts";
import { openModel } from "../../src/model/open-model.ts";
import { whyNoTrainer } from "../training/trainer-environment.ts";
import { conformance } from "./model.conformance.ts";
import { answerFrom, startServer } from "./openai-server.ts";
import { smallModel, whyNoModel } from "./real-model.ts";
import { transformersFolder } from "./transformers-folder.ts";

const noModel = await whyNoModel();
const local = () => openModel(smallModel, { processes: 1, slots: 4 });

conformance({ name: "llama.cpp", skip: noModel, open: local, generates: true, completes: true });

let behind: Model | undefined;
let server: Awaited<ReturnType<typeof startServer>> | undefined;
beforeAll(async () => {
  if (noModel !== undefined) return;
  behind = await local();
  server = await startServer(answerFrom(behind));
});
afterAll(async () => {
  await server?.close();
  await behind?.close();
});

conformance({
  name: "openai-compatible",
  skip: noModel,
  open: () => openModel(`openai:${smallModel}`, { baseUrl: server!.baseUrl }),
  generates: true,
});

const noTrainer = await whyNoTrainer();
const folder = noTrainer === undefined ? transformersFolder() : undefined;

conformance({
  name: "transformers",
  skip: noTrainer,
  open: async () => openModel((await folder)!, { slots: 4 }),
  generates: true,
  completes: true,
});

conformance({
  name: "replay of a file",
  async open() {
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), "apprentice-replay-")), "samples.jsonl");
    const lines = [" a + b", " b + a", " sum((a, b))"].map((completion) => ({ task_id: "conformance/0", completion }));
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return openModel(`replay:${file}`);
  },
  generates: false,
});

conformance({
  name: "replay of references",
  open: () => openModel("replay:references", { replaySource: { completionsOf: () => [" a", " b", " c"] } }),
  generates: false,
});
