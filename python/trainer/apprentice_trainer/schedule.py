"""What a step does, as pure functions of the configuration and the step.

A resumed run repeats nothing and forgets nothing.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True)
class LearningRate:
    """A learning rate that rises linearly for `warmup` steps and then falls to `minimum` × `peak` at step `steps`."""

    peak: float
    schedule: Literal["cosine", "linear"]
    warmup: int
    minimum: float
    steps: int

    def at(self, step: int) -> float:
        """The rate of step `step`, counted from 0.

        The cosine is that of Loshchilov and Hutter 2017 (SGDR, equation 5) without restarts.
        """
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        share = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        fall = 0.5 * (1 + math.cos(math.pi * share)) if self.schedule == "cosine" else 1 - share
        return self.peak * (self.minimum + (1 - self.minimum) * fall)


class RowOrder:
    """Which sequences a step reads.

    Every epoch is a new permutation of all of them, drawn from the seed and the epoch.
    """

    def __init__(self, rows: int, rows_per_step: int, seed: int) -> None:
        self._rows = rows
        self._rows_per_step = rows_per_step
        self._seed = seed
        self._epoch = -1
        self._permutation = np.zeros(0, np.int64)

    def at(self, step: int) -> list[int]:
        """The sequences of step `step`, counted from 0, in the order in which they are read."""
        begin = step * self._rows_per_step
        return [self._row(place) for place in range(begin, begin + self._rows_per_step)]

    def _row(self, place: int) -> int:
        epoch, index = divmod(place, self._rows)
        if epoch != self._epoch:
            self._epoch = epoch
            self._permutation = np.random.default_rng([self._seed, epoch]).permutation(self._rows)
        return int(self._permutation[index])


def share_of_process(rows: list[int], micro_batch: int, processes: int, process: int) -> list[list[int]]:
    """The micro-batches that one of several processes computes.

    Together the processes read `rows`, in any number of them.
    """
    batches = [rows[begin : begin + micro_batch] for begin in range(0, len(rows), micro_batch)]
    return batches[process::processes]
