"""The loss of a model on sequences of a packed corpus, in one process or in several."""

import math

import torch
from accelerate import Accelerator
from torch import nn
from torch.nn import functional

from .batches import to_batch
from .packed_data import IGNORED, PackedData, Sequences


class Losses:
    """Computes losses. `forward`: the prepared model, perhaps compiled. `separate`: documents do not see each other."""

    def __init__(self, accelerator: Accelerator, forward: nn.Module, separate: bool) -> None:
        self._accelerator = accelerator
        self._forward = forward
        self._separate = separate

    def read(self, data: PackedData, rows: list[int]) -> Sequences:
        """Sequences with the targets that the loss is taken on."""
        return data.read(rows, across_documents=not self._separate)

    def sum(self, sequences: Sequences) -> torch.Tensor:
        """Sum of the losses of all targets, in nats, in float32."""
        batch = to_batch(sequences, self._accelerator.device, self._separate)
        extra = {} if batch.mask is None else {"attention_mask": batch.mask, "position_ids": batch.positions}
        logits = self._forward(input_ids=batch.tokens, use_cache=False, **extra).logits
        return functional.cross_entropy(
            logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )

    def over_processes(self, values: list[float]) -> list[float]:
        """Sums numbers of all processes; every process gets the sums."""
        if self._accelerator.num_processes == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self._accelerator.device)
        return self._accelerator.reduce(tensor, "sum").tolist()

    @torch.no_grad()
    def mean(self, data: PackedData, number: int, rows_at_once: int) -> float:
        """Mean loss on `number` sequences of `data`, spread evenly over it, in nats per target."""
        rows = spread(len(data), number)
        parts = [rows[begin : begin + rows_at_once] for begin in range(0, len(rows), rows_at_once)]
        processes = self._accelerator.num_processes
        total, counted = 0.0, 0
        # All processes go forwards equally often, or they would wait for each other: those without a part repeat the
        # first.
        for turn in range(math.ceil(len(parts) / processes)):
            place = turn * processes + self._accelerator.process_index
            sequences = self.read(data, parts[place if place < len(parts) else 0])
            loss = float(self.sum(sequences))
            if place < len(parts):
                total, counted = total + loss, counted + sequences.counted
        sums = self.over_processes([total, float(counted)])
        return sums[0] / max(1.0, sums[1])


def spread(length: int, number: int) -> list[int]:
    """At most `number` places in `length`, evenly apart: the first ones would all be of one folder."""
    count = min(length, number)
    return [place * length // count for place in range(count)]
