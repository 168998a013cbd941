"""Files and folders that are either there as a whole or not at all, whatever kills the process."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import UserError


def synchronize(path: Path) -> None:
    """Flushes a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronize_tree(folder: Path) -> None:
    """Flushes a folder and everything in it to the disk."""
    for path in folder.rglob("*"):
        synchronize(path)
    synchronize(folder)


def replace_folder(temporary: Path, folder: Path) -> None:
    """Gives a finished temporary folder its name; a folder of that name is replaced."""
    synchronize_tree(temporary)
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(temporary, folder)
    synchronize(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A fresh temporary folder beside `folder`, which takes its name when the block ends without an error."""
    temporary = folder.with_name(folder.name + ".partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    yield temporary
    replace_folder(temporary, folder)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`.

    The file that was written under it takes its name when the block ends without an error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".partial")
    yield temporary
    synchronize(temporary)
    os.replace(temporary, path)
    synchronize(path.parent)


def write_json(path: Path, document: Any) -> None:
    """Writes a JSON document atomically."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Reads a JSON document; None where there is no such file. Raises UserError for one that is damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:
        raise UserError(str(path), f"it is no JSON document: {error}", "Make it again, or delete it.") from error


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
