"""What a sandboxed process gives up, one function a thing. Everything works without privileges unless it says so."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36
_READABLE, _PRIVATE_ANONYMOUS = 1, 0x22  # of mmap(2), on Linux
_HUGE_PAGE, _MADV_COLLAPSE = 2 * 1024 * 1024, 25  # of madvise(2), on Linux

MEBIBYTE = 1 << 20
#: A file may grow to this size; the scratch folder's own limit is below its limit for all files together.
FILE_BYTES = 16 * MEBIBYTE
SCRATCH_BYTES = 64 * MEBIBYTE
SCRATCH_ENTRIES = 5000
#: Tasks (processes and threads) that a candidate may add to those that its user had before.
TASKS = 1024
#: Signals of a user that may wait, timers among them.
WAITING_SIGNALS = 256


def die_with_parent(death_signal: int = signal.SIGKILL) -> None:
    """This process gets `death_signal` when its parent ends (Linux). A change of user forgets it: call it afterwards."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def adopt_orphans() -> None:
    """Descendants whose parent ends become children of this process (Linux), which can then end them."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def keep_to_core(number: int, of: int) -> None:
    """This process and its descendants run on the `number`th core only, where there are `of` (Linux).

    A worker's processes take turns: on one core they hand over without waking another, which takes longer than the
    smallest programs. With fewer workers than cores it is left to the system to choose the idle ones.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) == of:
            os.sched_setaffinity(0, {cores[number]})


def hide_memory() -> None:
    """No core dump, and no process of the same user may read this one's memory (Linux)."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit(kind: int, value: int) -> None:
    """Sets a resource limit for good, as far as the present hard limit lets it."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def limit_worker(open_files: int) -> None:
    """Limits that a worker and its candidates share, and the number of tasks that candidates may have.

    Tasks are counted for a user, who may have many workers and other programs. What one candidate starts must not keep
    workers from forking the next: the limit is soft, and workers lift it for themselves (`lift_task_limit`).
    """
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    limit(resource.RLIMIT_NOFILE, open_files)
    if hasattr(resource, "RLIMIT_SIGPENDING"):
        limit(resource.RLIMIT_SIGPENDING, WAITING_SIGNALS)
    tasks, hard = _own_tasks() + TASKS, resource.getrlimit(resource.RLIMIT_NPROC)[1]
    resource.setrlimit(resource.RLIMIT_NPROC, (tasks if hard == resource.RLIM_INFINITY else min(tasks, hard), hard))


def lift_task_limit() -> int:
    """This process may have as many tasks as the system lets it; how many its candidates may have."""
    tasks, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (hard, hard))
    return tasks


def _own_tasks() -> int:
    """Tasks that this user has already; 0 where /proc cannot be read, which is where the user is the sandbox's own."""
    user, count = os.getuid(), 0
    try:
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    if os.stat(f"/proc/{name}").st_uid == user:
                        count += len(os.listdir(f"/proc/{name}/task"))
                except OSError:
                    continue
    except OSError:
        pass
    return count


def become(user: int) -> None:
    """Changes to an ordinary user for good; needs root. Capabilities go with it."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def address_space_bytes() -> int:
    """Size of this process's address space, found without /proc: the smallest limit under which a page can be mapped.

    Needs a hard limit that still is infinite or large; leaves the soft limit as it was.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 46 if hard == resource.RLIM_INFINITY else hard
    try:
        while high - low > resource.getpagesize():
            middle = (low + high) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
            if _can_map_a_page():
                high = middle
            else:
                low = middle
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return high


def _can_map_a_page() -> bool:
    """Without the module `mmap`: it would make every fork of a zygote dearer."""
    map_pages, size = _LIBC.mmap, ctypes.c_size_t(resource.getpagesize())
    map_pages.restype = ctypes.c_void_p
    page = map_pages(None, size, _READABLE, _PRIVATE_ANONYMOUS, -1, ctypes.c_long(0))
    if page == ctypes.c_void_p(-1).value:
        return False
    _LIBC.munmap(ctypes.c_void_p(page), size)
    return True


def return_free_memory() -> None:
    """Gives freed pages back to the system, where the C library can: a fork copies the table entry of every page."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(ctypes.c_size_t(0))


def use_huge_pages(addresses: Iterable[int]) -> None:
    """Moves memory around these addresses into huge pages, where the system has them, for the same reason (Linux 6.1)."""
    for block in {address // _HUGE_PAGE for address in addresses}:
        _LIBC.madvise(ctypes.c_void_p(block * _HUGE_PAGE), ctypes.c_size_t(_HUGE_PAGE), _MADV_COLLAPSE)
