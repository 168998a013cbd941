"""Says of one text after the other whether CPython's parser accepts it.

Standard input: a length in bytes (4 bytes, little-endian), then that many bytes of UTF-8; again and again.
Standard output: one byte a text, 1 for yes and 0 for no. Nothing of a text is ever run.
"""

import os
import struct
import symtable
import sys
import warnings

# A text may not talk: neither warnings about its escapes nor its own errors.
warnings.simplefilter("ignore")


def accepts(text: bytes) -> bool:
    try:
        # Parses, and checks scopes, without building Python objects for every node as `ast.parse` does.
        symtable.symtable(text, "<text>", "exec")
        return True
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def main() -> None:
    source, target = sys.stdin.buffer, sys.stdout.fileno()
    while len(head := source.read(4)) == 4:
        (length,) = struct.unpack("<I", head)
        os.write(target, b"\x01" if accepts(source.read(length)) else b"\x00")


main()
