"""Checkpoints of a training run: whole or not there.

They hold weights, optimiser state and the step; the rest follows from these.

Written by torch.distributed.checkpoint, which does the same for one process, several copies (DDP) and shards (FSDP),
and leaves frozen weights out.
"""

import re
import shutil
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as distributed_checkpoint
from accelerate import Accelerator
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException  # no Exception, but a BaseException
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict

from .errors import UserError
from .events import emit
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
        self._write(temporary)
        if self._accelerator.is_main_process:
            scaler = self._accelerator.scaler
            about = {
                "step": step,
                "scaler": scaler.state_dict() if scaler else None,
                "files": {path.name: path.stat().st_size for path in sorted(temporary.iterdir())},
            }
            write_json(temporary / "state.json", {**state, **about})
            synchronize_tree(temporary)
            name = self._folder / f"step-{step:09d}"
            shutil.rmtree(name, ignore_errors=True)
            temporary.rename(name)
            synchronize(self._folder)
            # What lies behind this step was damaged: the run has gone on from before it.
            behind = [path for path in self._whole() if path.name > name.name]
            for old in [*behind, *[path for path in self._whole() if path not in behind][:-KEPT]]:
                shutil.rmtree(old, ignore_errors=True)
        self._accelerator.wait_for_everyone()
        return time.monotonic() - started

    def _write(self, folder: Path) -> None:
        """Raises UserError where the disk takes no more: what PyTorch says then is not about disks."""
        state = self._state()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of running in one process
                distributed_checkpoint.save(state, checkpoint_id=folder)
        except (Exception, CheckpointException) as error:
            traceback.print_exc()
            remedy = "Look whether the disk is full, then give the same command again."
            raise UserError(f"checkpoint {folder}", f"it cannot be written: {_last_line(error)}", remedy) from error

    def load(self) -> dict[str, Any] | None:
        """Loads the newest checkpoint that is whole and returns its state; None where there is none.

        Every process calls it. Raises UserError where there are checkpoints and none can be read.
        """
        checkpoints = self._whole()
        for checkpoint in reversed(checkpoints):
            try:
                return self._read(checkpoint)
            except (Exception, CheckpointException) as error:  # noqa: BLE001 (torch raises whatever its readers do)
                cause = error.cause if isinstance(error, UserError) else "PyTorch cannot read it"
                print(f"{checkpoint} cannot be read: {error}", file=sys.stderr)
                emit(
                    "remark", text=f"The checkpoint {checkpoint.name} is damaged ({cause}); the one before it is taken."
                )
        if not checkpoints:
            return None
        raise UserError(
            f"training {self._folder.parent}",
            f"none of its checkpoints can be read ({', '.join(path.name for path in checkpoints)})",
            "Delete this folder to begin the training anew.",
        )

    def _read(self, checkpoint: Path) -> dict[str, Any]:
        """Raises whatever reading a damaged checkpoint raises; then weights and optimiser are undefined."""
        state = read_json(checkpoint / "state.json")
        if state is None:
            raise UserError(str(checkpoint), "state.json is missing")
        for name, size in state.get("files", {}).items():
            if not (file := checkpoint / name).is_file() or file.stat().st_size != size:
                raise UserError(str(checkpoint), f"{name} is missing or cut short")
        weights = self._state()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            distributed_checkpoint.load(weights, checkpoint_id=checkpoint)
        set_state_dict(
            self._model,
            self._optimizer,
            model_state_dict=weights["model"],
            optim_state_dict=weights["optimizer"],
            options=self._options,
        )
        if self._accelerator.scaler and state["scaler"]:
            self._accelerator.scaler.load_state_dict(state["scaler"])
        state.pop("files", None)
        return state

    def _state(self) -> dict[str, Any]:
        model, optimizer = get_state_dict(self._model, self._optimizer, options=self._options)
        # The option leaves the second name of a frozen matrix in, that of tied embeddings.
        every = self._model.named_parameters(remove_duplicate=False)
        frozen = {name.removeprefix("module.") for name, parameter in every if not parameter.requires_grad}
        return {"model": {name: weight for name, weight in model.items() if name not in frozen}, "optimizer": optimizer}


def _last_line(error: Exception) -> str:
    """What went wrong, in a line: PyTorch's errors hold whole tracebacks."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:200]
