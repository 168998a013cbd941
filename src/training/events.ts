import { z } from "zod";
import { UserError } from "../common/errors.ts";
import type { ProgressListener } from "../common/progress.ts";
import type { TrainerEvent } from "../environment/index.ts";

const nullableNumber = z.number().nullable();

/** What the trainer says before its first step. */
export const startEvent = z.object({
  parameters: z.number(),
  trainable_parameters: z.number(),
  tokens_per_step: z.number(),
  device: z.string(),
  processes: z.number(),
  precision: z.string(),
  resumed_at: nullableNumber,
  /** Floating point operations per second that the device can do at most, and where the figure comes from. */
  peak_flops: nullableNumber,
  peak_source: z.string().nullish(),
});

export type TrainingStart = Readonly<z.infer<typeof startEvent>>;

/** One step. `mfu`: the share of the device's peak that the model's own arithmetic uses (Chowdhery et al. 2022, appendix B). */
export const stepEvent = z.object({
  step: z.number(),
  steps: nullableNumber,
  loss: z.number(),
  tokens_per_second: z.number(),
  mfu: nullableNumber,
});

type Step = Readonly<z.infer<typeof stepEvent>>;

/** An evaluation on held-out sequences. */
export const evaluationEvent = z.object({ step: z.number(), loss: z.number() });

/** What the trainer says when the model is there. `seconds`: training time over all resumes. */
export const trainingDone = z.object({
  step: z.number(),
  loss: z.number(),
  evaluation_loss: nullableNumber,
  tokens: z.number(),
  seconds: z.number(),
});

export type TrainingDone = Readonly<z.infer<typeof trainingDone>>;

/** Who hears of a training. */
export interface TrainingWatch {
  readonly onProgress?: ProgressListener | undefined;
  readonly onStart?: ((start: TrainingStart) => void) | undefined;
  readonly remark?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns the trainer's events into one line of progress: step, loss, held-out loss, tokens a second, model FLOPs utilisation.
 * @param processes how many there must be: a launcher that starts fewer would train another model than was asked for
 */
export function trainingProgress(
  { onProgress, onStart, remark }: TrainingWatch,
  processes: number,
): (event: TrainerEvent) => void {
  let heldOut = "";
  return (event) => {
    if (event.event === "start") {
      const start = startEvent.parse(event);
      if (start.processes !== processes) throw wrongLaunch(start.processes, processes);
      onStart?.(start);
    } else if (event.event === "remark") remark?.(String(event.text));
    else if (event.event === "evaluation") heldOut = ` (held out ${evaluationEvent.parse(event).loss.toFixed(3)})`;
    else if (event.event === "step") {
      const { step, steps, ...figures } = stepEvent.parse(event);
      const total = steps === null ? {} : { total: steps };
      onProgress?.({ task: "train", done: step, ...total, unit: "steps", note: noteOf(figures, heldOut) });
    }
  };
}

function noteOf({ loss, tokens_per_second, mfu }: Omit<Step, "step" | "steps">, heldOut: string): string {
  const parts = [`loss ${loss.toFixed(3)}${heldOut}`, `${Math.round(tokens_per_second).toLocaleString("en")} tokens/s`];
  return [...parts, ...(mfu === null ? [] : [`MFU ${(mfu * 100).toFixed(1)} %`])].join(" · ");
}

function wrongLaunch(there: number, wanted: number): UserError {
  return new UserError(
    "--accelerate-config",
    `${wanted} processes were asked for, and ${there} were started`,
    "Try the configuration with: accelerate launch --config_file FILE -m accelerate.test_utils.scripts.test_script",
  );
}
