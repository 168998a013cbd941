"""A root of its own for a worker: new namespaces, and nothing mounted but what it may read and a scratch folder.

Does what bubblewrap does, for machines that have user namespaces (or root) but not bubblewrap.
"""

from __future__ import annotations  # the launcher may be Python 3.9

import ctypes
import os

import isolation

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS, _NEW_CGROUP, _NEW_UTS, _NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _REMOUNT = 1, 2, 4, 32
_BIND, _RECURSIVE, _PRIVATE, _DETACH = 4096, 16384, 1 << 18, 2
_MOST_FILES = 20_000

_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encode = lambda text: None if text is None else text.encode()  # noqa: E731
    _check(_LIBC.mount(encode(source), encode(target), encode(kind), flags, encode(data)), f"mount {target}")


def leave_the_host() -> None:
    """New namespaces for this process (process numbers: for its children). Raises OSError when the system refuses."""
    user, group = os.getuid(), os.getgid()
    namespaces = _NEW_UTS | _NEW_IPC | _NEW_PIDS | _NEW_NETWORK | _NEW_CGROUP
    if user != 0:
        namespaces |= _NEW_USER
    _check(_LIBC.unshare(namespaces), "unshare")
    if user != 0:
        for name, content in (("setgroups", "deny"), ("uid_map", f"65534 {user} 1"), ("gid_map", f"65534 {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(content)


def enter_root(readable: list[str], scratch: str) -> None:
    """Makes a tmpfs with `readable` (read-only), three devices and an empty scratch folder this process's root.

    Called in the first child after `leave_the_host`. `scratch` keeps its path.
    """
    _check(_LIBC.unshare(_NEW_MOUNTS), "unshare")
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    stage = scratch
    _mount("tmpfs", stage, "tmpfs", _NO_SETUID | _NO_DEVICES, "mode=0755,size=1m")
    for path in _outermost(readable):
        _bind(path, stage + path, read_only=True)
    for device in _DEVICES:
        _bind(device, stage + device, read_only=False)
    os.makedirs(stage + scratch)
    limits = f"mode=0777,size={isolation.SCRATCH_BYTES},nr_inodes={_MOST_FILES}"
    _mount("tmpfs", stage + scratch, "tmpfs", _NO_SETUID | _NO_DEVICES, limits)
    os.makedirs(stage + "/.old")
    os.chdir(stage)
    _check(_LIBC.pivot_root(b".", b".old"), "pivot_root")
    os.chdir("/")
    _check(_LIBC.umount2(b"/.old", _DETACH), "umount")
    os.rmdir("/.old")
    _mount("none", "/", None, _REMOUNT | _BIND | _READ_ONLY | _NO_SETUID | _NO_DEVICES)


def _outermost(paths: list[str]) -> list[str]:
    """The paths that exist, links resolved to a bind of their own, without those that lie below another."""
    kept: list[str] = []
    for path in sorted(path for path in paths if os.path.exists(path)):
        if not any(path == other or path.startswith(other.rstrip("/") + "/") for other in kept):
            kept.append(path)
    return kept


def _bind(source: str, target: str, read_only: bool) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w"):
            pass
    _mount(source, target, None, _BIND | _RECURSIVE)
    flags = _REMOUNT | _BIND | _NO_SETUID | (_READ_ONLY if read_only else 0)
    # Inside a user namespace, flags that the host's mount has may not be dropped.
    flags |= os.statvfs(source).f_flag & (_NO_DEVICES | 8 | 1024 | 2048)
    _mount("none", target, None, flags)
