/**
 * Model FLOPs utilisation of training, for several micro-batches, with and without attention across documents:
 *
 *     npx tsx bench/training/utilisation.ts CORPUS [PRESET=110m] [MICRO_BATCHES=8,16,32,64] [STEPS=40]
 *
 * CORPUS is any folder that `apprentice corpus build` wrote; what is in it does not change the speed. The table gives the median of the
 * second half of the steps, when everything is compiled and warm.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { choosePreset } from "../../src/training/presets.ts";
import { settingsWith, type TrainingSettings } from "../../src/training/settings.ts";
import { type TrainingRequest, train } from "../../src/training/train.ts";

const [corpus = "", preset = "110m", microBatches = "8,16,32,64", steps = "40"] = process.argv.slice(2);
const { vocabulary, training } = await choosePreset(preset);
const work = await mkdtemp(path.join(os.tmpdir(), "utilisation-"));

/** Trains for a few steps and gives the medians of tokens a second and of the utilisation. */
async function measure(name: string, changes: Partial<TrainingSettings>): Promise<string> {
  const settings = settingsWith(training, { vocabulary, accumulation: 4, evaluation_sequences: 1 }, changes);
  const out = path.join(work, name);
  const request: TrainingRequest = {
    corpus,
    model: { preset },
    budget: { steps: Number(steps) },
    settings,
    gguf: "F16",
    out,
  };
  const notes: string[] = [];
  let machine = "";
  await train(request, {
    onStart: ({ device, precision, peak_flops }) => {
      machine = `${device}, ${precision}, peak ${((peak_flops ?? 0) / 1e12).toFixed(1)} TFLOP/s`;
    },
    onProgress: ({ task, note = "" }) => void (task === "train" && notes.push(note)),
  });
  const late = notes.slice(Math.floor(notes.length / 2));
  const median = (pattern: RegExp) => {
    const values = late.map((note) => Number(pattern.exec(note)?.[1]?.replaceAll(",", ""))).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)];
  };
  return `${median(/([\d,]+) tokens\/s/)} tokens/s | ${median(/MFU ([\d.]+)/)} % | ${machine}`;
}

try {
  console.log("| documents | micro-batch | tokens/s | utilisation | device |");
  console.log("| --- | ---: | ---: | ---: | --- |");
  for (const documents of ["separate", "joined"] as const)
    for (const size of microBatches.split(",").map(Number)) {
      const result = await measure(`${documents}-${size}`, { documents, micro_batch: size }).catch(
        (error: Error) => `${error.message.split("\n").at(-1)} | | `,
      );
      console.log(`| ${documents} | ${size} | ${result} |`);
    }
} finally {
  await rm(work, { recursive: true, force: true });
}
