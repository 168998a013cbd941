"""The one kind of error that is the user's to mend."""

import difflib
import errno
import os
from collections.abc import Iterable


class UserError(Exception):
    """A mistake that the user can mend; printed as an event, without a traceback.

    Everything else that is raised is a bug.

    `scope`: what was being worked on. `cause`: what is wrong with it. `remedy`: what to do, as an imperative sentence.
    """

    def __init__(self, scope: str, cause: str, remedy: str | None = None) -> None:
        super().__init__(f"{scope}: {cause}" + (f". {remedy}" if remedy else ""))
        self.scope = scope
        self.cause = cause
        self.remedy = remedy


# What the operating system's refusals mean to a person: cause and remedy.
_REFUSALS = {
    errno.ENOSPC: ("the disk is full", "Make room, then give the same command again."),
    errno.EDQUOT: ("this user's share of the disk is used up", "Make room, then give the same command again."),
    errno.EROFS: ("it cannot be written: the file system is read-only", "Name another place."),
    errno.EACCES: ("this user may not read or write it", "Change its permissions, or name another place."),
    errno.EPERM: ("this user may not read or write it", "Change its permissions, or name another place."),
    errno.ENOENT: ("there is no such file or folder", "Check the path."),
    errno.ENOTDIR: ("a part of this path is a file, where a folder is needed", "Check the path."),
    errno.EISDIR: ("this is a folder, where a file is needed", "Name a file."),
    errno.ENAMETOOLONG: ("a name in this path is too long", "Choose a shorter one."),
    errno.EIO: ("it cannot be read or written (input/output error)", "Name a file on a disk that works."),
}


def refusal(error: Exception) -> UserError | None:
    """What the file system refused, as a mistake that the user can mend; None for every other error.

    Libraries in other languages say it in words alone.
    """
    number = error.errno if isinstance(error, OSError) else None
    if number is None and os.strerror(errno.ENOSPC) in str(error):
        number = errno.ENOSPC
    if number not in _REFUSALS:
        return None
    return UserError(str(getattr(error, "filename", None) or "files"), *_REFUSALS[number])


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that is not one of the known ones, with what was probably meant."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(names) or 'none'}."
    return UserError(f'{kind} "{name}"', "there is no such one", remedy)
