"""The folder of a training run: it belongs to one configuration, and one process writes it at a time."""

import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import UserError
from .files import read_json, write_json


def is_main_process() -> bool:
    """Whether this is the first of the processes of a run, as their launcher numbers them."""
    return os.environ.get("RANK", "0") == "0"


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Waits until no other process writes the folder, for example one that still saves its last checkpoint."""
    if not is_main_process():
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another process writes {folder}; waiting for it to end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def claim(folder: Path, ours: dict[str, Any]) -> None:
    """Writes down what decides the numbers of a new run.

    Refuses a folder that was begun with something else. Raises UserError.
    """
    file = folder / "run.json"
    theirs = read_json(file)
    if theirs is None:
        if is_main_process():
            write_json(file, ours)
        return
    different = [name for name in ours if theirs.get(name) != ours[name]]
    if different:
        raise UserError(
            f"run {folder}",
            f"it was begun with another {', '.join(different)}",
            "Give the values it was begun with, or another folder.",
        )
