import { existsSync } from "node:fs";
import path from "node:path";
import { usableCores } from "../../common/cores.ts";
import { UserError } from "../../common/errors.ts";
import { type Model, type ModelProvider, type ModelSettings, usualScoreContext } from "../model.ts";
import { modelFingerprint } from "../model-folder.ts";
import { Generator } from "../transformers/generator.ts";

const prefix = "transformers:";

/** Samples that are computed side by side where the user names no number. */
const defaultBatch = 16;

/** Hugging Face folders, computed by Transformers in the trainer's Python: on a GPU where there is one. */
export const member: ModelProvider = {
  name: "transformers",
  referenceForm: "FOLDER (Hugging Face form) or transformers:FOLDER",
  settings: ["slots", "contextSize"],

  claims(reference) {
    if (reference.startsWith(prefix)) return 1;
    return existsSync(path.join(reference, "config.json")) ? 1 : 0;
  },

  async open(reference: string, settings: ModelSettings): Promise<Model> {
    const folder = path.resolve(reference.startsWith(prefix) ? reference.slice(prefix.length) : reference);
    if (!existsSync(path.join(folder, "config.json")))
      throw new UserError(`model "${reference}"`, "there is no config.json in that folder", "Check the path.");
    const batch = settings.slots ?? defaultBatch;
    const { contextSize } = settings;
    const sha256 = await modelFingerprint(folder);
    const { generator, facts } = await Generator.open({ model: folder, batch, contextSize, threads: usableCores() });
    return {
      identity: {
        provider: this.name,
        reference,
        sha256,
        device: facts.device,
        ...facts.versions,
        ...(contextSize === undefined ? {} : { contextSize }),
      },
      concurrency: batch,
      generate: (request) => generator.generate(request),
      score: (request) => generator.score(request, contextSize ?? usualScoreContext),
      close: () => generator.close(),
    };
  },
};
