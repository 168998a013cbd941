import colors from "picocolors";
import type { TrainingStart } from "../../training/events.ts";
import { readLosses } from "../../training/losses.ts";
import { type Training, train } from "../../training/train.ts";
import { interruptible } from "../interruptible.ts";
import { bytes, duration, print, printJson, remark, table } from "../output.ts";
import { type TrainOptions, trainingRequestOf } from "./options.ts";

/** `apprentice train CORPUS`: trains, draws the loss curve and prints a table. */
export async function runTrain(corpus: string | undefined, options: TrainOptions): Promise<void> {
  const request = await trainingRequestOf(corpus, options);
  const training = await interruptible(({ onProgress, signal }) =>
    train(request, { onProgress, signal, remark, onStart: (start) => remark(describeStart(start)) }),
  );
  // The chart library takes a quarter of a second to load, which no other command should wait for.
  const { writeLossCurve } = await import("../../report/loss-curve.ts");
  const curve = await writeLossCurve(request.out);
  if (training === undefined) return;
  if (options.json === true) return printJson({ ...training, curve: curve ?? null });
  await printTraining(training, request.out, curve);
}

function describeStart(start: TrainingStart): string {
  const { parameters, trainable_parameters, device, processes, precision, peak_flops, peak_source } = start;
  const trained = trainable_parameters === parameters ? "" : `, ${million(trainable_parameters)} of them trained`;
  const where = processes === 1 ? device : `${processes} × ${device}`;
  const peak =
    peak_flops === null ? "" : `; peak ${(peak_flops / 1e12).toFixed(2)} TFLOP/s (${peak_source ?? "given"})`;
  const resumed = start.resumed_at === null ? "" : ` Going on after step ${start.resumed_at}.`;
  return `${million(parameters)} parameters${trained}, ${start.tokens_per_step.toLocaleString("en")} tokens a step, ${where}, ${precision}${peak}.${resumed}`;
}

function million(count: number): string {
  return `${(count / 1e6).toFixed(count < 10e6 ? 1 : 0)} M`;
}

/** Rows of the table: more would hide the course of the losses. */
const rows = 8;

async function printTraining({ summary, skipped }: Training, out: string, curve: string | undefined): Promise<void> {
  const { steps, evaluations } = await readLosses(out);
  const shown = thinned(evaluations, rows);
  const lossAt = new Map(steps.map(({ step, loss }) => [step, loss]));
  print(
    table(
      ["step", "loss", "held out", "bits a byte"],
      shown.map(({ step, loss, bitsPerByte }) => [
        String(step),
        lossAt.get(step)?.toFixed(3) ?? "–",
        loss.toFixed(3),
        bitsPerByte.toFixed(3),
      ]),
      ["right", "right", "right", "right"],
    ),
  );
  const { data, training } = summary;
  const lines = [
    ["data", `${data.documents.toLocaleString("en")} documents, ${data.tokens.toLocaleString("en")} tokens`],
    ["trained", `${training.tokens.toLocaleString("en")} tokens in ${duration(training.seconds)}`],
    ["model", `${out}/${summary.model}`],
    ["GGUF", `${out}/${summary.gguf}  (${bytes(summary.ggufBytes)})`],
    ...(curve === undefined ? [] : [["loss curve", curve]]),
    ...(skipped.length === 0 ? [] : [["done before", skipped.join(", ")]]),
  ];
  print();
  for (const [label = "", value = ""] of lines) print(`${colors.bold(label.padEnd(11))}  ${value}`);
  print(`\nNext: apprentice eval human-eval --model ${out}/${summary.gguf}`);
}

/** At most so many of the items, evenly spread, with the first and the last. */
function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))]!);
}
