"""The configuration of a training run."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .configuration import json_name
from .errors import UserError


@dataclass(frozen=True)
class Lora:
    """Low-rank adapters; merged into the weights at the end."""

    rank: int
    alpha: float


@dataclass(frozen=True)
class ModelSource:
    """A preset's shape with random weights, or a Hugging Face folder or GGUF file to continue."""

    preset: str | None = None
    start: Path | None = field(default=None, metadata=json_name("from"))
    lora: Lora | None = None


@dataclass(frozen=True)
class Budget:
    """How long to train: exactly one of the three."""

    steps: int | None = None
    tokens: int | None = None
    hours: float | None = None


@dataclass(frozen=True)
class TrainConfiguration:
    """Configuration of `train`.

    Sizes are per process; a step reads micro_batch × accumulation × processes sequences.
    """

    data: Path
    out: Path
    model: ModelSource
    budget: Budget
    tokenizer: Path | None = None
    # Where the trained model goes; `out/model` when absent.
    model_out: Path | None = None
    sequence_length: int = 1024
    micro_batch: int = 8
    accumulation: int = 1
    learning_rate: float = 5e-4
    schedule: Literal["cosine", "linear"] = "cosine"
    warmup_steps: int = 0
    # The learning rate at the end, as a share of the highest one.
    minimum_learning_rate: float = 0.1
    weight_decay: float = 0.1
    # Largest norm of the gradient.
    clip: float = 1.0
    precision: Literal["auto", "bf16", "fp16", "float32"] = "auto"
    compile: bool | Literal["auto"] = "auto"
    # `separate`: neither attention nor loss crosses the boundary of a document. `joined`: they do, as in the papers;
    # faster on a GPU.
    documents: Literal["separate", "joined"] = "separate"
    threads: int | None = None
    seed: int = 0
    checkpoint_minutes: float = 10
    # 0: only at the end.
    evaluation_every: int = 0
    evaluation_sequences: int = 64

    def check(self) -> None:
        """Raises UserError for values that do not go together."""
        if (self.model.preset is None) == (self.model.start is None):
            raise UserError("model", 'exactly one of "preset" and "from" is needed')
        if self.model.preset is not None and (self.tokenizer is None or self.model.lora):
            raise UserError("model", 'a preset needs a "tokenizer" and has no use for "lora"')
        if sum(value is not None for value in dataclasses.astuple(self.budget)) != 1:
            raise UserError("budget", 'exactly one of "steps", "tokens" and "hours" is needed')
        for name in ("sequence_length", "micro_batch", "accumulation"):
            if getattr(self, name) < 1:
                raise UserError(name, "it must be at least 1")

        if not 0 <= self.seed < 2**32:
            raise UserError("seed", "it must be from 0 to 2^32 - 1")

    @property
    def model_folder(self) -> Path:
        """Where the trained model goes."""
        return self.model_out or self.out / "model"

    def decides(self) -> dict[str, Any]:
        """What decides the numbers of a run and must not change between its beginning and its end.

        Paths do not, as folders are moved.
        """
        fields = dataclasses.asdict(self)
        for name in ("data", "out", "tokenizer", "model_out", "threads", "checkpoint_minutes"):
            del fields[name]
        del fields["model"]["start"]
        return fields
