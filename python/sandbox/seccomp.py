"""Filters on system calls (seccomp BPF), written by hand so that nothing but the standard library is needed.

Three stages, one on top of the other. The worker's filter is an allow-list and is installed before the worker's program
starts. The zygote's refuses what neither it nor its candidates need. The candidate's knows the candidate's process id; it
is installed after each fork, and the kernel takes the longer the longer it is.
"""

import ctypes
import errno
import os
import struct

import system_calls

_PRCTL = ctypes.CDLL(None).prctl
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2

# include/uapi/linux/bpf_common.h: load word, jumps, bitwise and, return.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4

_CLONE_THREAD = 0x00010000
_CLONE_NEW_NAMESPACES = 0x7E020080  # CLONE_NEWTIME … CLONE_NEWNET, CLONE_NEWNS
_AF_UNIX, _SOCK_STREAM, _SOCK_SEQPACKET = 1, 1, 5
# Owner and signal of asynchronous input: a way to signal other processes without kill(2).
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15
# Leases and notices on files that it only reads: others would wait for it.
_F_SETLEASE, _F_NOTIFY = 1024, 1026
_ACCESS_MODE, _TRUNCATING = 3, 0o1000  # of open(2)
_FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x541B, 0x5421, 0x5450, 0x5451
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x53564D41
# Memory that RLIMIT_DATA does not count.
_MAP_SHARED, _MAP_GROWS_DOWN = 0x01, 0x100

Instructions = list[tuple[int, int, int, int]]


def _refuse(error: int = errno.EPERM) -> Instructions:
    return [(_RETURN, 0, 0, _REFUSE | error)]


def _allow() -> Instructions:
    return [(_RETURN, 0, 0, _ALLOW)]


def _argument(index: int) -> Instructions:
    """Loads the lower half of an argument (both architectures are little-endian)."""
    return [(_LOAD, 0, 0, 16 + 8 * index)]


def _on(number: int, body: Instructions) -> Instructions:
    """`body`, which must return, for one system call; the number stays loaded for what follows."""
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _if_equal(values: list[int], then: Instructions) -> Instructions:
    """`then`, which must be one return, when the loaded word is one of the values."""
    return [instruction for value in values for instruction in [(_JUMP_EQUAL, 0, 1, value), *then]]


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] + 1 == number:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _without_truncation(numbers: dict[str, int]) -> dict[str, Instructions]:
    """Files are truncated by descriptors that may be written to, and not by their paths alone."""
    bodies: dict[str, Instructions] = {"truncate": _refuse()}
    for name, place in (("open", 1), ("openat", 2)):
        if name not in numbers:
            continue
        # Modes in which a file is truncated and not opened for writing: the second is Linux's own (open(2), Bugs).
        only_to_read = [_TRUNCATING, _TRUNCATING | _ACCESS_MODE]
        flags = [*_argument(place), (_AND, 0, 0, _TRUNCATING | _ACCESS_MODE)]
        bodies[name] = flags + _if_equal(only_to_read, _refuse()) + _allow()
    return bodies


def _worker_filter(no_truncation: bool) -> Instructions:
    numbers = system_calls.allowed_numbers()
    refused = [_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY]
    only_own_files = _argument(1) + _if_equal(refused, _refuse()) + _allow()
    # All else is for devices, which there are none of, or for what file systems do beside files: subvolumes, encryption.
    only_descriptors = _argument(1) + _if_equal([_FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX], _allow())
    only_descriptors += _refuse(errno.ENOTTY)
    # Other modes take room beyond the limit of a file's size.
    only_plain_room = _argument(1) + _if_equal([0], _allow()) + _refuse(errno.EOPNOTSUPP)
    no_namespaces = [*_argument(0), (_JUMP_ANY_BIT, 0, 1, _CLONE_NEW_NAMESPACES), *_refuse(), *_allow()]
    # Datagram pairs are left out: sendto(2) on one reaches any socket file of the machine.
    connected_pairs = [
        *_argument(0),
        (_JUMP_EQUAL, 1, 0, _AF_UNIX),
        *_refuse(),
        *_argument(1),
        (_AND, 0, 0, 0xF),
        *_if_equal([_SOCK_STREAM, _SOCK_SEQPACKET], _allow()),
        *_refuse(),
    ]
    special = {
        "fcntl": only_own_files,
        "ioctl": only_descriptors,
        "fallocate": only_plain_room,
        "clone": no_namespaces,
        # Their flags lie in memory, where a filter cannot look; the C library does without.
        "clone3": _refuse(errno.ENOSYS),
        "openat2": _refuse(errno.ENOSYS),
        "socketpair": connected_pairs,
        **(_without_truncation(numbers) if no_truncation else {}),
    }
    program: Instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_EQUAL, 1, 0, system_calls.audit_architecture()),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    for name, body in special.items():
        program += _on(numbers[name], body)
    for first, last in _ranges([number for name, number in numbers.items() if name not in special]):
        if first == last:
            program += _if_equal([first], _allow())
        else:
            program += [(_JUMP_AT_LEAST, 0, 2, first), (_JUMP_AT_LEAST, 1, 0, last + 1), *_allow()]
    return program + _refuse()


