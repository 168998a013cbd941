"""The tester's way to the zygotes: which of them a program wants, and the orders that they take."""

import _socket
import os
import struct
import types
from typing import NamedTuple

from channel import Channel
from program import imports
from zygote import Report, read_report


class InfrastructureFailure(Exception):
    """The machinery failed; the program may be innocent."""


class ZygoteLine(NamedTuple):
    """The way to a zygote: a socket for orders, and a pipe that its reports come from."""

    orders: _socket.socket
    reports: int


class Nursery:
    """Two zygotes at most: a lean one, whose forks are cheap, and one that has loaded more."""

    def __init__(self, full: ZygoteLine, lean: ZygoteLine | None, lean_modules: frozenset[str]) -> None:
        self._full = full
        self._lean = lean
        self._lean_modules = lean_modules
        self._zygote = full

    def fork(self, code: types.CodeType) -> Channel:
        """Has a candidate forked that has what the program imports. Raises InfrastructureFailure."""
        is_lean = self._lean is not None and self._lean_modules.issuperset(imports(code))
        self._zygote = self._lean if is_lean else self._full
        its_reader, writer = os.pipe()
        reader, its_writer = os.pipe()
        try:
            descriptors = struct.pack("@ii", its_reader, its_writer)
            self._zygote.orders.sendmsg([b"fork"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)])
        except OSError as error:
            raise InfrastructureFailure(f"the zygote is gone ({error})") from None
        finally:
            os.close(its_reader)
            os.close(its_writer)
        return Channel(reader, writer)

    def end(self) -> Report:
        """Ends the candidate that was forked last. Raises InfrastructureFailure."""
        try:
            self._zygote.orders.send(b"end")
            data = os.read(self._zygote.reports, 256)
        except OSError as error:
            raise InfrastructureFailure(f"the zygote is gone ({error})") from None
        if not data:
            raise InfrastructureFailure("the zygote is gone")
        report = read_report(data)
        if report.failed_to_fork:
            raise InfrastructureFailure("no process could be forked")
        return report
