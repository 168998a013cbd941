import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { codeLanguages } from "../code/languages.ts";
import { messageOf, UserError, unknownName } from "../common/errors.ts";
import { packageFolder } from "../common/folders.ts";
import { schemaFault } from "../common/schema-fault.ts";
import { corpusSteps } from "./steps.ts";

/** A step of a recipe with all its options. */
export interface ChosenStep {
  readonly step: string;
  readonly options: unknown;
}

/** What is to be done to documents. */
export interface Recipe {
  readonly name: string;
  readonly description: string;
  /** Names of languages whose files are taken. */
  readonly languages: readonly string[];
  /** What is read when the command names no source. */
  readonly sources: readonly string[];
  readonly steps: readonly ChosenStep[];
}

const stepEntry = z.union([z.string(), z.looseObject({ step: z.string() })]);

const recipeFile = z.strictObject({
  description: z.string().default(""),
  languages: z.array(z.string()).min(1).optional(),
  sources: z.array(z.string()).default([]),
  steps: z.array(stepEntry).min(1),
  /** Decontamination is on by default: without a step of that name it comes last. */
  decontaminate: z.boolean().default(true),
});

const folder = path.join(packageFolder, "recipes", "corpus");

/** Names of the recipes that come with Apprentice. */
export async function recipeNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => (file.endsWith(".json") ? [path.basename(file, ".json")] : [])).sort();
}

/**
 * The recipe of that name, or the one in a file (`.json`). In a file, sources that begin with a dot are relative to it.
 * @throws UserError that names the file and the field that is wrong, with near misses for unknown steps and languages
 */
export async function loadRecipe(nameOrFile: string): Promise<Recipe> {
  const isFile = nameOrFile.endsWith(".json");
  if (!isFile && !(await recipeNames()).includes(nameOrFile))
    throw unknownName("corpus recipe", nameOrFile, await recipeNames());
  const file = isFile ? path.resolve(nameOrFile) : path.join(folder, `${nameOrFile}.json`);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UserError(`corpus recipe ${nameOrFile}`, `it cannot be read (${messageOf(error)})`);
  });
  return readRecipe(text, nameOrFile, file);
}

async function readRecipe(text: string, shown: string, file: string): Promise<Recipe> {
  const scope = `corpus recipe ${shown}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(scope, `this is not JSON (${messageOf(error)})`);
  }
  const recipe = checkedField(recipeFile, value, scope);
  const known = [...(await codeLanguages.all()).keys()];
  const unknown = recipe.languages?.find((language) => !known.includes(language));
  if (unknown !== undefined) throw unknownName("code language", unknown, known);
  const steps = await Promise.all(recipe.steps.map((entry) => chosenStep(entry, scope)));
  if (recipe.decontaminate && !steps.some(({ step }) => step === "decontaminate"))
    steps.push(await chosenStep("decontaminate", scope));
  const base = path.dirname(file);
  const sources = recipe.sources.map((source) => (source.startsWith(".") ? path.resolve(base, source) : source));
  const name = path.basename(file, ".json");
  return { name, description: recipe.description, languages: recipe.languages ?? known, sources, steps };
}

async function chosenStep(entry: z.infer<typeof stepEntry>, scope: string): Promise<ChosenStep> {
  const { step, ...options } = typeof entry === "string" ? { step: entry } : entry;
  const member = await corpusSteps.get(step);
  return { step, options: checkedField(member.options, options, `${scope}, step ${step}`) };
}

function checkedField<Value>(schema: z.ZodType<Value>, value: unknown, scope: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, cause } = schemaFault(result.error, schema);
  throw new UserError(scope, field === "" ? cause : `the field "${field}" is wrong: ${cause}`);
}
