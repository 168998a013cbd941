import { unknownName } from "../common/errors.ts";
import type { TrainingSettings } from "./settings.ts";

/** Settings under which a published model was trained. */
export interface Regime {
  readonly description: string;
  readonly settings: Partial<TrainingSettings>;
}

/**
 * The papers' settings, as far as they state them; the rest is as usual. Batch sizes are those of one device, and the papers had
 * several: `accumulation` makes up for devices that one does not have.
 */
export const regimes: ReadonlyMap<string, Regime> = new Map<string, Regime>([
  [
    "continue",
    {
      description: "what holds with --from unless another is named",
      settings: { learning_rate: 5e-5, schedule: "cosine", warmup_steps: 50 },
    },
  ],
  [
    "lora",
    {
      description: "what holds with --lora unless another is named",
      settings: { learning_rate: 2e-4, schedule: "cosine", warmup_steps: 50, weight_decay: 0 },
    },
  ],
  [
    "pycodegpt",
    {
      // 480 K tokens a step on 16 devices: 10 sequences of 1,024 and 3 rounds are nearest to it.
      description: "PyCodeGPT from scratch, 200,000 steps on 16 devices (Zan et al. 2022, CERT, table 5)",
      settings: {
        learning_rate: 5e-4,
        schedule: "cosine",
        warmup_steps: 100_000,
        weight_decay: 0.1,
        sequence_length: 1024,
        micro_batch: 10,
        accumulation: 3,
        precision: "fp16",
      },
    },
  ],
  [
    "cert",
    {
      description: "CERT's sketcher and generator, 100,000 steps on 8 devices (Zan et al. 2022, CERT, section 5)",
      settings: {
        learning_rate: 5e-4,
        weight_decay: 0.1,
        sequence_length: 1024,
        micro_batch: 10,
        accumulation: 4,
        precision: "fp16",
      },
    },
  ],
  [
    "private-library",
    {
      description: "CodeGenAPI, 100,000 steps on 8 devices (Zan et al. 2022, private libraries, section 5.1)",
      settings: {
        learning_rate: 5e-4,
        warmup_steps: 1000,
        weight_decay: 0.1,
        sequence_length: 1024,
        micro_batch: 4,
        accumulation: 4,
        precision: "fp16",
      },
    },
  ],
  [
    "stackoverflow",
    {
      // A batch of 32 on 4 devices.
      description: "fine-tuning on forum threads, 25,000 steps on 4 devices (Orlanski et al. 2022, section 4)",
      settings: {
        learning_rate: 5e-5,
        schedule: "cosine",
        warmup_steps: 750,
        sequence_length: 1024,
        micro_batch: 8,
      },
    },
  ],
  [
    "codem",
    {
      description: "instruction tuning of CodeM (Zan et al. 2023)",
      settings: {
        learning_rate: 2e-5,
        schedule: "cosine",
        warmup_steps: 30,
        micro_batch: 2,
        accumulation: 4,
        precision: "fp16",
        loss: "response",
      },
    },
  ],
]);

/** The regime of that name. Throws a UserError with near misses when there is none. */
export function chooseRegime(name: string): Regime {
  const chosen = regimes.get(name);
  if (chosen === undefined) throw unknownName("regime", name, regimes.keys());
  return chosen;
}
