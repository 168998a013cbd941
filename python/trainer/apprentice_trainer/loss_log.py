"""`losses.jsonl` of a run.

A line for each step and each evaluation, appended; after a resume it goes on behind the checkpoint's step.
"""

import json
import os
from pathlib import Path
from typing import Any

from .errors import UserError


class LossLog:
    """Appends to the log of a run; only the main process has one."""

    def __init__(self, path: Path, step: int) -> None:
        """Opens the log and drops what lies behind `step`, and a last line that a kill cut off.

        A run that begins at step 0 has no checkpoint, and writes all its lines anew.
        """
        path.touch()
        self._file = path.open("r+b")
        kept = 0
        for number, line in enumerate(self._file, 1):
            if step == 0 or not line.endswith(b"\n") or _step_of(line, path, number) > step:
                break
            kept += len(line)
        self._file.truncate(kept)
        self._file.seek(kept)

    def add(self, **fields: Any) -> None:
        """Appends a line, which survives the end of this process."""
        self._file.write(json.dumps(fields).encode() + b"\n")
        self._file.flush()

    def synchronize(self) -> None:
        """Brings all lines to the disk; called before a checkpoint relies on them."""
        os.fsync(self._file.fileno())


def _step_of(line: bytes, path: Path, number: int) -> int:
    try:
        return json.loads(line)["step"]
    except (ValueError, KeyError, TypeError) as error:
        cause = "this is no line of the log: something else wrote into it"
        raise UserError(f"{path}, line {number}", cause, "Remove the line.") from error
