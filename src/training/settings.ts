import { z } from "zod";
import { UserError, unknownName } from "../common/errors.ts";
import { schemaFault } from "../common/schema-fault.ts";

const count = z.number().int().positive();
const wholeNumber = z.number().int().nonnegative();
const share = z.number().gt(0).lt(1);

/** Everything that decides how a model is trained, besides the data, the model and how long. Names are those of the trainer. */
const shape = z.strictObject({
  /** Tokens of a trained tokenizer. */
  vocabulary: count.max(1_000_000),
  /** Tokens of a packed sequence. */
  sequence_length: count,
  /** Share of the documents that are kept out of the training, chosen by the hash of their text. */
  held_out: share,
  /** Which tokens the loss counts: all, or those after a document's `response_start`. */
  loss: z.enum(["all", "response"]),
  /** Whether a document sees those that were packed into its sequence before it. */
  documents: z.enum(["separate", "joined"]),
  /** Sequences that a device computes at once, and how often before the weights change. */
  micro_batch: count,
  accumulation: count,
  learning_rate: z.number().positive(),
  schedule: z.enum(["cosine", "linear"]),
  warmup_steps: wholeNumber,
  /** The learning rate at the end, as a share of the highest. */
  minimum_learning_rate: z.number().min(0).max(1),
  weight_decay: z.number().nonnegative(),
  /** Largest norm of a gradient. */
  clip: z.number().positive(),
  precision: z.enum(["auto", "bf16", "fp16", "float32"]),
  compile: z.union([z.literal("auto"), z.boolean()]),
  /** Threads of a CPU; null is one a core. */
  threads: count.max(1024).nullable(),
  /** The trainer joins it with the number of a step to one of 64 bits. */
  seed: wholeNumber.max(2 ** 32 - 1),
  checkpoint_minutes: z.number().positive(),
  /** Steps between two evaluations on held-out sequences, and how many of these are looked at. */
  evaluation_every: count,
  evaluation_sequences: count,
});

export type TrainingSettings = Readonly<z.infer<typeof shape>>;

/** Some of the settings: what a preset, a regime or the user changes. */
export const trainingDefaults = shape.partial();

/** What holds unless a preset, a regime or the user says otherwise. */
const usual: TrainingSettings = {
  vocabulary: 32_768,
  sequence_length: 1024,
  held_out: 0.01,
  loss: "all",
  documents: "separate",
  micro_batch: 8,
  accumulation: 1,
  learning_rate: 5e-4,
  schedule: "cosine",
  warmup_steps: 100,
  minimum_learning_rate: 0.1,
  weight_decay: 0.1,
  clip: 1,
  precision: "auto",
  compile: "auto",
  threads: null,
  seed: 0,
  checkpoint_minutes: 10,
  evaluation_every: 200,
  evaluation_sequences: 128,
};

/** The usual settings with changes applied, the later ones over the earlier ones. */
export function settingsWith(...changes: readonly Partial<TrainingSettings>[]): TrainingSettings {
  return Object.assign({}, usual, ...changes) as TrainingSettings;
}

/**
 * Reads changes of settings as a user types them, for example `learning_rate=1e-4`.
 * @throws UserError for an unknown name, with near misses, and for a value that does not fit
 */
export function parseSettings(assignments: readonly string[]): Partial<TrainingSettings> {
  const changes: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [, name = "", text = ""] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    if (name === "") throw new UserError(`--set ${assignment}`, "this is no setting", "Write it as NAME=VALUE.");
    const field = (shape.shape as Readonly<Record<string, z.ZodType>>)[name];
    if (field === undefined) throw unknownName("setting", name, Object.keys(shape.shape));
    const parsed = field.safeParse(readValue(text));
    if (!parsed.success) throw new UserError(`--set ${assignment}`, schemaFault(parsed.error, field).cause);
    changes[name] = parsed.data;
  }
  return changes;
}

/** A number, `true`, `null` and so on as JSON writes them; anything else is the text itself. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
