"""How a long job is asked to stop: by SIGTERM or SIGINT, or by the end of standard input where its parent says so."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator


def stops_with_input() -> bool:
    """Whether the end of standard input means that the parent wants this process to stop, or is gone."""
    return os.environ.get("APPRENTICE_STOP_WITH_STDIN") == "1"


class StopRequest:
    """Whether this process was asked to stop."""

    def __init__(self) -> None:
        self.wanted = False

    def _ask(self, *_: object) -> None:
        self.wanted = True

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Listens while the block runs.

        With APPRENTICE_STOP_WITH_STDIN=1 the end of standard input counts too: the kernel closes it when the parent
        is killed. Otherwise standard input is left alone, because batch systems give an empty one.
        """
        if stops_with_input():
            threading.Thread(target=self._wait_for_end_of_input, daemon=True).start()
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _wait_for_end_of_input(self) -> None:
        # Read past Python's buffer: a daemon thread that holds its lock would break the interpreter's end.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self._ask()
