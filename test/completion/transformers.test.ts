import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder } from "../../src/common/folders.ts";
import { readJournal } from "../../src/common/json-lines.ts";
import { evaluateCompletion } from "../../src/completion/evaluate-completion.ts";
import type { DocumentRecord } from "../../src/completion/records.ts";
import { openModel } from "../../src/model/open-model.ts";
import { exportedFolder, transformersFolder } from "../model/transformers-folder.ts";
import { whyNoTrainer } from "../training/trainer-environment.ts";

const skip = await whyNoTrainer();

describe.skipIf(skip !== undefined)(`completion tasks in Transformers${skip === undefined ? "" : ` (${skip})`}`, () => {
  let work: string;
  let folder: string;
  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), "completion-transformers-"));
    folder = await transformersFolder();
    const names = ["errors.py", "batches.py", "events.py", "loss_log.py", "sampling.py", "stopping.py"];
    const trainer = path.join(packageFolder, "python", "trainer", "apprentice_trainer");
    for (const name of names) await cp(path.join(trainer, name), path.join(work, "code", name));
  });
  afterAll(async () => {
    await rm(work, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  async function evaluate(reference: string) {
    const model = await openModel(reference, reference.endsWith(".gguf") ? { processes: 1, slots: 2 } : { slots: 2 });
    try {
      const runFolder = path.join(work, path.basename(reference));
      const request = { reference: path.join(work, "code"), choice: {}, model, runFolder };
      const { summary } = await evaluateCompletion(request);
      const records: DocumentRecord[] = [];
      for await (const record of readJournal<DocumentRecord>(path.join(runFolder, "documents.jsonl")))
        records.push(record);
      return { summary, records: records.sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1)) };
    } finally {
      await model.close();
    }
  }

  it("give the figures that the same model gives in llama.cpp, and write the same lines", {
    timeout: 240_000,
  }, async () => {
    const [ours, llama] = [await evaluate(folder), await evaluate(await exportedFolder(folder))];
    expect(ours.summary.lines).toBe(6);
    expect(ours.records.map(({ bits, ...record }) => record)).toEqual(
      llama.records.map(({ bits, ...record }) => record),
    );
    for (const [index, { bits }] of ours.records.entries())
      expect(Math.abs(bits / llama.records[index]!.bits - 1)).toBeLessThan(1e-5);
    for (const figure of ["tokenAccuracy", "exactMatch", "editSimilarity"] as const)
      expect(ours.summary[figure]).toEqual(llama.summary[figure]);
    expect(ours.summary.bitsPerByte.value).toBeCloseTo(llama.summary.bitsPerByte.value, 4);
  });
});
