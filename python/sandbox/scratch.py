"""Scratch folders: what hostile programs leave in them is measured and removed, however deep, locked or hidden it is."""

from __future__ import annotations  # the launcher may be Python 3.9

import os
import stat

from isolation import SCRATCH_BYTES, SCRATCH_ENTRIES

#: So many folders below each other are open at once while they are removed: a worker may have few open.
_MOST_DEPTH = 16


class TooMuch(Exception):
    """More than the caller allows."""


class ScratchFolder:
    """The one folder that candidates can write into. They have it one after the other, each finds it empty."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mode = stat.S_IMODE(os.stat(path).st_mode)
        self._is_file_system = os.path.ismount(path)

    def measure(self) -> None:
        """Raises TooMuch when it holds more than it may. The candidate may go on meanwhile."""
        if self._is_file_system:
            # Knows of all that takes room, also of what no path leads to.
            found = os.statvfs(self._path)
            size, entries = (found.f_blocks - found.f_bfree) * found.f_frsize, found.f_files - found.f_ffree
            if size > SCRATCH_BYTES or entries > SCRATCH_ENTRIES:
                raise TooMuch("the scratch folder holds more than it may")
        else:
            _measure_tree(self._path)

    def empty(self) -> bool:
        """Removes what the last candidate left; False when that is not possible in reasonable time."""
        try:
            if stat.S_IMODE(os.stat(self._path).st_mode) != self._mode:
                os.chmod(self._path, self._mode)
            if os.listdir(self._path):
                folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                try:
                    _Removal(folder, 2 * SCRATCH_ENTRIES).run()
                finally:
                    os.close(folder)
        except (OSError, TooMuch):
            return False
        return True


def _measure_tree(path: str) -> None:
    """Raises TooMuch for what is too large, and for what cannot be looked at: nobody knows how large that is."""
    size = 0
    entries = 0
    folders = [path]
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    entries += 1
                    details = entry.stat(follow_symlinks=False)
                    size += details.st_blocks * 512
                    if stat.S_ISDIR(details.st_mode):
                        folders.append(entry.path)
                    if size > SCRATCH_BYTES or entries > SCRATCH_ENTRIES:
                        raise TooMuch("the scratch folder holds more than it may")
        except (FileNotFoundError, NotADirectoryError):
            continue  # removed meanwhile
        except OSError as error:
            raise TooMuch(f"the scratch folder holds what cannot be measured ({error.strerror})") from None


def remove_tree(path: str) -> None:
    """Removes a folder and all below it, however long that takes. Raises OSError when something cannot be removed."""
    folder = _open_folder(path, None)
    try:
        _Removal(folder, float("inf")).run()
    finally:
        os.close(folder)
    os.rmdir(path)


class _Removal:
    """Of all that is in an open folder.

    Works with file descriptors, so that the length of a path does not matter, and follows no link. What lies too deep is
    moved up before it is removed. Nobody else may be at work in the folder.
    """

    def __init__(self, top: int, most_entries: float) -> None:
        self._top = top
        self._most_entries = most_entries
        self._entries = 0
        #: Nobody who is dead by now can have taken a name with it.
        self._token = os.urandom(8).hex()

    def run(self) -> None:
        """Raises TooMuch after so many entries, OSError when something cannot be removed."""
        names = os.listdir(self._top)
        while names:
            for name in names:
                self._remove(name, self._top, 0)
            names = os.listdir(self._top)

    def _remove(self, name: str, parent: int, depth: int) -> None:
        self._entries += 1
        if self._entries > self._most_entries:
            raise TooMuch(f"more than {self._most_entries} entries")
        try:
            os.unlink(name, dir_fd=parent)
            return
        except (IsADirectoryError, PermissionError):
            pass
        if depth == _MOST_DEPTH:
            # A folder can only be moved by somebody who may write into it: its ".." changes.
            os.chmod(name, 0o700, dir_fd=parent)
            os.rename(name, f".{self._token}-{self._entries}", src_dir_fd=parent, dst_dir_fd=self._top)
            return
        folder = _open_folder(name, parent)
        try:
            for child in os.listdir(folder):
                self._remove(child, folder, depth + 1)
        finally:
            os.close(folder)
        os.rmdir(name, dir_fd=parent)


def _open_folder(name: str, parent: int | None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        folder = os.open(name, flags, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=parent)
        folder = os.open(name, flags, dir_fd=parent)
    os.fchmod(folder, 0o700)
    return folder
