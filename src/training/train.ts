import path from "node:path";
import { z } from "zod";
import { usableCores } from "../common/cores.ts";
import { writeFileAtomically } from "../common/files.ts";
import { readLaunch } from "../environment/index.ts";
import { type BaseModel, findBaseModel, tokenizerFingerprint } from "./base-model.ts";
import { checkPlaces } from "./check-places.ts";
import { type CorpusShards, openCorpus } from "./corpus-shards.ts";
import { type TrainingDone, type TrainingWatch, trainingDone, trainingProgress } from "./events.ts";
import { choosePreset } from "./presets.ts";
import { type ProgramOptions, progressOf, runProgram } from "./programs.ts";
import { TrainingFolder } from "./run-folder.ts";
import type { TrainingSettings } from "./settings.ts";
import { trainTokenizer } from "./tokenizer.ts";

/** How long a model is trained. */
export type Budget = { readonly steps: number } | { readonly tokens: number } | { readonly hours: number };

/** How a GGUF file stores its weights. */
export type GgufType = "F16" | "Q8_0" | "F32";

/** Low-rank adaptation (Hu et al. 2021): `rank` of the update and its scale `alpha / rank`. */
export interface Lora {
  readonly rank: number;
  readonly alpha: number;
}

/** From a corpus to a model. */
export interface TrainingRequest {
  /** A folder that `apprentice corpus build` wrote, or a Parquet file. */
  readonly corpus: string;
  /** A preset to train from scratch, or a model to go on from, of which all weights or low-rank updates are trained. */
  readonly model: { readonly preset: string } | { readonly from: string; readonly lora?: Lora };
  /** Folder of a tokenizer for a model from scratch; trained on the corpus when absent. */
  readonly tokenizer?: string;
  readonly budget: Budget;
  readonly settings: TrainingSettings;
  readonly gguf: GgufType;
  /** Configuration of `accelerate launch`, for several devices or machines. */
  readonly accelerateConfig?: string;
  /** Where everything goes. */
  readonly out: string;
}

const packed = z.object({
  documents: z.number(),
  tokens: z.number(),
  bytes: z.number(),
  held_out_documents: z.number(),
  held_out_tokens: z.number(),
  sequences: z.number(),
});

const exported = z.object({ bytes: z.number() });

/** What a training came to; also in `summary.json`, which is written last. */
export interface TrainingSummary {
  /** Hugging Face folder and GGUF file, relative to the folder of the training. */
  readonly model: string;
  readonly gguf: string;
  readonly ggufBytes: number;
  readonly data: Readonly<z.infer<typeof packed>>;
  readonly training: TrainingDone;
}

export interface Training {
  readonly folder: string;
  readonly summary: TrainingSummary;
  /** Steps that an earlier call had finished. */
  readonly skipped: readonly string[];
}

/**
 * Trains a model: tokenizer, packed sequences, training, export. Killed at any moment, the same call goes on where it stopped and
 * ends with the same model.
 * @throws UserError, or Interrupted when the signal ended it
 */
