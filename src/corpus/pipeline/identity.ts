import { createHash } from "node:crypto";
import { differences } from "../../common/differences.ts";
import { UserError } from "../../common/errors.ts";
import { type Manifest, versions } from "./manifest.ts";
import type { Plan } from "./plan.ts";

/** What makes two builds the same one. */
export interface BuildIdentity {
  /** SHA-256 over everything that a corpus depends on, save for the content of what is read. */
  readonly hash: string;
  /** The same in words, to tell what differs; files of the sources left out. */
  readonly settings: unknown;
}

/** The identity of a build that is asked for. */
export function identityOf(recipe: Manifest["recipe"], keepRejects: boolean, plan: Plan): BuildIdentity {
  const { name: _name, description: _description, ...effective } = recipe;
  const hash = createHash("sha256").update(JSON.stringify({ format: 1, versions: versions(), effective, keepRejects }));
  for (const { stamp: _stamp, ...part } of plan.tasks.flat()) hash.update(JSON.stringify(part));
  const settings = settingsOf({ recipe, versions: versions(), sources: plan.sources }, keepRejects);
  return { hash: hash.digest("hex"), settings };
}

/** The identity that an unfinished build wrote down; one that cannot be read, such as an earlier release's, is nobody's. */
export function readIdentity(text: string): Partial<BuildIdentity> {
  try {
    return JSON.parse(text) as BuildIdentity;
  } catch {
    return {};
  }
}

/** What a corpus was made with. */
export function settingsOf(
  { recipe, versions: releases, sources }: Pick<Manifest, "recipe" | "versions" | "sources">,
  keepRejects: boolean,
): unknown {
  return {
    languages: recipe.languages,
    steps: recipe.steps.map(({ step }) => step),
    step: Object.fromEntries(
      recipe.steps.map(({ step, version = 1, options, facts }) => [
        step,
        { version, ...(options as object), ...facts },
      ]),
    ),
    "--keep-rejects": keepRejects,
    source: Object.fromEntries(sources.map(({ reference, ...about }) => [reference, about])),
    versions: releases,
  };
}

/** The error for a folder that holds another corpus than is asked for, with what differs. */
export function otherCorpus(folder: string, cause: string, theirs: unknown, { settings }: BuildIdentity): UserError {
  const different = theirs === undefined ? ["release: another one"] : differences(theirs, settings);
  if (different.length === 0) different.push("files of the sources: others, or in another order");
  return new UserError(
    `corpus ${folder}`,
    `${cause}:\n  ${different.join("\n  ")}\nNothing was changed.`,
    "Choose another folder with --out, or delete this one.",
  );
}
