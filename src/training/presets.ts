import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { unknownName } from "../common/errors.ts";
import { trainerFolder } from "../environment/index.ts";
import { type TrainingSettings, trainingDefaults } from "./settings.ts";

const preset = z.object({
  description: z.string(),
  /** Parameters of the model with the vocabulary below. */
  parameters: z.number().int().positive(),
  /** The size of tokenizer that suits it. */
  vocabulary: z.number().int().positive(),
  /** The shape, as the trainer reads it. */
  model: z.record(z.string(), z.number()),
  /** How it is trained unless the user says otherwise. */
  training: trainingDefaults.transform((settings) => settings as Partial<TrainingSettings>),
});

/** A size of model with the settings that suit it. */
export type Preset = z.infer<typeof preset>;

/** The sizes that can be trained from scratch, the smallest first. They are data of the trainer's Python package. */
export async function readPresets(): Promise<ReadonlyMap<string, Preset>> {
  const text = await readFile(path.join(trainerFolder, "apprentice_trainer", "presets.json"), "utf8");
  const presets = z.record(z.string(), preset).parse(JSON.parse(text));
  return new Map(Object.entries(presets).sort(([, a], [, b]) => a.parameters - b.parameters));
}

/** The preset of that name. Throws a UserError with near misses when there is none. */
export async function choosePreset(name: string): Promise<Preset> {
  const presets = await readPresets();
  const chosen = presets.get(name.toLowerCase());
  if (chosen === undefined) throw unknownName("preset", name, presets.keys());
  return chosen;
}