export async function train(request: TrainingRequest, watch: TrainingWatch = {}): Promise<Training> {
  const folder = new TrainingFolder(request.out);
  await checkPlaces(request);
  // A mistake in it is told before hours of other steps.
  if (request.accelerateConfig !== undefined) await readLaunch(request.accelerateConfig);
  const corpus = await openCorpus(request.corpus);
  const origin = await originOf(request, watch);
  const plan = planOf(request, corpus, origin);
  return folder.locked(async () => {
    await folder.begin(plan.training);
    const run = new TrainingRun(folder, request, watch, plan);
    const model = origin.kind === "gguf" ? await run.importModel(origin.path) : origin.path;
    const tokenizer = model ?? (await run.tokenizer(corpus));
    const data = await run.pack(corpus, tokenizer);
    const training = await run.train(model, tokenizer);
    const gguf = await run.export();
    const summary = { model: "model", gguf: "model.gguf", ggufBytes: gguf.bytes, data, training };
    await writeFileAtomically(folder.at("summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    return { folder: folder.path, summary, skipped: run.skipped };
  });
}

/** Where the weights and the tokenizer come from. */
type Origin =
  | BaseModel
  | { readonly kind: "scratch"; readonly shape: unknown; readonly tokenizer?: string; readonly path?: undefined };

async function originOf(request: TrainingRequest, { onProgress, remark }: TrainingWatch): Promise<Origin> {
  if ("from" in request.model) return findBaseModel(request.model.from, { progress: onProgress, remark });
  const { model: shape } = await choosePreset(request.model.preset);
  if (request.tokenizer === undefined) return { kind: "scratch", shape };
  return { kind: "scratch", shape, tokenizer: await tokenizerFingerprint(request.tokenizer) };
}

/** What each step depends on, as plain data without paths: folders may be moved. */
function planOf({ model, budget, settings }: TrainingRequest, { fingerprint: corpus }: CorpusShards, origin: Origin) {
  const { vocabulary, held_out, seed, sequence_length, loss, threads: _, checkpoint_minutes: __, ...others } = settings;
  const scratch =
    origin.kind === "scratch" && origin.tokenizer === undefined
      ? { corpus, vocabulary, held_out, seed }
      : { sha256: origin.kind === "scratch" ? origin.tokenizer : origin.fingerprint };
  const data = { corpus, tokenizer: scratch, sequence_length, held_out, loss, seed };
  const weights =
    "preset" in model
      ? { preset: model.preset, shape: origin.kind === "scratch" ? origin.shape : null }
      : { from: origin.kind === "scratch" ? null : origin.fingerprint, lora: model.lora ?? null };
  return { tokenizer: scratch, data, training: { data, model: weights, budget, settings: others } };
}

/** The steps of one training, each done once. */
class TrainingRun {
  readonly skipped: string[] = [];

  constructor(
    readonly folder: TrainingFolder,
    readonly request: TrainingRequest,
    readonly watch: TrainingWatch,
    readonly plan: ReturnType<typeof planOf>,
  ) {}

  /** Makes a Hugging Face folder of a GGUF file. Returns its path. */
  async importModel(file: string): Promise<string> {
    const out = this.folder.at("base");
    await this.#step("import", this.plan.tokenizer, ["base"], () =>
      runProgram("import", { from: file, out }, z.object({}), this.#files("import")),
    );
    return out;
  }

  /** The folder of the tokenizer of a model from scratch. */
  async tokenizer(corpus: CorpusShards): Promise<string> {
    if (this.request.tokenizer !== undefined) return path.resolve(this.request.tokenizer);
    const out = this.folder.at("tokenizer");
    const { vocabulary, held_out, seed } = this.request.settings;
    const options = { ...this.#files("tokenizer"), progress: this.watch.onProgress };
    await this.#step("tokenizer", this.plan.tokenizer, ["tokenizer"], () =>
      trainTokenizer(corpus, out, { vocabulary, held_out, seed, replace: true }, options),
    );
    return out;
  }

  /** Writes the packed sequences. */
  pack(corpus: CorpusShards, tokenizer: string): Promise<z.infer<typeof packed>> {
    const { sequence_length, held_out, seed, loss } = this.request.settings;
    const out = this.folder.at("data");
    const config = { corpus: corpus.files, tokenizer, out, sequence_length, held_out, seed, loss };
    const options = { ...this.#files("pack"), onEvent: progressOf("pack", this.watch.onProgress) };
    return this.#step("pack", this.plan.data, ["data"], () => runProgram("pack", config, packed, options));
  }

  /** Trains, and writes the model's Hugging Face folder. */
  async train(from: string | undefined, tokenizer: string): Promise<TrainingDone> {
    const { model, budget, settings, accelerateConfig } = this.request;
    const { vocabulary: _, held_out: __, loss: ___, ...others } = settings;
    const launch = accelerateConfig === undefined ? undefined : await readLaunch(accelerateConfig);
    const config = {
      data: this.folder.at("data"),
      out: this.folder.at("training"),
      model_out: this.folder.at("model"),
      tokenizer,
      model: "preset" in model ? { preset: model.preset.toLowerCase() } : { from, lora: model.lora ?? null },
      budget,
      ...others,
      // Launched processes share the cores as their configuration says.
      threads: settings.threads ?? (accelerateConfig === undefined ? usableCores() : null),
    };
    const onEvent = trainingProgress(this.watch, launch?.processes ?? 1);
    const options = { ...this.#files("train"), accelerateConfig, onEvent };
    return this.#step("training", this.plan.training, ["model"], () =>
      runProgram("train", config, trainingDone, options),
    );
  }

  /** Writes the model as one GGUF file. */
  export(): Promise<z.infer<typeof exported>> {
    const type = this.request.gguf;
    const config = { model: this.folder.at("model"), out: this.folder.at("model.gguf"), type };
    const inputs = { training: this.plan.training, type };
    return this.#step("export", inputs, ["model.gguf"], () =>
      runProgram("export", config, exported, this.#files("export")),
    );
  }

  async #step<Result>(
    name: string,
    inputs: unknown,
    outputs: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { result, skipped } = await this.folder.once(name, { inputs, outputs }, work, this.watch.remark);
    if (skipped) this.skipped.push(name);
    return result;
  }

  #files(program: string): ProgramOptions {
    return {
      configFile: this.folder.at("steps", `${program}.config.json`),
      logFile: this.folder.at("log.txt"),
      signal: this.watch.signal,
    };
  }
}
