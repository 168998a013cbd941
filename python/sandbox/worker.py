"""A Python worker: becomes a tester, after it has forked the zygote that candidates come from.

Usage: python3 -S worker.py PROFILE [FOLDER ...]

PROFILE lists the modules to import beforehand, joined by commas. Programs may import what lies in the folders. Jobs come
over standard input and answers go over standard output, one JSON document a line (src/execution/worker-protocol.ts).
"""

import os
import sys

# Modules want to mend themselves after a fork: random takes a new seed, threading makes new locks. A process that never had
# a second thread needs none of it, and each candidate would pay for it: a third of a millisecond.
_register_at_fork = os.register_at_fork
os.register_at_fork = lambda **_hooks: None

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [_OWN_FOLDER, *(path for path in sys.path if path and os.path.abspath(path) != _OWN_FOLDER)]

import _socket  # noqa: E402
import _thread  # noqa: E402
import gc  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import site  # noqa: E402
import warnings  # noqa: E402
from typing import Any  # noqa: E402

import isolation  # noqa: E402
import rehearsal  # noqa: E402
import scratch  # noqa: E402
import seccomp  # noqa: E402
import zygote  # noqa: E402

#: What most programs import and nothing else: a fork costs the more the more is loaded.
_LEAN_MODULES = (
    "abc builtins collections enum functools itertools json math operator os re string sys time types typing"
).split()
#: Imported before the second fork, because programs of the benchmarks use them.
_COMMON_MODULES = (
    "array bisect cmath contextlib copy dataclasses datetime decimal fractions hashlib heapq inspect io keyword linecache"
    " numbers pprint queue random statistics textwrap traceback unicodedata unittest uuid"
).split()
_MOST_TESTER_BYTES = 2 << 30


def _preload(profile: list[str]) -> dict[str, str]:
    """Imports the profile's modules as far as they are installed; their versions."""
    versions = {}
    for name in _COMMON_MODULES:
        importlib.import_module(name)
    for name in profile:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        versions[name] = str(getattr(module, "__version__", ""))
        if name == "torch":
            module.set_num_threads(1)
        if name == "torchdata":
            importlib.import_module("torchdata.datapipes.iter")
    return versions


def _only_standard_streams(*kept: int) -> None:
    """Nothing but the standard streams and `kept` stays open, and the standard streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    try:
        highest = max(int(name) for name in os.listdir("/proc/self/fd")) + 1
    except OSError:
        highest = 1024
    for descriptor in range(3, highest):
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass
    sys.stdin = open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _forget_own_modules() -> None:
    """A candidate's `import codec` must not find the sandbox's module of that name."""
    sys.path.remove(_OWN_FOLDER)
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == _OWN_FOLDER and name != "__main__":
            del sys.modules[name]
    sys.modules["__main__"] = type(sys)("__main__")
    sys.argv = ["candidate.py"]


def _start_zygote(import_folders: list[str], is_lean: bool) -> tuple[_socket.socket, int]:
    """Forks a zygote that has what is loaded by now; where its orders go, and where its reports come from."""
    if _thread._count() > 0 or _task_count() > 1:
        raise RuntimeError("a preloaded module started a thread; forking would not be safe")
    mine, other = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    reader, writer = os.pipe()
    gc.collect()
    warm_bytes = isolation.address_space_bytes() if sys.platform == "linux" else 0
    if os.fork() == 0:
        mine.close()
        os.close(reader)
        if is_lean:
            # Lines of code in .pth files may load anything. Who imports an installed package gets another zygote.
            site.exec = lambda _line: None
            site.main()
        sys.path[:0] = import_folders
        _forget_own_modules()
        _become_zygote(other, writer, warm_bytes)
    other.close()
    os.close(writer)
    return mine, reader


def _become_zygote(orders: _socket.socket, reports: int, warm_bytes: int) -> None:
    """Does not return."""
    os.register_at_fork = _register_at_fork
    _only_standard_streams(orders.fileno(), reports)
    isolation.die_with_parent()
    isolation.hide_memory()
    filtered = seccomp.supported()
    if filtered:
        seccomp.restrict_zygote()
    warm = zygote.Zygote(orders, reports, scratch.ScratchFolder(os.getcwd()), warm_bytes, filtered)
    rehearsal.rehearse(warm)
    # The same numbers for every candidate: a verdict can be repeated.
    if "random" in sys.modules:
        sys.modules["random"].seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    gc.collect()
    if sys.platform == "linux":
        isolation.return_free_memory()
        isolation.use_huge_pages(map(id, gc.get_objects()))
    gc.freeze()
    gc.enable()
    try:
        warm.serve()
    finally:
        os._exit(0)


def main() -> None:
    profile = [name for name in sys.argv[1].split(",") if name]
    import_folders = sys.argv[2:]
    warnings.filterwarnings("ignore")
    gc.disable()
    for name in _LEAN_MODULES:
        importlib.import_module(name)
    # Programs that want a library find it in the other zygote only.
    lean = None if profile else _start_zygote(import_folders, is_lean=True)
    site.main()
    versions = _preload(profile)
    full = _start_zygote(import_folders, is_lean=False)
    os.register_at_fork = _register_at_fork
    sys.path[:0] = import_folders
    _test(versions, full, lean)


def _task_count() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _test(versions: dict[str, str], full: tuple[_socket.socket, int], lean: tuple[_socket.socket, int] | None) -> None:
    import nursery
    import tester

    jobs, answers, errors = os.dup(0), os.dup(1), os.dup(2)
    lines = [nursery.ZygoteLine(*ends) if ends else None for ends in (full, lean)]
    kept = [descriptor for line in lines if line for descriptor in (line.orders.fileno(), line.reports)]
    _only_standard_streams(jobs, answers, errors, *kept)
    _forget_own_modules()
    isolation.hide_memory()
    gc.collect()
    gc.freeze()
    tester.limit_tester(isolation.address_space_bytes() if sys.platform == "linux" else 0, _MOST_TESTER_BYTES)
    if seccomp.supported():
        seccomp.restrict_zygote(needed=("sendmsg",))
        seccomp.CandidateFilter().install()

    def answer(document: dict[str, Any]) -> None:
        rest = memoryview(json.dumps(document).encode() + b"\n")
        while rest:
            rest = rest[os.write(answers, rest) :]

    judge = tester.Tester(nursery.Nursery(*lines, frozenset(_LEAN_MODULES)), answer)
    python = f"CPython {sys.version.split()[0]}"
    answer({"ready": True, "version": ", ".join([python, *(f"{name} {version}" for name, version in versions.items())])})
    with open(jobs, "rb", 1 << 16, closefd=False) as stream:
        for line in stream:
            job = json.loads(line)
            try:
                found = judge.judge(job)
            except nursery.InfrastructureFailure as error:
                found = {"outcome": "infrastructure_error", "message": str(error), "cpuSeconds": 0, "recycle": True}
            answer({**found, "id": job["id"]})
            if "recycle" in found:
                break
    os.write(errors, b"")


main()
