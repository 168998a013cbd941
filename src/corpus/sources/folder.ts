import { type Dirent, lstatSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import type { Document, Skipped } from "../document.ts";
import { installedLicenses, licenseFilesIn } from "../reading/installed-packages.ts";
import { holdsInstalledPackages, isInnerFolder, isOtherSource } from "../reading/left-out.ts";
import { licenseOfFolder, NearestLicense, tellsLicense } from "../reading/nearest-license.ts";
import { batches } from "../reading/parts.ts";
import { type SkipReason, skipped } from "../reading/reasons.ts";
import { readRegularFile } from "../reading/regular-file.ts";
import { stampOf } from "../reading/stamp.ts";
import { documentOf } from "../reading/text.ts";
import type { CorpusSource, PathFilter, SourcePart } from "../source.ts";
import { everyLanguage } from "../wanted-files.ts";

/** A file on its way into a part. */
interface FoundFile {
  /** Path below its repository. */
  readonly path: string;
  readonly bytes: number;
  readonly ctimeMs: number;
  /** Why it is not read. */
  readonly obstacle?: SkipReason;
}

/** A part in plain form: a repository, by its path below the folder, and some of its files. */
interface Detail {
  readonly repository: string;
  /** Each file's path, or a path with the reason why nothing is read there. */
  readonly files: readonly (string | readonly [path: string, obstacle: SkipReason])[];
}

/** The files of a folder, as they lie there. */
export const member: CorpusSource = {
  name: "folder",
  referenceForm: "a folder of files or of repositories",

  claims: (reference) =>
    stat(reference).then(
      (found) => (found.isDirectory() ? 0.5 : 0),
      () => 0,
    ),

  async parts(reference, filter) {
    const wants = filter ?? (await everyLanguage());
    const entries = await list(reference);
    if (entries === undefined) throw new UserError(`folder ${reference}`, "it cannot be read", "Check its rights.");
    const repositories = new Map<string, Repository>();
    await walk({ root: reference, wants, repositories }, "", undefined, entries);
    const parts: SourcePart[] = [];
    for (const [repository, { files, licenses }] of repositories) {
      for (const batch of batches(files)) {
        const detail: Detail = {
          repository,
          files: batch.files.map(({ path, obstacle }) => (obstacle === undefined ? path : [path, obstacle])),
        };
        parts.push({
          source: this.name,
          reference,
          detail: JSON.stringify(detail),
          bytes: batch.bytes,
          stamp: stampOf([...batch.files, ...licenses]),
        });
      }
    }
    return parts;
  },

  async *read({ reference, detail }) {
    const { repository, files } = JSON.parse(detail) as Detail;
    const root = path.join(reference, repository);
    const repo = repository === "" ? path.basename(path.resolve(reference)) : repository;
    const installed = repository === "" ? await installedLicenses(root) : undefined;
    const licenses = new NearestLicense(async (folder) => {
      const own = licenseOfFolder(await licenseFilesIn(path.join(root, folder)), "text");
      return own === undefined ? installed?.get(folder) : own;
    });
    for (const file of files) {
      if (typeof file === "string") yield await readDocument(root, repo, file, licenses);
      else yield skipped(repo, ...file);
    }
  },
};

async function readDocument(
  root: string,
  repo: string,
  file: string,
  licenses: NearestLicense,
): Promise<Document | Skipped> {
  const bytes = readRegularFile(path.join(root, file));
  if (typeof bytes === "string") return skipped(repo, file, bytes);
  return documentOf(bytes, { path: file, repo, license: await licenses.of(file), stars: null });
}

/** What was found of a repository. */
interface Repository {
  readonly files: FoundFile[];
  /** Files that say what the licence of the others is. */
  readonly licenses: { readonly ctimeMs: number }[];
}

/** What is the same for every folder of a walk. */
interface Walk {
  readonly root: string;
  readonly wants: PathFilter;
  /** By path below the root. */
  readonly repositories: Map<string, Repository>;
}

/**
 * Lists the wanted files below a folder, folder by folder, each in the order of its names. What is counted without being read is listed too: a
 * folder that cannot be listed or that others' packages were installed into, symbolic links, archives, data sets.
 *
 * @param repository path of the repository that the folder belongs to; undefined above all repositories
 * @param entries what lies in the folder
 */
async function walk(
  walking: Walk,
  folder: string,
  repository: string | undefined,
  entries: readonly Dirent[],
): Promise<void> {
  const own = startsRepository(entries, repository) ? folder : repository;
  for (const entry of entries) {
    const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await walkFolder(walking, file, own);
    else listFile(walking, file, own, entry);
  }
}

async function walkFolder(walking: Walk, folder: string, repository: string | undefined): Promise<void> {
  const name = path.basename(folder);
  if (isInnerFolder(name)) return;
  const entries = await list(path.join(walking.root, folder));
  const about = { path: folder, bytes: 0, ctimeMs: 0 };
  if (entries === undefined) return addFile(walking, repository, { ...about, obstacle: "unreadable" });
  if (holdsInstalledPackages(name, entries))
    return addFile(walking, repository, { ...about, obstacle: "folder of installed packages" });
  await walk(walking, folder, repository, entries);
}

function listFile(walking: Walk, file: string, repository: string | undefined, entry: Dirent): void {
  const isWanted = entry.isSymbolicLink() || walking.wants(file);
  const saysLicense = tellsLicense(entry.name);
  if (!isWanted && !saysLicense) {
    if (isOtherSource(entry.name))
      addFile(walking, repository, { path: file, bytes: 0, ctimeMs: 0, obstacle: "archive or data set" });
    return;
  }
  // Synchronous: a tenth of the time, and the event loop gets its turn at the next folder.
  const { size = 0, ctimeMs = 0 } = lstatSync(path.join(walking.root, file), { throwIfNoEntry: false }) ?? {};
  if (saysLicense) repositoryOf(walking, repository).licenses.push({ ctimeMs });
  if (isWanted) addFile(walking, repository, { path: file, bytes: size, ctimeMs });
}

/** What lies in a folder, by name; undefined where it cannot be listed. */
async function list(folder: string): Promise<Dirent[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  return entries?.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** A checkout starts a repository anywhere; a licence starts one where no repository surrounds it. */
function startsRepository(entries: readonly Dirent[], surrounding: string | undefined): boolean {
  return entries.some(({ name }) => name === ".git" || (surrounding === undefined && tellsLicense(name)));
}

function addFile(walking: Walk, repository: string | undefined, { path: file, ...about }: FoundFile): void {
  const own = repository === undefined || repository === "" ? file : file.slice(repository.length + 1);
  repositoryOf(walking, repository).files.push({ path: own, ...about });
}

function repositoryOf({ repositories }: Walk, repository = ""): Repository {
  let found = repositories.get(repository);
  if (found === undefined) {
    found = { files: [], licenses: [] };
    repositories.set(repository, found);
  }
  return found;
}
