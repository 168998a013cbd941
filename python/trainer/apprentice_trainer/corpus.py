"""Reads a corpus: Parquet shards with a column `content`, and optionally `weight` and `response_start`."""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow
import pyarrow.parquet
from pyarrow import types

from .errors import UserError
from .files import sha256_of_file

Split = Literal["train", "held_out", "all"]

# Rows that are in memory at once. A corpus holds files of up to about a megabyte.
BATCH_ROWS = 128


# The columns that are read: which types they may have, and what to call these.
_COLUMNS: dict[str, tuple[Callable[[pyarrow.DataType], bool], str]] = {
    "content": (lambda kind: types.is_string(kind) or types.is_large_string(kind), "text"),
    "weight": (lambda kind: types.is_integer(kind) or types.is_floating(kind) or types.is_null(kind), "a number"),
    "response_start": (lambda kind: types.is_integer(kind) or types.is_null(kind), "a whole number"),
}


@dataclass(frozen=True)
class Document:
    """One text of a corpus."""

    text: str
    # How often it is worth reading: 1.7 is once for certain and a second time with a probability of 0.7.
    weight: float = 1.0
    # Where the part begins that a model learns to write, in bytes of the UTF-8 text. What lies before it is only read.
    response_start: int | None = None

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    def is_held_out(self, share: float) -> bool:
        """Whether the document belongs to the held-out part.

        Its hash decides, so that copies of a text are never on both sides.
        """
        return int.from_bytes(self._digest[:8], "big") / 2**64 < share

    def repetitions(self) -> int:
        """How often it occurs in one pass.

        The integer part of its weight and, for the fraction, a draw from its hash; at least once.
        """
        whole = int(self.weight)
        drawn = int.from_bytes(self._digest[8:16], "big") / 2**64 < self.weight - whole
        return max(1, whole + drawn)


def count_documents(shards: list[Path]) -> int:
    """Rows of all shards, from their footers. Raises UserError for a shard that is missing or no corpus."""
    return sum(_open(shard).metadata.num_rows for shard in shards)


def read_documents(shard: Path) -> Iterator[Document]:
    """The documents of one shard in their order. Rows without a text are left out."""
    number = 0
    for rows in _batches(shard):
        absent = [None] * len(rows["content"])
        weights = rows.get("weight", absent)
        starts = rows.get("response_start", absent)
        for text, weight, start in zip(rows["content"], weights, starts, strict=True):
            if weight is not None and not 0 <= weight < math.inf:
                cause = f"the weight of row {number} is {weight}"
                raise UserError(f"corpus {shard}", cause, "Weights are numbers from 0 on, or null.")
            if text:
                yield Document(text, 1.0 if weight is None else float(weight), start)
            number += 1


def _batches(shard: Path) -> Iterator[dict[str, list[Any]]]:
    """The rows in small batches, column by column. Raises UserError where they cannot be read."""
    file = _open(shard)
    columns = [name for name in _COLUMNS if name in file.schema_arrow.names]
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns, use_threads=False):
            yield batch.to_pydict()
    except UnicodeDecodeError as error:
        raise UserError(f"corpus {shard}", f"a text in it is not UTF-8: {error}") from error
    except (pyarrow.ArrowException, OSError) as error:
        raise UserError(f"corpus {shard}", f"it is damaged: {error}", "Make it again.") from error


def read_split(shards: list[Path], split: Split, held_out: float) -> Iterator[Document]:
    """The documents of one side of the split, shard after shard."""
    for shard in shards:
        for document in read_documents(shard):
            if split == "all" or document.is_held_out(held_out) == (split == "held_out"):
                yield document


def in_batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    """Groups of documents, large enough to keep a tokenizer's threads busy."""
    while batch := list(islice(documents, BATCH_ROWS)):
        yield batch


def input_fingerprint(shards: list[Path]) -> str:
    """SHA-256 over the contents of all shards in their order."""
    if not shards:
        raise UserError("corpus", "it has no shards")
    count_documents(shards)  # names a missing shard better than the hash would
    return hashlib.sha256("".join(map(sha256_of_file, shards)).encode()).hexdigest()


def has_responses(shards: list[Path]) -> bool:
    """Whether every shard says where the responses begin."""
    return all("response_start" in _open(shard).schema_arrow.names for shard in shards)


def _open(shard: Path) -> pyarrow.parquet.ParquetFile:
    try:
        file = pyarrow.parquet.ParquetFile(shard)
    except FileNotFoundError as error:
        raise UserError(f"corpus {shard}", "there is no such file") from error
    except (pyarrow.ArrowException, OSError) as error:
        raise UserError(f"corpus {shard}", f"it is no Parquet file: {error}") from error
    if "content" not in file.schema_arrow.names:
        raise UserError(
            f"corpus {shard}",
            f'it has no column "content", only {", ".join(file.schema_arrow.names)}',
            "Make it with: apprentice corpus build",
        )
    for name, (fits, kind) in _COLUMNS.items():
        if name in file.schema_arrow.names and not fits(found := file.schema_arrow.field(name).type):
            raise UserError(f"corpus {shard}", f'its column "{name}" is of the type {found}', f"It must be {kind}.")
    return file
