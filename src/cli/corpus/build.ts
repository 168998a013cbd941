import path from "node:path";
import { buildCorpus, loadRecipe, type Manifest } from "../../corpus/index.ts";
import { bytes, duration, print, printJson, remark } from "../output.ts";
import { progressBars } from "../progress-bar.ts";
import { printManifest } from "./stats.ts";

interface BuildOptions {
  readonly recipe: string;
  readonly out?: string;
  readonly threads?: number;
  readonly keepRejects?: boolean;
  readonly json?: boolean;
}

/** `apprentice corpus build`. */
export async function buildCommand(sources: readonly string[], options: BuildOptions): Promise<void> {
  const recipe = await loadRecipe(options.recipe);
  const folder = options.out ?? path.join("corpora", recipe.name);
  const bars = progressBars();
  const started = Date.now();
  const { manifest, wasThere } = await buildCorpus({
    recipe,
    sources,
    folder,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    keepRejects: options.keepRejects === true,
    progress: bars.listener,
  }).finally(() => bars.stop());
  warn(manifest);
  if (options.json) return printJson({ folder, ...manifest });
  printManifest(manifest);
  const seconds = (Date.now() - started) / 1000;
  if (wasThere) print(`\n${folder} was there already, from the same recipe and sources; delete it to build it anew.`);
  else print(`\n${folder}: ${bytes(manifest.input.bytes)} read in ${duration(seconds)}`);
}

/** What a reader of the numbers must know before anything else. */
function warn({ recipe, sources, output }: Manifest): void {
  for (const { reference } of sources.filter(({ parts }) => parts === 0))
    remark(`Nothing to read in ${reference}: no file of ${recipe.languages.join(", ")}.`);
  if (output.documents === 0) remark("The corpus is empty: the recipe's steps kept nothing.");
  const facts = recipe.steps.find(({ step }) => step === "decontaminate")?.facts;
  const missing = (facts?.notCovered ?? []) as readonly string[];
  if (facts === undefined) remark("Not decontaminated: the recipe switches it off.");
  if (missing.length > 0)
    remark(
      `Not decontaminated against ${missing.join(", ")}: their data is not on this machine. Bring it with: apprentice benchmark fetch --all`,
    );
}
