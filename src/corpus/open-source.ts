import { UserError } from "../common/errors.ts";
import { exists } from "../common/files.ts";
import { Registry } from "../common/registry.ts";
import type { CorpusSource } from "./source.ts";

/** The kinds of source. */
export const corpusSources = new Registry<CorpusSource>("corpus source", new URL("./sources/", import.meta.url));

/** The source that reads a reference most surely. Throws a UserError when none does. */
export async function openSource(reference: string): Promise<CorpusSource> {
  const sources = [...(await corpusSources.all()).values()];
  const claims = await Promise.all(sources.map((source) => source.claims(reference)));
  const best = claims.indexOf(Math.max(...claims));
  if (claims[best]! > 0) return sources[best]!;
  const forms = sources.map(({ referenceForm }) => referenceForm).join("; ");
  throw new UserError(
    `source "${reference}"`,
    (await exists(reference)) ? "no kind of source can read it" : "there is no such file or folder",
    `A source is one of: ${forms}.`,
  );
}
