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

# Only now the installed packages: what their .pth files import may want such hooks too.
import site  # noqa: E402

site.main()

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [_OWN_FOLDER, *(path for path in sys.path if path and os.path.abspath(path) != _OWN_FOLDER)]

import gc  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import warnings  # noqa: E402
from typing import Any  # noqa: E402

import isolation  # noqa: E402
import rehearsal  # noqa: E402
import seccomp  # noqa: E402
import tester  # noqa: E402
import zygote  # noqa: E402

#: Imported before the fork, because programs of the benchmarks use them.
_COMMON_MODULES = (
    "abc array bisect cmath collections.abc contextlib copy dataclasses datetime decimal enum fractions functools hashlib"
    " heapq inspect io itertools json keyword linecache math numbers operator pprint queue random re statistics string"
    " textwrap time traceback types typing unicodedata unittest uuid"
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
    os.register_at_fork = _register_at_fork
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


def _zygote(control: socket.socket, warm_bytes: int, filtered: bool) -> None:
    """Does not return."""
    _only_standard_streams(control.fileno())
    isolation.die_with_parent()
    isolation.hide_memory()
    # The same numbers for every candidate: a verdict can be repeated.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if filtered:
        seccomp.restrict_zygote()
    rehearsal.rehearse()
    gc.collect()
    gc.freeze()
    gc.enable()
    try:
        zygote.Zygote(control, os.getcwd(), warm_bytes, filtered).serve()
    finally:
        os._exit(0)


def main() -> None:
    profile = [name for name in sys.argv[1].split(",") if name]
    import_folders = sys.argv[2:]
    warnings.filterwarnings("ignore")
    versions = _preload(profile)
    if threading.active_count() != 1 or _task_count() > 1:
        raise RuntimeError("a preloaded module started a thread; forking would not be safe")
    jobs, answers = os.dup(0), os.dup(1)
    mine, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    filtered = seccomp.supported()
    _forget_own_modules()
    sys.path[:0] = import_folders
    gc.disable()
    gc.collect()
    warm_bytes = isolation.address_space_bytes() if sys.platform == "linux" else 0
    if os.fork() == 0:
        mine.close()
        _zygote(other, warm_bytes, filtered)
    other.close()
    _test(jobs, answers, mine, versions, warm_bytes, filtered)


def _task_count() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _test(jobs: int, answers: int, control: socket.socket, versions: dict[str, str], warm_bytes: int, filtered: bool) -> None:
    errors = os.dup(2)
    _only_standard_streams(jobs, answers, errors, control.fileno())
    isolation.hide_memory()
    gc.freeze()
    tester.limit_tester(warm_bytes, _MOST_TESTER_BYTES)
    if filtered:
        seccomp.restrict_zygote()
        seccomp.CandidateFilter().install()

    def answer(document: dict[str, Any]) -> None:
        rest = memoryview(json.dumps(document).encode() + b"\n")
        while rest:
            rest = rest[os.write(answers, rest) :]

    judge = tester.Tester(control, answer)
    python = f"CPython {sys.version.split()[0]}"
    answer({"ready": True, "version": ", ".join([python, *(f"{name} {version}" for name, version in versions.items())])})
    with open(jobs, "rb", 1 << 16, closefd=False) as lines:
        for line in lines:
            job = json.loads(line)
            try:
                found = judge.judge(job)
            except tester.InfrastructureFailure as error:
                found = {"outcome": "infrastructure_error", "message": str(error), "cpuSeconds": 0, "recycle": True}
            answer({**found, "id": job["id"]})
            if "recycle" in found:
                break
    os.write(errors, b"")


main()
