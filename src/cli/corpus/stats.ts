import { type Amount, corpusSteps, loadRecipe, type Manifest, readManifest, recipeNames } from "../../corpus/index.ts";
import { bytes, percent, print, printJson, table } from "../output.ts";

interface JsonOption {
  readonly json?: boolean;
}

/** `apprentice corpus stats`. */
export async function statsCommand(folder: string, { json }: JsonOption): Promise<void> {
  const manifest = await readManifest(folder);
  if (json) return printJson(manifest);
  printManifest(manifest);
}

/** Tables of what a corpus holds and how it came about. */
export function printManifest({ recipe, input, steps, output }: Manifest): void {
  const skipped = Object.entries(input.skipped);
  const all = skipped.reduce((sum, [, count]) => sum + count, 0);
  print(`Read by recipe ${recipe.name}: ${input.documents} files, ${bytes(input.bytes)}`);
  if (all > 0) print(`Not taken: ${skipped.map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
  print();
  const rows = steps.flatMap(({ step, documentsIn, documentsOut, dropped, edits }) => [
    [step, String(documentsIn), String(documentsIn - documentsOut), "", String(documentsOut)],
    ...Object.entries(dropped).map(([reason, { documents }]) => [`  ${reason}`, "", "", String(documents), ""]),
    ...Object.entries(edits).map(([kind, count]) => [`  (${kind}: ${count})`, "", "", "", ""]),
  ]);
  print(table(["Step", "In", "Dropped", "For this reason", "Out"], rows, ["left", "right", "right", "right", "right"]));
  const share = input.documents === 0 ? 0 : output.documents / input.documents;
  print(`\nKept: ${output.documents} files (${percent(share)}), ${bytes(output.bytes)}`);
  print(`Mean weight: ${output.documents === 0 ? "–" : (output.weight / output.documents).toFixed(3)}`);
  print();
  print(composition("Language", output.languages));
  print();
  print(composition("Licence", output.licenses));
}

function composition(title: string, amounts: Readonly<Record<string, Amount>>): string {
  const rows = Object.entries(amounts)
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .map(([name, amount]) => [name, String(amount.documents), bytes(amount.bytes)]);
  return table([title, "Files", "Size"], rows, ["left", "right", "right"]);
}

/** `apprentice corpus recipes`. */
export async function recipesCommand({ json }: JsonOption): Promise<void> {
  const recipes = await Promise.all((await recipeNames()).map((name) => loadRecipe(name)));
  const steps = [...(await corpusSteps.all()).values()].map(({ name, description }) => ({ name, description }));
  if (json) return printJson({ recipes, steps });
  print(
    table(
      ["Recipe", "What it makes"],
      recipes.map(({ name, description }) => [name, description]),
    ),
  );
  print();
  print(
    table(
      ["Step", "What it does"],
      steps.map(({ name, description }) => [name, description]),
    ),
  );
}
