import type { Document, Skipped } from "../document.ts";
import { GitObjects, requireGit, type TreeEntry } from "../reading/git-objects.ts";
import { type GitRepository, gitFolderOf, openRepository } from "../reading/git-repository.ts";
import { largestLicenseFile, licenseOfFolder, NearestLicense, tellsLicense } from "../reading/nearest-license.ts";
import { batches } from "../reading/parts.ts";
import { largestDocument, type SkipReason, skipped } from "../reading/reasons.ts";
import { documentOf } from "../reading/text.ts";
import type { CorpusSource, PathFilter, SourcePart } from "../source.ts";
import { everyLanguage } from "../wanted-files.ts";

/** A part in plain form. */
interface Detail {
  readonly repository: GitRepository;
  /** Each file's path and object; where it cannot be read, the reason in the place of the object. */
  readonly files: readonly (readonly [path: string, object: string])[];
  /** The files that tell licences, in all folders above those files. */
  readonly licenses: readonly (readonly [path: string, object: string])[];
}

/** The files of the commit that a checkout or a bare clone has at its HEAD, read from git's objects. */
export const member: CorpusSource = {
  name: "git",
  referenceForm: "a git checkout or bare clone",

  claims: async (reference) => ((await gitFolderOf(reference)) === undefined ? 0 : 1),

  async parts(reference, filter) {
    const wants = filter ?? (await everyLanguage());
    await requireGit(reference);
    const repository = await openRepository(reference);
    const { files, licenses } = await listFiles(repository, wants);
    return [...batches(files)].map((batch): SourcePart => {
      const folders = new Set(batch.files.flatMap((file) => foldersAbove(file.path)));
      const detail: Detail = {
        repository,
        files: batch.files.map((file) => [file.path, file.obstacle ?? file.object]),
        licenses: licenses.filter((file) => folders.has(folderOf(file.path))).map(({ path, object }) => [path, object]),
      };
      return { source: this.name, reference, detail: JSON.stringify(detail), bytes: batch.bytes };
    });
  },

  async *read({ detail }) {
    const { repository, files, licenses } = JSON.parse(detail) as Detail;
    const objects = await GitObjects.open(repository);
    try {
      yield* readFiles(objects, files, await readLicenses(objects, licenses));
    } finally {
      await objects.close();
    }
  },
};

/** A wanted file, and what stands in the way of reading it. */
type ListedFile = TreeEntry & { readonly obstacle?: SkipReason };

async function listFiles(
  repository: GitRepository,
  wants: PathFilter,
): Promise<{ files: ListedFile[]; licenses: TreeEntry[] }> {
  const files: ListedFile[] = [];
  const licenses: TreeEntry[] = [];
  const objects = await GitObjects.open(repository);
  try {
    for await (const entry of objects.entries()) {
      if (entry.kind === "link") files.push({ ...entry, obstacle: "symbolic link" });
      else if (entry.kind === "submodule") files.push({ ...entry, obstacle: "submodule" });
      else if (wants(entry.path))
        files.push(entry.bytes > largestDocument ? { ...entry, obstacle: "larger than 16 MiB" } : entry);
      if (entry.kind === "file" && entry.bytes <= largestLicenseFile && tellsLicense(nameOf(entry.path)))
        licenses.push(entry);
    }
  } finally {
    await objects.close();
  }
  return { files, licenses };
}

/** The folders that a file lies in, from its own up to the top, which is the empty path. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = path; folder !== ""; ) {
    folder = folderOf(folder);
    folders.push(folder);
  }
  return folders;
}

async function readLicenses(objects: GitObjects, licenses: Detail["licenses"]): Promise<NearestLicense> {
  const folders = new Map<string, { name: string; text: string }[]>();
  let index = 0;
  for await (const blob of objects.blobs(licenses.map(([, object]) => object))) {
    const [path] = licenses[index++]!;
    const name = nameOf(path);
    const folder = folderOf(path);
    if (blob !== undefined)
      folders.set(folder, [...(folders.get(folder) ?? []), { name, text: blob.toString("utf8") }]);
  }
  return new NearestLicense(async (folder) => licenseOfFolder(folders.get(folder) ?? [], "text"));
}

async function* readFiles(
  objects: GitObjects,
  files: Detail["files"],
  licenses: NearestLicense,
): AsyncGenerator<Document | Skipped> {
  const repo = objects.repository.name;
  const isObject = (object: string) => /^[0-9a-f]+$/.test(object);
  const blobs = objects.blobs(files.map(([, object]) => object).filter(isObject));
  for (const [path, object] of files) {
    if (!isObject(object)) {
      yield skipped(repo, path, object as SkipReason);
      continue;
    }
    const { value: blob } = await blobs.next();
    yield blob === undefined || blob === null
      ? skipped(repo, path, "unreadable")
      : documentOf(blob, { path, repo, license: await licenses.of(path), stars: null });
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
