import { UserError } from "../common/errors.ts";
import { Registry } from "../common/registry.ts";
import type { Model, ModelProvider, ModelSettings, ProviderSetting } from "./model.ts";
import { unknownModel } from "./model-files.ts";

/** The kinds of model. */
export const modelProviders = new Registry<ModelProvider>("model provider", new URL("./providers/", import.meta.url));

/**
 * Opens the model that a reference names with the provider that claims it most surely. A local model that is not on this
 * machine yet is downloaded. Throws a UserError when no provider knows such a reference, or when a setting means nothing to it.
 */
export async function openModel(reference: string, settings: ModelSettings = {}): Promise<Model> {
  const providers = [...(await modelProviders.all()).values()];
  const best = providers.reduce((a, b) => (b.claims(reference) > a.claims(reference) ? b : a));
  if (best.claims(reference) > 0) {
    refuseForeignSettings(best, providers, settings);
    return best.open(reference, settings);
  }
  const forms = providers.filter(({ name }) => name !== "llama.cpp").map(({ referenceForm }) => referenceForm);
  throw unknownModel(reference, forms);
}

/** A setting that is ignored would let the user believe that it holds, a budget above all. */
function refuseForeignSettings(best: ModelProvider, all: readonly ModelProvider[], settings: ModelSettings): void {
  const known = new Set(all.flatMap((provider) => provider.settings));
  const isForeign = (name: string): name is ProviderSetting =>
    known.has(name as ProviderSetting) && !best.settings.includes(name as ProviderSetting);
  const foreign = Object.entries(settings).find(([name, value]) => value !== undefined && isForeign(name))?.[0];
  if (foreign === undefined) return;
  const others = all.filter((provider) => provider.settings.includes(foreign as ProviderSetting));
  throw new UserError(
    `--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `it means nothing for a model of ${best.name}`,
    `Leave it out; it is for models of ${others.map(({ name }) => name).join(", ")}.`,
  );
}
