import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { ByteReader } from "./byte-reader.ts";
import type { GitRepository } from "./git-repository.ts";

/** Bytes of a line of git's answers at most; a tree's longest path is 4 KiB on every system. */
const longestLine = 64 * 1024;

/** An entry of a tree. */
export interface TreeEntry {
  readonly kind: "file" | "link" | "submodule";
  readonly object: string;
  readonly bytes: number;
  readonly path: string;
}

/**
 * Reads a repository's objects with git, and nothing else of the repository: no setting of it, no hook, no filter, no
 * remote. Git is given an empty repository of our own whose object folder is theirs, so that what a hostile `config` says
 * (programs to run, objects to fetch from elsewhere) is never seen.
 */
export class GitObjects {
  private constructor(
    readonly repository: GitRepository,
    readonly folder: string,
  ) {}

  static async open(repository: GitRepository): Promise<GitObjects> {
    const folder = await mkdtemp(path.join(os.tmpdir(), `apprentice-git-${process.pid}-`));
    await Promise.all(["objects", "refs"].map((name) => mkdir(path.join(folder, name))));
    await writeFile(path.join(folder, "HEAD"), "ref: refs/heads/none\n");
    await writeFile(path.join(folder, "config"), settingsFor(repository.commit));
    return new GitObjects(repository, folder);
  }

  /** All entries below the repository's commit, in git's order. Throws a UserError when they cannot be listed. */
  async *entries(): AsyncGenerator<TreeEntry> {
    const { commit, root } = this.repository;
    const git = this.#start(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]);
    let rest = "";
    for await (const chunk of git.stdout!.setEncoding("utf8")) {
      const lines = (rest + (chunk as string)).split("\0");
      rest = lines.pop() ?? "";
      for (const line of lines) yield treeEntry(line);
    }
    if ((await exitStatus(git)) === 0 && rest === "") return;
    throw new UserError(`repository ${root}`, `git cannot list the files of ${commit}`, "Check it with `git fsck`.");
  }

  /**
   * The content of blobs, in the order asked for; undefined for one that is missing or damaged. The next goes on in any case.
   */
  async *blobs(objects: readonly string[]): AsyncGenerator<Buffer | undefined> {
    let at = 0;
    while (at < objects.length) {
      const git = this.#start(["cat-file", "--batch", "--buffer"]);
      git.stdin!.on("error", () => undefined);
      git.stdin!.end(
        objects
          .slice(at)
          .map((object) => `${object}\n`)
          .join(""),
      );
      try {
        const reader = new ByteReader(git.stdout!);
        for (; at < objects.length; at++) {
          const blob = await nextBlob(reader);
          if (blob === "ended") break;
          yield blob;
        }
      } finally {
        git.kill("SIGKILL");
      }
      // What git died of is the object that it was reading.
      if (at < objects.length) {
        yield undefined;
        at++;
      }
    }
  }

  /** Removes the empty repository. */
  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #start(commandArguments: readonly string[]): ChildProcess {
    const git = spawn("git", commandArguments, {
      cwd: this.folder,
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        LC_ALL: "C",
        GIT_DIR: this.folder,
        GIT_OBJECT_DIRECTORY: this.repository.objects,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: os.devNull,
        GIT_ALLOW_PROTOCOL: "none",
        GIT_NO_LAZY_FETCH: "1",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_TERMINAL_PROMPT: "0",
      },
    });
    git.once("error", () => undefined);
    return git;
  }
}

/** Whether git can be started. */
export async function requireGit(root: string): Promise<void> {
  const git = spawn("git", ["--version"], { stdio: "ignore" });
  const [status] = (await once(git, "exit").catch(() => [null])) as [number | null];
  if (status !== 0) throw new UserError(`repository ${root}`, "git is not installed", "Install git.");
}

/** Tables of commits may be damaged without need to be: objects alone are read. The cache is per process. */
function settingsFor(commit: string): string {
  const sha256 = commit.length === 64;
  return `[core]
	repositoryformatversion = ${sha256 ? 1 : 0}
	bare = true
	commitGraph = false
	deltaBaseCacheLimit = 32m
	packedGitLimit = 256m
${sha256 ? "[extensions]\n\tobjectFormat = sha256\n" : ""}`;
}

function treeEntry(line: string): TreeEntry {
  const [, mode = "", object = "", size = "", name = ""] = /^(\d+) \w+ (\w+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
  const kind = mode === "160000" ? "submodule" : mode === "120000" ? "link" : "file";
  return { kind, object, bytes: Number.parseInt(size, 10) || 0, path: name };
}

async function nextBlob(reader: ByteReader): Promise<Buffer | undefined | "ended"> {
  const head = await reader.until(10, longestLine);
  if (head === undefined) return "ended";
  const size = / (\d+)$/.exec(head.toString("latin1"))?.[1];
  if (size === undefined) return undefined;
  const content = await reader.take(Number(size) + 1);
  return content?.subarray(0, -1) ?? "ended";
}

async function exitStatus(git: ChildProcess): Promise<number | null> {
  if (git.exitCode === null && git.signalCode === null) await once(git, "exit");
  return git.exitCode;
}
