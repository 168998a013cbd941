import path from "node:path";
import { z } from "zod";
import { exists } from "../common/files.ts";
import { readJournal } from "../common/json-lines.ts";

const stepLine = z.object({ step: z.number(), loss: z.number() });
const evaluationLine = z.object({ step: z.number(), evaluation_loss: z.number(), bits_per_byte: z.number() });

/** The losses of a training so far, in nats a token. */
export interface Losses {
  /** Mean loss of each step on what it was trained on. */
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  /** Mean loss on held-out sequences, also in bits a byte of text, which can be compared between tokenizers. */
  readonly evaluations: readonly { readonly step: number; readonly loss: number; readonly bitsPerByte: number }[];
}

/** Reads the losses that the trainer wrote in the folder of a training; none where it has not begun. */
export async function readLosses(folder: string): Promise<Losses> {
  const file = path.join(folder, "training", "losses.jsonl");
  const steps: { step: number; loss: number }[] = [];
  const evaluations: { step: number; loss: number; bitsPerByte: number }[] = [];
  if (!(await exists(file))) return { steps, evaluations };
  for await (const line of readJournal<unknown>(file)) {
    const evaluation = evaluationLine.safeParse(line);
    if (evaluation.success) {
      const { step, evaluation_loss: loss, bits_per_byte: bitsPerByte } = evaluation.data;
      evaluations.push({ step, loss, bitsPerByte });
    } else steps.push(stepLine.parse(line));
  }
  return { steps, evaluations };
}