# What a candidate may not do although its worker may. A zygote can do without it too. Descriptors that are sent and not
# received (sendmsg) are counted for the user: too many would keep testers from sending any.
_REFUSED_TO_CANDIDATES = (
    "vfork execve tkill setsid setpgid seccomp sendmsg get_robust_list inotify_init1"
    " landlock_create_ruleset landlock_add_rule landlock_restrict_self"
).split()


def _zygote_filter(needed: tuple[str, ...], private_memory_only: bool) -> Instructions:
    """What a zygote and its candidates have in common."""
    numbers = system_calls.allowed_numbers()
    program: Instructions = [(_LOAD, 0, 0, _NUMBER_OFFSET)]
    if private_memory_only:
        counted = [*_argument(3), (_JUMP_ANY_BIT, 0, 1, _MAP_SHARED | _MAP_GROWS_DOWN), *_refuse(), *_allow()]
        program += _on(numbers["mmap"], counted)
    refused = [numbers[name] for name in _REFUSED_TO_CANDIDATES if name in numbers and name not in needed]
    return program + _if_equal(refused, _refuse()) + _allow()


# Modes and times of files. Landlock does not guard them, and a sandbox without a root of its own runs among its user's
# files: there a candidate is told that they were changed, and they are not.
_METADATA = "chmod fchmod fchmodat utime utimes futimesat utimensat".split()


def _has_own_root() -> bool:
    return bool(os.statvfs("/").f_flag & os.ST_RDONLY)


def _candidate_filter(process_id: int) -> Instructions:
    """What a zygote must be able to do itself: fork, signal its candidate, and clean up after it."""
    numbers = system_calls.allowed_numbers()
    own_process = _argument(0) + _if_equal([process_id], _allow()) + _refuse()
    own_process_or_zero = _argument(0) + _if_equal([0, process_id], _allow()) + _refuse()
    names_only = _argument(0) + _if_equal([_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA], _allow()) + _refuse()
    program: Instructions = [(_LOAD, 0, 0, _NUMBER_OFFSET)]
    program += _on(numbers["clone"], [*_argument(0), (_JUMP_ANY_BIT, 0, 1, _CLONE_THREAD), *_allow(), *_refuse()])
    for name in ("kill", "tgkill"):
        program += _on(numbers[name], own_process)
    program += _on(numbers["prlimit64"], own_process_or_zero)
    program += _on(numbers["prctl"], names_only)
    if "fork" in numbers:
        program += _on(numbers["fork"], _refuse())
    if not _has_own_root():
        program += _if_equal([numbers[name] for name in _METADATA if name in numbers], _refuse(0))
    return program + _allow()


def supported() -> bool:
    """Whether this machine's system calls are known."""
    return system_calls.supported()


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class _Filter:
    """Assembled beforehand: installing it allocates nothing, which matters right after a fork."""

    def __init__(self, instructions: Instructions) -> None:
        code = bytearray(b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions))
        self._memory = (ctypes.c_char * len(code)).from_buffer(code)
        self._program = _Program(len(instructions), ctypes.addressof(self._memory))
        self._reference = ctypes.byref(self._program)
        #: Two for each instruction; the second is the number that it works with.
        self.words = memoryview(code).cast("I")

    def install(self, is_rehearsal: bool = False) -> None:
        """`is_rehearsal`: in a mode that does not exist, which the kernel refuses. Raises OSError."""
        mode = 0 if is_rehearsal else _SECCOMP_MODE_FILTER
        if _PRCTL(_PR_SET_SECCOMP, mode, self._reference, 0, 0) != 0 and not is_rehearsal:
            raise OSError("the kernel refused the seccomp filter")


def restrict_worker(no_truncation: bool = False) -> None:
    """Lets this process and its descendants make only the calls that a worker needs. Raises OSError.

    `no_truncation`: files are not truncated by their paths, which nothing else would guard.
    """
    if _PRCTL(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("no_new_privs was refused")
    _Filter(_worker_filter(no_truncation)).install()


def restrict_zygote(needed: tuple[str, ...] = (), private_memory_only: bool = False) -> None:
    """Refuses what neither a zygote nor its candidates need. Comes before any CandidateFilter. Raises OSError.

    `needed`: calls that stay allowed all the same. `private_memory_only`: for programs whose memory RLIMIT_DATA bounds, what
    that does not count is refused.
    """
    _Filter(_zygote_filter(needed, private_memory_only)).install()


class CandidateFilter:
    """The last stage, assembled once and completed with the process id when it is installed."""

    def __init__(self) -> None:
        marker = 0x7FFFFFF1
        self._filter = _Filter(_candidate_filter(marker))
        self._positions = [at for at, word in enumerate(self._filter.words) if word == marker]

    def install(self, is_rehearsal: bool = False) -> None:
        """Restricts the calling process, which must have one thread, for good; a rehearsal does not. Raises OSError."""
        process_id = os.getpid()
        for position in self._positions:
            self._filter.words[position] = process_id
        self._filter.install(is_rehearsal)
