"""Compares the sandbox's table of system calls with the kernel's headers of this machine; prints what differs as JSON.

Usage: system_calls_headers.py SANDBOX_FOLDER GENERIC_HEADER [X86_64_HEADER]
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

import system_calls  # noqa: E402

# Names of the generic table (arm64's) that its header gives by another one, with the old name in it.
_WIDE = "fcntl statfs fstatfs truncate ftruncate lseek sendfile fstat mmap fadvise64".split()


def numbers_in(path: str) -> dict[str, int]:
    text = Path(path).read_text()
    found = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", text)}
    wide = {name: int(number) for name, number in re.findall(r"#define __NR3264_(\w+)\s+(\d+)", text)}
    names = {"newfstatat": "fstatat", **{name: name for name in _WIDE}}
    return {**{name: wide[other] for name, other in names.items() if other in wide}, **found}


def main() -> None:
    generic, *x86 = map(numbers_in, sys.argv[2:])
    differences = []
    entries = [entry.split(":") for entry in system_calls._ALLOWED.split()]
    for name, *columns in entries:
        for machine, ours, header in zip(("x86_64", "aarch64"), columns, ((x86 or [None])[0], generic)):
            if header is not None and (None if ours == "-" else int(ours)) != header.get(name):
                differences.append([machine, name, ours, header.get(name)])
    print(json.dumps({"calls": len(entries), "differences": differences}))


main()
