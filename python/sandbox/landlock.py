"""Landlock: file access rules that a process puts on itself, without privileges (Linux 5.13 and later)."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

# The same numbers on every architecture (include/uapi/asm-generic/unistd.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PR_SET_NO_NEW_PRIVS = 38
_VERSION_FLAG, _RULE_PATH_BENEATH = 1, 1

# include/uapi/linux/landlock.h: bits 0 to 12 came with ABI 1.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _DEVICE_IOCTL = 1 << 13, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_IOCTL


def version() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    return max(0, _LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION_FLAG)))


def guards_truncation() -> bool:
    """Whether files outside cannot be truncated: the kernel has that right since Linux 6.2 (ABI 3)."""
    return version() >= 3


def _file_rights(abi: int) -> int:
    rights = (1 << 13) - 1
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_IOCTL)):
        if abi >= since:
            rights |= right
    return rights


def _add_rule(ruleset: int, path: str, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        if not stat.S_ISDIR(os.fstat(target).st_mode):
            rights &= _FILE_RIGHTS
        rule = struct.pack("=Qi", rights, target)
        if _LIBC.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused a rule", path)
    finally:
        os.close(target)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Limits this process and its descendants to these paths and returns the ABI used.

    Where the kernel can, it also refuses TCP (ABI 4), and abstract sockets and signals to processes outside (ABI 6).
    Raises OSError when the kernel has no Landlock or refuses.
    """
    abi = version()
    if abi == 0:
        raise OSError("the kernel has no Landlock, or it is switched off")
    rights = _file_rights(abi)
    network = 0b11 if abi >= 4 else 0
    scope = 0b11 if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("QQQ", rights, network, scope)
    ruleset = _LIBC.syscall(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), ctypes.c_uint(0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused a ruleset")
    try:
        for path in readable:
            _add_rule(ruleset, path, _READ & rights)
        for path in writable:
            _add_rule(ruleset, path, rights & ~_EXECUTE)
        if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        if _LIBC.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint(0)) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused to take effect")
    finally:
        os.close(ruleset)
    return abi
