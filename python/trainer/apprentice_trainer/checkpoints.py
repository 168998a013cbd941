"""Checkpoints of a training run: whole or not there.

They hold weights, optimiser state and the step; the rest follows from these.

Written by torch.distributed.checkpoint, which does the same for one process, several copies (DDP) and shards (FSDP),
and leaves frozen weights out.
"""

import re
import shutil
import time
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as distributed_checkpoint
from accelerate import Accelerator
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict

from .files import read_json, synchronize, synchronize_tree, write_json

# The newest and the one before it.
KEPT = 2
_NAME = re.compile(r"step-(\d+)$")


class Checkpoints:
    """The checkpoints of one run folder."""

    def __init__(
        self, folder: Path, accelerator: Accelerator, model: nn.Module, optimizer: torch.optim.Optimizer
    ) -> None:
        self._folder = folder
        self._accelerator = accelerator
        self._model = model
        self._optimizer = optimizer
        # What is frozen is in the model that the run started from.
        self._options = StateDictOptions(ignore_frozen_params=True, strict=False)

    def _whole(self) -> list[Path]:
        found = [path for path in self._folder.glob("step-*") if _NAME.match(path.name)]
        return sorted(found, key=lambda path: path.name)

    def save(self, step: int, state: dict[str, Any]) -> float:
        """Writes the checkpoint of `step` and removes all but the newest.

        Returns the seconds that it took. Every process calls it.
        """
        started = time.monotonic()
        temporary = self._folder / "partial"
        if self._accelerator.is_main_process:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
        self._accelerator.wait_for_everyone()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of running in one process
            distributed_checkpoint.save(self._state(), checkpoint_id=temporary)
        if self._accelerator.is_main_process:
            scaler = self._accelerator.scaler
            write_json(
                temporary / "state.json", {**state, "step": step, "scaler": scaler.state_dict() if scaler else None}
            )
            synchronize_tree(temporary)
            name = self._folder / f"step-{step:09d}"
            shutil.rmtree(name, ignore_errors=True)
            temporary.rename(name)
            synchronize(self._folder)
            for old in self._whole()[:-KEPT]:
                shutil.rmtree(old, ignore_errors=True)
        self._accelerator.wait_for_everyone()
        return time.monotonic() - started

    def load(self) -> dict[str, Any] | None:
        """Loads the newest checkpoint and returns its state; None where there is none. Every process calls it."""
        checkpoints = self._whole()
        if not checkpoints:
            return None
        weights = self._state()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            distributed_checkpoint.load(weights, checkpoint_id=checkpoints[-1])
        set_state_dict(
            self._model,
            self._optimizer,
            model_state_dict=weights["model"],
            optim_state_dict=weights["optimizer"],
            options=self._options,
        )
        state = read_json(checkpoints[-1] / "state.json")
        if self._accelerator.scaler and state["scaler"]:
            self._accelerator.scaler.load_state_dict(state["scaler"])
        return state

    def _state(self) -> dict[str, Any]:
        model, optimizer = get_state_dict(self._model, self._optimizer, options=self._options)
        # The option leaves the second name of a frozen matrix in, that of tied embeddings.
        every = self._model.named_parameters(remove_duplicate=False)
        frozen = {name.removeprefix("module.") for name, parameter in every if not parameter.requires_grad}
        return {"model": {name: weight for name, weight in model.items() if name not in frozen}, "optimizer": optimizer}
