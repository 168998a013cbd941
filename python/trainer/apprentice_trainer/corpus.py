"""Reads a corpus: Parquet shards with a column `content`, and optionally `weight` and `response_start`."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal

import pyarrow
import pyarrow.parquet

from .errors import UserError
from .files import sha256_of_file

Split = Literal["train", "held_out", "all"]

# Rows that are in memory at once. A corpus holds files of up to about a megabyte.
BATCH_ROWS = 128


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
    file = _open(shard)
    columns = [name for name in ("content", "weight", "response_start") if name in file.schema_arrow.names]
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns, use_threads=False):
        rows = batch.to_pydict()
        absent = [None] * batch.num_rows
        weights = rows.get("weight", absent)
        starts = rows.get("response_start", absent)
        for text, weight, start in zip(rows["content"], weights, starts, strict=True):
            if text:
                yield Document(text, 1.0 if weight is None else float(weight), start)


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
    return file
