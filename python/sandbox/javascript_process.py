"""A Node process behind two pipes: the tester, or one candidate. Frames are four bytes of length and then the content."""

import os
import resource
import select
import signal
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

import isolation
import seccomp

#: What a candidate sends at once may be this large.
LONGEST_FRAME = 32 * isolation.MEBIBYTE

#: How often the CPU time of a candidate is looked at while it is waited for, in seconds.
_LOOK_EVERY = 0.1

#: Data that Node maps by itself, before it runs anything (measured: 49 MiB), and what it needs to say that memory ran out.
_NODE_DATA_BYTES = 96 * isolation.MEBIBYTE


class Ended(Exception):
    """The process closed its pipe."""


class TooSlow(Exception):
    """The process used more wall or CPU time than it may."""


class TooLong(Exception):
    """The process sent more than a frame may hold."""


class Fate(NamedTuple):
    """How a process ended."""

    code: int
    """Exit status, or the negative number of the signal that ended it."""
    cpu_seconds: float
    """Since `start_clock`."""
    memory_bytes: int
    """The most that it had in memory at once."""


class NodeProcess:
    """A running Node process and this side's ends of its pipes."""

    def __init__(
        self, command: list[str], is_candidate: bool, candidate_filter: "seccomp.CandidateFilter | None"
    ) -> None:
        """Starts it. A candidate is silent, and the filter leaves it fewer rights than its worker has."""
        self.look: Callable[[], None] = lambda: None
        """Called every now and then while this process is waited for; may raise to stop waiting."""
        self._cpu_limit = float("inf")
        self._buffer = bytearray()
        input_read, self._input = os.pipe()
        self._output, output_write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become_node(command, input_read, output_write, is_candidate, candidate_filter)
        os.close(input_read)
        os.close(output_write)
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._clock = (~self.pid << 3) | 2  # CPUCLOCK_SCHED of a whole process (include/linux/posix-timers.h)
        self._started_cpu = 0.0

    def start_clock(self) -> None:
        """CPU time counts from here."""
        self._started_cpu = self._cpu_clock()

    def _cpu_clock(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def limit(self, cpu_seconds: float, memory_bytes: int, tasks: int) -> None:
        """Bounds the running process. V8 reserves far more address space than it uses, so data is what is limited."""
        self._cpu_limit = cpu_seconds
        if not hasattr(resource, "prlimit"):
            return  # not Linux: the time limits of `receive` still hold
        for kind, value in (
            (resource.RLIMIT_CPU, int(cpu_seconds + self._started_cpu) + 2),
            (resource.RLIMIT_DATA, _NODE_DATA_BYTES + memory_bytes),
            (resource.RLIMIT_NPROC, tasks),
        ):
            resource.prlimit(self.pid, kind, (value, value))

    def send(self, content: bytes, deadline: float) -> None:
        """Raises Ended or TooSlow."""
        rest = memoryview(struct.pack("<I", len(content)) + content)
        while rest:
            try:
                rest = rest[os.write(self._input, rest) :]
            except BlockingIOError:
                self._wait(self._input, select.POLLOUT, deadline)
            except BrokenPipeError:
                raise Ended from None

    def receive(self, deadline: float) -> bytes:
        """The next frame. Raises Ended, TooSlow or TooLong."""
        size = struct.unpack("<I", self._read(4, deadline))[0]
        if size > LONGEST_FRAME:
            raise TooLong
        return self._read(size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            try:
                chunk = os.read(self._output, 1 << 20)
            except BlockingIOError:
                self._wait(self._output, select.POLLIN, deadline)
                continue
            if not chunk:
                raise Ended
            self._buffer += chunk
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        return content

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or self._cpu_clock() - self._started_cpu > self._cpu_limit:
                raise TooSlow
            if poll.poll(min(left, _LOOK_EVERY) * 1000):
                return
            self.look()

    def end(self) -> "Fate":
        """Ends the process, if it has not ended already, and tells how it ended."""
        os.close(self._input)
        os.close(self._output)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        _, status, usage = os.wait4(self.pid, 0)
        cpu_seconds = max(0.0, usage.ru_utime + usage.ru_stime - self._started_cpu)
        return Fate(os.waitstatus_to_exitcode(status), cpu_seconds, usage.ru_maxrss << 10)

    def wait(self, seconds: float) -> None:
        """Gives the process that long to end by itself."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return
            time.sleep(0.002)


def _become_node(
    command: list[str],
    requests: int,
    replies: int,
    is_candidate: bool,
    candidate_filter: "seccomp.CandidateFilter | None",
) -> None:
    """In the forked child: descriptors 0 to 2 lead nowhere, 3 and 4 are the pipes, all others are closed."""
    try:
        isolation.die_with_parent()
        nowhere = os.open(os.devnull, os.O_RDWR)
        _place(nowhere, requests, replies, keep_errors=not is_candidate)
        folder = os.getcwd()
        # Node looks for packages in HOME: a test must not find a candidate's. And it gives up when OpenSSL's configuration is
        # there and may not be read.
        home = folder if is_candidate else "/"
        environment = {"HOME": home, "TMPDIR": folder, "LANG": "C.UTF-8", "OPENSSL_CONF": os.devnull}
        if candidate_filter is not None:
            candidate_filter.install()
        os.execve(command[0], command, environment)
    except BaseException as error:  # noqa: BLE001 - nothing may run on in the copy of the worker
        os.write(2, f"{command[0]}: {error}\n".encode())
        os._exit(97)


def _place(nowhere: int, requests: int, replies: int, keep_errors: bool) -> None:
    # The pipes first, out of the way of the numbers that they are to get.
    wanted = [os.dup(descriptor) for descriptor in (requests, replies)]
    for number in (0, 1) if keep_errors else (0, 1, 2):
        os.dup2(nowhere, number)
    while min(wanted) <= 4:
        wanted = [os.dup(descriptor) for descriptor in wanted]
    for number, descriptor in zip((3, 4), wanted):
        os.dup2(descriptor, number)
    os.closerange(5, os.sysconf("SC_OPEN_MAX"))
