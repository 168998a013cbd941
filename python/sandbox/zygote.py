"""The warm process that candidates are forked from. It has seen no test and never runs a candidate itself."""

import _socket
import marshal
import os
import resource
import select
import signal
import struct
from collections.abc import Callable

import candidate
import isolation
import same_process
import scratch
import seccomp
from channel import MOST_TRUSTED_BYTES, Channel, Closed

_REPORT = struct.Struct("<idBBB")
_DESCRIPTORS = struct.Struct("@ii")
_ANCILLARY_BYTES = _socket.CMSG_SPACE(_DESCRIPTORS.size)
_WATCH_MILLISECONDS = 100


class Report:
    """How a candidate's process ended."""

    def __init__(self, status: int, cpu_seconds: float, is_clean: bool, excess: bool, failed_to_fork: bool) -> None:
        self.status = status
        self.cpu_seconds = cpu_seconds
        #: The scratch folder is empty again.
        self.is_clean = is_clean
        #: It was ended because its scratch folder held more than it may.
        self.excess = excess
        self.failed_to_fork = failed_to_fork

    @property
    def killed_by(self) -> str | None:
        return signal.Signals(os.WTERMSIG(self.status)).name if os.WIFSIGNALED(self.status) else None

    def death(self) -> str:
        """In words."""
        if self.killed_by is not None:
            return f"the process was ended by {self.killed_by}"
        return f"the process ended with exit status {os.WEXITSTATUS(self.status)} before the test was over"


def read_report(data: bytes) -> Report:
    status, cpu_seconds, is_clean, excess, failed = _REPORT.unpack(data)
    return Report(status, cpu_seconds, bool(is_clean), bool(excess), bool(failed))


class Zygote:
    """Forks a candidate for each pair of descriptors that comes with an order, and ends it when it is told to."""

    def __init__(
        self, orders: _socket.socket, reports: int, folder: scratch.ScratchFolder, warm_bytes: int, filtered: bool
    ) -> None:
        self._orders = orders
        self._reports = reports
        self._waiting = select.poll()
        self._waiting.register(orders, select.POLLIN)
        self._folder = folder
        self._warm_bytes = warm_bytes
        self._most_tasks = isolation.lift_task_limit()
        self._filter = seccomp.CandidateFilter() if filtered else None
        self._server = candidate.Server()
        self._server.appear()

    def serve(self) -> None:
        """Returns when the tester is gone."""
        candidate.keep_usual_recursion_limit(above=4)
        while True:
            message, ancillary, _, _ = self._orders.recvmsg(16, _ANCILLARY_BYTES)
            if not message:
                return
            os.write(self._reports, self._one(*_DESCRIPTORS.unpack(ancillary[0][2])))

    def _one(self, reader: int, writer: int) -> bytes:
        child = -1
        try:
            child = os.fork()
        except OSError:
            pass
        if child == 0:
            self._become_candidate(reader, writer)
        os.close(reader)
        os.close(writer)
        if child < 0:
            self._orders.recv(16)
            return _REPORT.pack(0, 0, 1, 0, 1)
        excess = self._wait_for_end(child)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        _, status, usage = os.wait4(child, 0)
        is_clean = self._folder.empty()
        return _REPORT.pack(status, usage.ru_utime + usage.ru_stime, is_clean, excess, 0)

    def _become_candidate(self, reader: int, writer: int) -> None:
        """Does not return."""
        try:
            os.close(self._orders.fileno())
            os.close(self._reports)
            self._live(reader, writer, self._server)
        finally:
            os._exit(1)

    def _live(self, reader: int, writer: int, server: candidate.Server, is_rehearsal: bool = False) -> None:
        """All that a candidate does, from the fork to its end."""
        if self._filter is not None:
            self._filter.install(is_rehearsal)
        channel = Channel(reader, writer, MOST_TRUSTED_BYTES)
        mode, (cpu_limits, memory_bytes), message = marshal.loads(channel.receive())
        most_tasks = resource.getrlimit(resource.RLIMIT_NPROC)[1] if is_rehearsal else self._most_tasks
        candidate.limit_candidate(cpu_limits, self._warm_bytes + memory_bytes, most_tasks)
        run: Callable = server.run if mode == "split" else same_process.run
        run(channel, *message)

    def rehearse(self, source: str, name: str, calls: list[bytes]) -> None:
        """Lives a candidate's life without a fork and without giving anything up, for a tester that asked beforehand.

        The interpreter specialises code while it runs. What is written before a fork neither has to be done nor to be
        copied after it.
        """
        requests, its_writer = os.pipe()
        its_reader, answers = os.pipe()
        tester = Channel(its_reader, its_writer)
        # The limits that are in force, as if they were asked for.
        (_, cpu_limit), (_, most_bytes) = map(resource.getrlimit, (resource.RLIMIT_CPU, resource.RLIMIT_AS))
        message = (marshal.dumps(compile(source, candidate.SOURCE_NAME, "exec")), [name])
        limits = ((cpu_limit, cpu_limit), most_bytes - self._warm_bytes)
        tester.send(marshal.dumps(("split", limits, message)))
        for call in calls:
            tester.send(call)
        os.close(its_writer)
        server = candidate.Server()
        server.appear()
        try:
            self._live(requests, answers, server, is_rehearsal=True)
        except Closed:
            pass
        self._server.appear()
        for descriptor in (requests, its_reader, answers):
            os.close(descriptor)

    def _wait_for_end(self, child: int) -> bool:
        """Waits until the tester has its verdict; whether the scratch folder grew too large meanwhile."""
        excess = False
        while not self._waiting.poll(_WATCH_MILLISECONDS):
            try:
                if not excess:
                    self._folder.measure()
            except scratch.TooMuch:
                excess = True
                os.kill(child, signal.SIGKILL)
        self._orders.recv(16)
        return excess
