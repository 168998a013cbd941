import { readPresets } from "../../training/presets.ts";
import { regimes } from "../../training/regimes.ts";
import { settingsWith } from "../../training/settings.ts";
import { print, printJson, table } from "../output.ts";

/** `apprentice train presets`. */
export async function printPresets({ json }: { json?: true }): Promise<void> {
  const presets = await readPresets();
  if (json)
    return printJson({
      presets: Object.fromEntries(presets),
      regimes: Object.fromEntries(regimes),
      usual: settingsWith(),
    });
  print(
    table(
      ["preset", "parameters", "vocabulary", "what it is for"],
      [...presets].map(([name, { parameters, vocabulary, description }]) => [
        name,
        `${(parameters / 1e6).toFixed(1)} M`,
        vocabulary.toLocaleString("en"),
        description,
      ]),
      ["left", "right", "right"],
    ),
  );
  print();
  print(
    table(
      ["regime", "what it is", "settings"],
      [...regimes].map(([name, { description, settings }]) => [name, description, assignments(settings)]),
    ),
  );
  print(`\nUnless a preset or a regime says otherwise: ${assignments(settingsWith())}`);
}

function assignments(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
