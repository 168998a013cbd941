import { stat } from "node:fs/promises";
import path from "node:path";
import type { Document, Skipped } from "../document.ts";
import { type ArchiveEntry, archiveEntries } from "../reading/archive-entries.ts";
import {
  type LicenseFile,
  largestLicenseFile,
  licenseOfFolder,
  NearestLicense,
  tellsLicense,
} from "../reading/nearest-license.ts";
import { largestDocument, skipped } from "../reading/reasons.ts";
import { shardFiles } from "../reading/shard-files.ts";
import { stampOf } from "../reading/stamp.ts";
import { documentOf, staysInside } from "../reading/text.ts";
import { UnpacksTooLarge } from "../reading/unpacking.ts";
import type { CorpusSource, PathFilter } from "../source.ts";
import { everyLanguage } from "../wanted-files.ts";

const ending = /\.(whl|zip|tgz|tar\.gz|tar)$/i;

/** Licence files of a package that are looked at: the first so many. */
const mostLicenseFiles = 500;

/** Package archives: wheels, source distributions, npm tarballs. They are unpacked in memory, never installed or run. */
export const member: CorpusSource = {
  name: "archive",
  referenceForm: "a package archive (.whl, .tar.gz, .tgz, .zip) or a folder of them",

  claims: async (reference) => ((await shardFiles(reference, ending)).length > 0 ? 1 : 0),

  async parts(reference) {
    const archives = await shardFiles(reference, ending);
    return Promise.all(
      archives.map(async (file) => {
        const found = await stat(file);
        return { source: this.name, reference, detail: file, bytes: found.size, stamp: stampOf([found]) };
      }),
    );
  },

  async *read({ detail: file }, filter) {
    const wants = filter ?? (await everyLanguage());
    const repo = packageName(file);
    const { top, licenses } = await surveyOf(file);
    try {
      for await (const entry of archiveEntries(file)) {
        const item = await readEntry(entry, entry.path.slice(top.length), repo, licenses, wants);
        if (item !== undefined) yield item;
      }
    } catch (error) {
      yield skipped(repo, path.basename(file), reasonOf(error));
    }
  },
};

/** A document or why there is none; undefined for what nobody asked for. */
async function readEntry(
  entry: ArchiveEntry,
  file: string,
  repo: string,
  licenses: NearestLicense,
  wants: PathFilter,
): Promise<Document | Skipped | undefined> {
  if (entry.kind === "folder") return undefined;
  if (!staysInside(entry.path)) return skipped(repo, entry.path, "path leads outside");
  if (entry.kind === "link") return skipped(repo, file, "symbolic link");
  if (entry.kind === "other") return skipped(repo, file, "not a regular file");
  if (!wants(file)) return undefined;
  if (entry.kind === "encrypted") return skipped(repo, file, "encrypted");
  if (entry.bytes > largestDocument) return skipped(repo, file, "larger than 16 MiB");
  try {
    return documentOf(await entry.read(), { path: file, repo, license: await licenses.of(file), stars: null });
  } catch (error) {
    if (error instanceof UnpacksTooLarge) throw error;
    return skipped(repo, file, "truncated or damaged");
  }
}

function reasonOf(error: unknown): "unpacks too large" | "truncated or damaged" {
  return error instanceof UnpacksTooLarge ? "unpacks too large" : "truncated or damaged";
}

/** What must be known of an archive before its files are read: they may come before the file that tells their licence. */
interface Survey {
  /** The folder that everything lies in, with its slash: `package/`, `name-1.2.3/`; empty where there is none. */
  readonly top: string;
  readonly licenses: NearestLicense;
}

async function surveyOf(archive: string): Promise<Survey> {
  const found: { readonly path: string; readonly text: string }[] = [];
  const tops = new Set<string>();
  try {
    for await (const entry of archiveEntries(archive)) {
      if (entry.kind !== "folder") tops.add(/^[^/]+\//.exec(entry.path)?.[0] ?? "");
      if (tops.size > 2) tops.add("");
      const name = path.posix.basename(entry.path);
      if (entry.kind !== "file" || !tellsLicense(name)) continue;
      if (entry.bytes > largestLicenseFile || found.length >= mostLicenseFiles) continue;
      const content = await entry.read().catch(() => undefined);
      if (content !== undefined) found.push({ path: entry.path, text: content.toString("utf8") });
    }
  } catch {
    // Reading the files meets the same damage, and says so.
  }
  const top = tops.size === 1 ? [...tops][0]! : "";
  const folders = new Map<string, LicenseFile[]>();
  for (const { path: file, text } of found) {
    const folder = describedFolder(path.posix.dirname(file.slice(top.length)));
    folders.set(folder, [...(folders.get(folder) ?? []), { name: path.posix.basename(file), text }]);
  }
  return {
    top,
    licenses: new NearestLicense(async (folder) => licenseOfFolder(folders.get(folder) ?? [], "metadata")),
  };
}

/** The folder that a licence file speaks for: its own, but for `x.dist-info` and `x.egg-info` the one that they lie in. */
function describedFolder(folder: string): string {
  const described = folder.replace(/(^|\/)[^/]+\.(dist|egg)-info(\/.*)?$/, "");
  return described === "." ? "" : described;
}

/** `name-version`: the first two parts of a wheel's name (PEP 427), all of another archive's. */
function packageName(archive: string): string {
  const stem = path.basename(archive).replace(ending, "");
  return /\.whl$/i.test(archive) ? stem.split("-").slice(0, 2).join("-") : stem;
}
