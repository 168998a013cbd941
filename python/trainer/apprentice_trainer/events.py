"""Events: one JSON object a line on standard output. Everything else that a program says goes to standard error."""

import json
import os
import sys
import time
from typing import Any, TextIO

_events: TextIO = sys.stdout


def reserve_standard_output() -> None:
    """Keeps standard output for events: what libraries print, from Python or from C, lands on standard error."""
    global _events
    _events = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr


def emit(event: str, **fields: Any) -> None:
    """Writes one event and flushes, so that a reader sees it at once.

    Of several training processes only the first one speaks.
    """
    if os.environ.get("RANK", "0") != "0":
        return
    _events.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
    _events.flush()


class Progress:
    """Progress events of a long job, at most two a second."""

    def __init__(self, total: int, unit: str) -> None:
        self._total = total
        self._unit = unit
        self._last = 0.0

    def report(self, done: int) -> None:
        """`done` of `total` units are behind us."""
        now = time.monotonic()
        if done < self._total and now - self._last < 0.5:
            return
        self._last = now
        emit("progress", done=done, total=self._total, unit=self._unit)
