import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors.ts";

/** Bytes of a reference, a pointer file or a settings file at most. */
const largestSmallFile = 1024 * 1024;

/** Bytes of `packed-refs` at most: some repositories have hundreds of thousands of references. */
const largestPackedReferences = 256 * 1024 * 1024;

/** Symbolic references that lead to others are followed so often. */
const longestReferenceChain = 5;

/** A repository as far as its objects need it. Everything was read from plain files: git itself has not looked at it. */
export interface GitRepository {
  readonly root: string;
  /** Absolute path of the folder of objects. */
  readonly objects: string;
  /** What HEAD means, in hexadecimal. */
  readonly commit: string;
  /** `owner/name` where the remote says it, else the folder's name. */
  readonly name: string;
}

/**
 * The folder that holds HEAD for a checkout or a bare clone; undefined when it is neither. Symbolic links are not followed,
 * and a linked worktree must be known to the repository that it points to: a downloaded folder must not lead into another
 * repository of the same machine.
 */
export async function gitFolderOf(root: string): Promise<string | undefined> {
  const inner = path.join(root, ".git");
  const kind = await kindOf(inner);
  if (kind === "folder") return (await isGitFolder(inner)) ? inner : undefined;
  if (kind === "file") return linkedFolder(inner);
  return (await isGitFolder(root)) ? root : undefined;
}

/** Opens a checkout or a bare clone. Throws a UserError when it has no commit, or stores its references in another way. */
export async function openRepository(root: string): Promise<GitRepository> {
  const folder = await gitFolderOf(root);
  const scope = `repository ${root}`;
  if (folder === undefined) throw new UserError(scope, "this is no git repository");
  const common = await commonFolder(folder);
  if ((await kindOf(path.join(common, "reftable"))) === "folder")
    throw new UserError(scope, "its references are a reftable, which is not read", "Clone it with --ref-format=files.");
  const commit = await resolveReference(folder, common, "HEAD");
  if (commit === undefined) throw new UserError(scope, "its HEAD names no commit", "Check out a branch that has one.");
  return { root, objects: path.resolve(common, "objects"), commit, name: await nameOf(root, common) };
}

async function isGitFolder(folder: string): Promise<boolean> {
  const kinds = await Promise.all(["HEAD", "objects", "refs"].map((name) => kindOf(path.join(folder, name))));
  return kinds.join() === "file,folder,folder";
}

/** Where the `.git` file of a linked worktree leads. */
async function linkedFolder(pointer: string): Promise<string | undefined> {
  const target = /^gitdir: (.+?)\s*$/.exec((await readSmall(pointer)) ?? "")?.[1];
  if (target === undefined) return undefined;
  const folder = path.resolve(path.dirname(pointer), target);
  const back = await readSmall(path.join(folder, "gitdir"));
  return back !== undefined && path.resolve(back.trim()) === path.resolve(pointer) ? folder : undefined;
}

/** The folder that a linked worktree shares with its repository; the folder itself for all others. */
async function commonFolder(folder: string): Promise<string> {
  const shared = await readSmall(path.join(folder, "commondir"));
  return shared === undefined ? folder : path.resolve(folder, shared.trim());
}

async function resolveReference(folder: string, common: string, name: string, depth = 0): Promise<string | undefined> {
  if (depth > longestReferenceChain || name.split("/").includes("..")) return undefined;
  const text =
    (await readSmall(path.join(folder, name))) ??
    (await readSmall(path.join(common, name))) ??
    (await packedReference(common, name));
  const value = text?.trim() ?? "";
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return value;
  const next = /^ref: (refs\/[^\0\n]+)$/.exec(value)?.[1];
  return next === undefined ? undefined : resolveReference(folder, common, next, depth + 1);
}

async function packedReference(common: string, name: string): Promise<string | undefined> {
  const text = await readSmall(path.join(common, "packed-refs"), largestPackedReferences);
  return text
    ?.split("\n")
    .find((line) => line.endsWith(` ${name}`) && !line.startsWith("#"))
    ?.split(" ")[0];
}

/** `owner/name` out of the address of the remote; the settings are looked through for it and not acted upon. */
async function nameOf(root: string, common: string): Promise<string> {
  const settings = (await readSmall(path.join(common, "config"))) ?? "";
  const address = /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec(settings)?.[1] ?? "";
  const named =
    /^(?:https?:\/\/|ssh:\/\/|git:\/\/|[\w.-]+@)[^\s/:]+(?::\d+)?[/:]+([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address);
  return named?.[1] ?? path.basename(path.resolve(root)).replace(/\.git$/, "");
}

async function kindOf(file: string): Promise<"file" | "folder" | undefined> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined;
}

/** The text of a small regular file; undefined for everything else. */
async function readSmall(file: string, limit: number = largestSmallFile): Promise<string | undefined> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size > limit) return undefined;
  return readFile(file, "utf8").catch(() => undefined);
}
