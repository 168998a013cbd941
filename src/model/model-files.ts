import { readdir, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nearMisses, UserError } from "../common/errors.ts";
import { exists, sha256OfFile } from "../common/files.ts";
import { homeFolder } from "../common/folders.ts";
import { type FetchWatcher, fetchPinnedFile } from "../common/pinned-file.ts";
import { type CatalogueModel, catalogue } from "./catalogue.ts";
import { findHubFile, type HubReference, parseHubReference } from "./hub.ts";

/** What a reference to a local model means. */
export type ModelFileReference =
  | { readonly kind: "catalogue"; readonly model: CatalogueModel }
  | { readonly kind: "hub"; readonly hub: HubReference }
  | { readonly kind: "path"; readonly path: string };

/** Reads a reference: a catalogue name, a Hub name or a path; undefined when it is none of them. */
export function parseModelFileReference(reference: string): ModelFileReference | undefined {
  const model = catalogue.find(({ name }) => name === reference.toLowerCase());
  if (model !== undefined) return { kind: "catalogue", model };
  if (reference.startsWith("hf:")) {
    const hub = parseHubReference(reference.slice(3));
    return hub === undefined ? undefined : { kind: "hub", hub };
  }
  if (reference.toLowerCase().endsWith(".gguf") && !/^[\w.-]+\/[\w.-]+:/.test(reference))
    return { kind: "path", path: path.resolve(reference.replace(/^~(?=\/)/, os.homedir())) };
  const hub = parseHubReference(reference);
  return hub === undefined ? undefined : { kind: "hub", hub };
}

/** Where the file of a catalogue model lies, or will lie. */
export function catalogueFile(model: CatalogueModel): string {
  return path.join(modelsFolder(), model.file.name);
}

/** Whether a catalogue model has been downloaded. */
export async function isPulled(model: CatalogueModel): Promise<boolean> {
  return stat(catalogueFile(model)).then(
    ({ size }) => size === model.file.bytes,
    () => false,
  );
}

/**
 * The path of a model's file, downloading it where it is not on this machine yet. Throws a UserError when there is no such
 * model or no source can give it.
 */
export async function pullModel(reference: string, watcher: FetchWatcher = {}): Promise<string> {
  const parsed = parseModelFileReference(reference);
  if (parsed === undefined) throw unknownModel(reference);
  if (parsed.kind === "catalogue") {
    const destination = catalogueFile(parsed.model);
    await fetchPinnedFile(parsed.model.file, destination, watcher);
    return destination;
  }
  if (parsed.kind === "hub") return pullFromHub(parsed.hub, watcher);
  if (await exists(parsed.path)) return parsed.path;
  throw new UserError(`model "${reference}"`, "there is no such file", "Check the path.");
}

/** SHA-256 of a model's file. Throws a UserError where the catalogue pins another one: disks and people change files. */
export async function sha256OfModel(reference: string, file: string): Promise<string> {
  const sha256 = await sha256OfFile(file);
  const parsed = parseModelFileReference(reference);
  if (parsed?.kind !== "catalogue" || parsed.model.file.sha256 === sha256) return sha256;
  throw new UserError(
    `model "${reference}"`,
    `${file} has the sha256 ${sha256}, and the catalogue pins ${parsed.model.file.sha256}`,
    `Delete the file and run: apprentice model pull ${parsed.model.name}`,
  );
}

/** What is known of a local model without downloading it. */
export interface ModelFile {
  /** Where the file lies; absent where it has not been pulled. */
  readonly path?: string;
  /** Size and hash that it has or will have, as far as its source says them. */
  readonly bytes?: number;
  readonly sha256?: string;
}

/** Looks for a model's file and, where it is not on this machine, asks its source about it. Throws a UserError when there is no such model. */
export async function findModelFile(reference: string): Promise<ModelFile> {
  const parsed = parseModelFileReference(reference);
  if (parsed === undefined) throw unknownModel(reference);
  if (parsed.kind === "path") return { path: await pullModel(reference) };
  if (parsed.kind === "catalogue") {
    const { file } = parsed.model;
    return {
      bytes: file.bytes,
      sha256: file.sha256,
      ...((await isPulled(parsed.model)) ? { path: catalogueFile(parsed.model) } : {}),
    };
  }
  const pulled = await pulledFromHub(parsed.hub);
  if (pulled !== undefined) return { path: pulled };
  const { bytes, sha256 } = await findHubFile(parsed.hub);
  return { bytes, ...(sha256 === undefined ? {} : { sha256 }) };
}

/** The error for a reference that no provider understands. */
export function unknownModel(reference: string, otherForms: readonly string[] = []): UserError {
  const names = catalogue.map(({ name }) => name);
  const near = nearMisses(reference, names);
  const forms = [...names, "PATH.gguf", "OWNER/NAME[:FILE.gguf] on the Hugging Face hub", ...otherForms];
  return new UserError(
    `model "${reference}"`,
    "there is no such one",
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Name one of: ${forms.join(", ")}.`,
  );
}

function hubFolder({ owner, name }: HubReference): string {
  return path.join(modelsFolder(), owner, name);
}

/** A file under its final name is whole, so that a model that was pulled once works offline. */
async function pulledFromHub(hub: HubReference): Promise<string | undefined> {
  const folder = hubFolder(hub);
  if (hub.file !== undefined)
    return (await exists(path.join(folder, hub.file))) ? path.join(folder, hub.file) : undefined;
  const present = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".gguf"));
  return present.length === 1 ? path.join(folder, present[0]!) : undefined;
}

async function pullFromHub(hub: HubReference, watcher: FetchWatcher): Promise<string> {
  const pulled = await pulledFromHub(hub);
  if (pulled !== undefined) return pulled;
  const file = await findHubFile(hub);
  const destination = path.join(hubFolder(hub), file.name);
  await fetchPinnedFile(file, destination, watcher);
  return destination;
}

function modelsFolder(): string {
  return path.join(homeFolder(), "models");
}
