"""Reads what `pack` wrote.

Sequences of a fixed length, cut from the mapped stream of tokens, with the boundaries of documents.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import UserError
from .files import read_json

# The value that torch's cross entropy leaves out.
IGNORED = -100


@dataclass(frozen=True)
class Sequences:
    """Some sequences, each of shape [rows, length]."""

    tokens: np.ndarray
    # The token that follows each token; IGNORED where the model is not to learn it.
    targets: np.ndarray
    # Number of the document that a token belongs to, counted within its row.
    documents: np.ndarray
    # Place of a token in its document, or in the row where the document began before it.
    positions: np.ndarray

    @property
    def counted(self) -> int:
        """Number of targets that the loss is taken on."""
        return int((self.targets != IGNORED).sum())


class PackedData:
    """One side (`train` or `held_out`) of a packed corpus. Sequence i holds the tokens from i × length on."""

    def __init__(self, folder: Path, side: str, length: int) -> None:
        """Raises UserError where there is no packed corpus."""
        summary = read_json(folder / "pack.json")
        if summary is None:
            raise UserError(f"data {folder}", "there is no packed corpus (pack.json)")
        self.summary: dict[str, Any] = summary
        self.length = length
        tokens = folder / side / "tokens.bin"
        empty = tokens.stat().st_size == 0
        self._tokens = np.zeros(0, np.uint16) if empty else np.memmap(tokens, dtype=summary["type"], mode="r")
        self._starts = np.memmap(folder / side / "documents.bin", dtype=np.uint64, mode="r")
        mask = folder / side / "mask.bin"
        self._mask = np.memmap(mask, dtype=np.uint8, mode="r") if mask.exists() and not empty else None

    def __len__(self) -> int:
        return max(0, len(self._tokens) - 1) // self.length

    def read(self, rows: list[int], across_documents: bool = False) -> Sequences:
        """The sequences of these numbers. `across_documents`: a target may be the first token of the next document."""
        parts = [self._row(row, across_documents) for row in rows]
        return Sequences(*(np.stack(column) for column in zip(*parts, strict=True)))

    def _row(self, row: int, across_documents: bool) -> tuple[np.ndarray, ...]:
        begin = row * self.length
        window = slice(begin, begin + self.length + 1)
        tokens = self._tokens[window].astype(np.int64)
        first, last = np.searchsorted(self._starts, [begin + 1, begin + self.length + 1])
        starts = self._starts[first:last].astype(np.int64) - begin
        documents = np.zeros(self.length + 1, np.int64)
        documents[starts] = 1
        documents = documents.cumsum()
        beginnings = np.concatenate([[0], starts])
        positions = np.arange(self.length + 1) - beginnings[documents]
        targets = tokens[1:].copy()
        if not across_documents:
            targets[documents[1:] != documents[:-1]] = IGNORED
        if self._mask is not None:
            targets[self._mask[window][1:] == 0] = IGNORED
        return tokens[:-1], targets, documents[:-1], positions[:-1]
