import { stat } from "node:fs/promises";
import path from "node:path";
import { usableCores } from "../../common/cores.ts";
import { LlamaPool } from "../llama/pool.ts";
import type { Model, ModelProvider, ModelSettings } from "../model.ts";
import { parseModelFileReference, pullModel, sha256OfModel, unknownModel } from "../model-files.ts";

/** Samples that one process generates side by side where the user names no number; docs/performance.md has the measurement. */
const defaultSlots = 16;

/** Bytes of memory that a process of a small model needs besides the file, which all share: 0.3 to 0.7 GB were measured. */
const memoryPerProcess = 1e9;

/** Local models in llama.cpp: catalogue names, Hub names and GGUF files. */
export const member: ModelProvider = {
  name: "llama.cpp",
  referenceForm: "NAME, PATH.gguf or OWNER/NAME[:FILE.gguf]",
  settings: ["processes", "slots", "contextSize"],

  claims(reference) {
    const kind = parseModelFileReference(reference)?.kind;
    return kind === undefined ? 0 : kind === "hub" ? 0.5 : 1;
  },

  async open(reference: string, settings: ModelSettings): Promise<Model> {
    if (parseModelFileReference(reference) === undefined) throw unknownModel(reference);
    const file = await pullModel(reference, settings);
    const sha256 = await sha256OfModel(reference, file);
    const slots = settings.slots ?? defaultSlots;
    const { contextSize } = settings;
    const { pool, facts, processes } = await LlamaPool.open(
      { file, slots, ...(contextSize === undefined ? {} : { contextSize }) },
      settings.processes ?? processesFor((await stat(file)).size),
    );
    return {
      identity: {
        provider: this.name,
        reference,
        file: path.basename(file),
        sha256,
        backend: facts.backend,
        llamaCpp: facts.release,
        ...(contextSize === undefined ? {} : { contextSize }),
      },
      concurrency: processes * slots,
      generate: (request) => pool.generate(request),
      score: (request) => pool.score(request),
      close: () => pool.close(),
    };
  },
};

/** One process a core, as far as the memory goes. */
function processesFor(fileBytes: number): number {
  const fit = Math.floor((process.availableMemory() - fileBytes) / memoryPerProcess);
  return Math.max(1, Math.min(usableCores(), fit));
}
