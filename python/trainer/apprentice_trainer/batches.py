"""Sequences as the tensors that a model takes."""

from dataclasses import dataclass

import torch

from .packed_data import Sequences


@dataclass(frozen=True)
class Batch:
    """One micro-batch on the device; shapes [rows, length], the mask [rows, 1, length, length]."""

    tokens: torch.Tensor
    targets: torch.Tensor
    positions: torch.Tensor | None
    # Which tokens a token may look at; None: all before it.
    mask: torch.Tensor | None


def to_batch(sequences: Sequences, device: torch.device, separate: bool) -> Batch:
    """Moves sequences to a device.

    `separate`: no token looks beyond its document, and positions count within the document.
    """
    tokens = torch.from_numpy(sequences.tokens).to(device)
    targets = torch.from_numpy(sequences.targets).to(device)
    if not separate:
        return Batch(tokens, targets, None, None)
    positions = torch.from_numpy(sequences.positions).to(device)
    documents = torch.from_numpy(sequences.documents).to(device)
    same = documents[:, :, None] == documents[:, None, :]
    return Batch(tokens, targets, positions, same.tril()[:, None])
