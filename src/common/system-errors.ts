import { UserError } from "./errors.ts";

type Meaning = readonly [cause: string, remedy: string];

const elsewhere = "Name another place.";

/** What a folder is told whose parent is there and takes none, as /proc. */
const noRoom: Meaning = ["no folder can be made here", elsewhere];

/** What the operating system's refusals mean to a person: cause, and what to do. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: ["there is no such file or folder", "Check the path."],
  ENOTDIR: ["a part of this path is a file, where a folder is needed", "Check the path."],
  EISDIR: ["this is a folder, where a file is needed", "Name a file."],
  EEXIST: ["there is a file, where a folder is needed", elsewhere],
  EACCES: ["this user may not read or write it", "Change its permissions, or name another place."],
  EPERM: ["this user may not read or write it", "Change its permissions, or name another place."],
  EROFS: ["it cannot be written: the file system is read-only", elsewhere],
  ENOSPC: ["the disk is full", "Make room, then give the same command again."],
  EDQUOT: ["this user's share of the disk is used up", "Make room, then give the same command again."],
  EFBIG: ["the file system takes no file as large as this", elsewhere],
  EIO: ["it cannot be read or written (input/output error)", "Name a file on a disk that works."],
  ELOOP: ["its symbolic links lead in a circle", "Check the path."],
  ENAMETOOLONG: ["a name in this path is too long", "Choose a shorter one."],
  EMFILE: ["too many files are open", "Raise the limit: ulimit -n 65536"],
};

/** System calls that have the same codes for other reasons: nothing about files is wrong then. */
const otherCalls = /^(spawn|kill|connect|bind|listen|getaddrinfo)/;

/**
 * What the file system refused, as a mistake that the user can mend. Undefined for every other error.
 * @param file what was being read or written, for errors that do not say it themselves
 */
export function fileSystemError(error: unknown, file?: string): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", syscall = "", path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const meaning = code === "ENOENT" && syscall === "mkdir" ? noRoom : meanings[code];
  if (meaning === undefined || otherCalls.test(syscall)) return undefined;
  return new UserError(JSON.stringify(file ?? dest ?? path ?? "files").slice(1, -1) || '""', ...meaning);
}
