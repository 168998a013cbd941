"""The training loop.

An own one over Accelerate, because what decides a step must be a function of the configuration and the step alone.
"""

import contextlib
import math
import time
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from torch import nn

from .checkpoints import Checkpoints
from .errors import UserError
from .events import emit
from .files import read_json, write_json
from .loss_log import LossLog
from .losses import Losses
from .packed_data import PackedData, Sequences
from .schedule import LearningRate, RowOrder, share_of_process
from .stopping import StopRequest
from .throughput import Speed, flops_per_token, peak_flops
from .train_configuration import TrainConfiguration

# Brown et al. 2020 (GPT-3, appendix B); the same in CERT, table 5.
BETAS = (0.9, 0.95)
EPSILON = 1e-8


class Stopped(Exception):
    """The run was asked to stop; a checkpoint of `step` was written."""

    def __init__(self, step: int) -> None:
        super().__init__(f"stopped at step {step}")
        self.step = step


class Trainer:
    """One run. Every process of it makes one."""

    def __init__(self, configuration: TrainConfiguration, accelerator: Accelerator, model: nn.Module) -> None:
        self.accelerator = accelerator
        self._configuration = configuration
        self._train = PackedData(configuration.data, "train", configuration.sequence_length)
        self._held_out = PackedData(configuration.data, "held_out", configuration.sequence_length)
        if len(self._train) == 0:
            raise UserError(f"data {configuration.data}", "it does not fill one sequence")
        rows_per_step = configuration.micro_batch * configuration.accumulation * accelerator.num_processes
        self._order = RowOrder(len(self._train), rows_per_step, configuration.seed)
        self._tokens_per_step = rows_per_step * configuration.sequence_length
        self._facts = _facts(model, configuration.sequence_length)
        self.model, self._optimizer = accelerator.prepare(model, _optimizer(model, configuration))
        compiled = accelerator.device.type == "cuda" if configuration.compile == "auto" else configuration.compile
        forward = torch.compile(self.model) if compiled else self.model
        self._losses = Losses(accelerator, forward, separate=configuration.documents == "separate")
        self._checkpoints = Checkpoints(
            configuration.out / "checkpoints", accelerator, self.model, self._optimizer.optimizer
        )
        self._stop = StopRequest()

    def train(self) -> dict[str, Any]:
        """Trains to the end of the budget.

        Returns the fields of `done`. Raises Stopped when asked to stop, UserError when the loss is lost.
        """
        state = self._checkpoints.load() or self._beginning()
        if state["tokens_per_step"] != self._tokens_per_step:
            raise UserError(
                f"run {self._configuration.out}",
                f"a step read {state['tokens_per_step']} tokens, and would now read {self._tokens_per_step}",
                "Go on with as many processes as it was begun with.",
            )
        steps = self._planned_steps()
        log = None
        if self.accelerator.is_main_process:
            log = LossLog(self._configuration.out / "losses.jsonl", state["step"])
        speed = self._announce(steps, state["step"])
        rate = _learning_rate(self._configuration, steps)
        saved = time.monotonic()
        self.model.train()
        with self._stop.heard():
            if state["step"] == 0 and self._evaluation_due(0, steps):
                state["evaluation_loss"] = self._evaluate(log, 0)
            while state["step"] < steps:
                started = time.monotonic()
                learning_rate = rate.at(state["step"])
                state["loss"], norm, stop, save = self._step(state["step"], learning_rate, saved)
                seconds = time.monotonic() - started
                state |= {"step": state["step"] + 1, "seconds": state["seconds"] + seconds}
                line = {"step": state["step"], "loss": state["loss"], "learning_rate": learning_rate, "grad_norm": norm}
                self._tell(log, "step", line, steps=steps, **speed.after(seconds, state["step"], steps))
                if self._evaluation_due(state["step"], steps):
                    state["evaluation_loss"] = self._evaluate(log, state["step"])
                if stop or save or state["step"] == steps:
                    self._save(log, state)
                    saved = time.monotonic()
                if stop and state["step"] < steps:
                    raise Stopped(state["step"])
        return {**state, "tokens": steps * self._tokens_per_step}

    def _beginning(self) -> dict[str, Any]:
        """The state of a run before its first step: what a checkpoint holds besides weights and optimiser."""
        return {
            "step": 0,
            "seconds": 0.0,
            "loss": None,
            "evaluation_loss": None,
            "tokens_per_step": self._tokens_per_step,
        }

    def _step(self, step: int, learning_rate: float, saved: float) -> tuple[float, float | None, bool, bool]:
        """One update.

        Returns the mean loss over all targets, the norm of the gradient, and whether to stop and to save after it.
        In fp16 gradients overflow now and then: there is no norm, and the scaler leaves the update out.
        """
        configuration, accelerator, losses = self._configuration, self.accelerator, self._losses
        torch.manual_seed((configuration.seed << 32) + step)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        rows = share_of_process(
            self._order.at(step), configuration.micro_batch, accelerator.num_processes, accelerator.process_index
        )
        parts = [losses.read(self._train, part) for part in rows]
        targets = max(1.0, losses.over_processes([float(sum(part.counted for part in parts))])[0])
        loss = sum(self._backward(part, targets, part is parts[-1]) for part in parts)
        norm = accelerator.clip_grad_norm_(self.model.parameters(), configuration.clip)
        self._optimizer.step()
        self._optimizer.zero_grad()
        # The first process's clock decides for all when to save, and a wish to stop is everyone's.
        late = accelerator.is_main_process and time.monotonic() - saved > configuration.checkpoint_minutes * 60
        total, stop, save = losses.over_processes([float(loss), float(self._stop.wanted), float(late)])
        self._require_finite(total, f"the loss is not finite at step {step + 1}")
        norm = float(norm)
        return total / targets, norm if math.isfinite(norm) else None, stop > 0, save > 0

    def _backward(self, sequences: Sequences, targets: float, last: bool) -> torch.Tensor:
        """Adds the gradient of a micro-batch's share of the mean loss; returns the sum of its losses."""
        # Processes average their gradients, and `targets` counts those of all processes: the mean is over targets,
        # wherever they are.
        with contextlib.nullcontext() if last else self.accelerator.no_sync(self.model):
            loss = self._losses.sum(sequences)
            self.accelerator.backward(loss * (self.accelerator.num_processes / targets))
        return loss.detach().double()

    def _require_finite(self, loss: float, cause: str) -> None:
        if not math.isfinite(loss):
            remedy = "Start anew in another folder with a lower learning rate or more warm-up."
            raise UserError(f"run {self._configuration.out}", cause, remedy)

    def _evaluation_due(self, step: int, steps: int) -> bool:
        if len(self._held_out) == 0:
            return False
        if step == 0:
            # What is continued could something already: the later figures are to be held against it.
            return self._configuration.model.start is not None
        every = self._configuration.evaluation_every
        return step == steps or (every > 0 and step % every == 0)

    def _evaluate(self, log: LossLog | None, step: int) -> float:
        configuration, packed = self._configuration, self._held_out.summary
        self.model.eval()
        loss = self._losses.mean(self._held_out, configuration.evaluation_sequences, configuration.micro_batch)
        self.model.train()
        self._require_finite(loss, f"the held-out loss is not finite after step {step}")
        bits = loss / math.log(2) * packed["held_out_tokens"] / packed["held_out_bytes"]
        emit("evaluation", step=step, loss=loss, bits_per_byte=bits)
        if log:
            log.add(step=step, evaluation_loss=loss, bits_per_byte=bits)
        return loss

    def _save(self, log: LossLog | None, state: dict[str, Any]) -> None:
        if log:
            log.synchronize()
        seconds = self._checkpoints.save(state["step"], state)
        emit("checkpoint", step=state["step"], seconds=round(seconds, 2))

    def _tell(self, log: LossLog | None, event: str, line: dict[str, Any], **more: Any) -> None:
        emit(event, **line, tokens=line["step"] * self._tokens_per_step, **more)
        if log:
            log.add(**line)

    def _planned_steps(self) -> int:
        """How many steps the budget is.

        Hours are turned into steps once, by a measurement before the first step, and kept.
        """
        budget = self._configuration.budget
        if budget.steps is not None:
            return budget.steps
        if budget.tokens is not None:
            return max(1, round(budget.tokens / self._tokens_per_step))
        file = self._configuration.out / "plan.json"
        plan = [read_json(file)]
        broadcast_object_list(plan)
        if plan[0] is None:
            seconds = self._measured_step()
            plan = [{"steps": max(1, int((budget.hours or 0) * 3600 / seconds)), "seconds_per_step": seconds}]
            broadcast_object_list(plan)
            if self.accelerator.is_main_process:
                write_json(file, plan[0])
            self.accelerator.wait_for_everyone()
        return plan[0]["steps"]

    def _measured_step(self) -> float:
        """Seconds of a step: the fastest of three micro-batches after a first one; their gradients are thrown away."""
        sequences = self._losses.read(self._train, self._order.at(0)[: self._configuration.micro_batch])
        times = []
        for _ in range(4):
            started = time.monotonic()
            self._backward(sequences, 1.0, last=False).item()
            times.append(time.monotonic() - started)
        self._optimizer.zero_grad()
        return min(times[1:]) * self._configuration.accumulation

    def _announce(self, steps: int, resumed_at: int) -> Speed:
        accelerator = self.accelerator
        precision = "float32" if accelerator.mixed_precision == "no" else accelerator.mixed_precision
        dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
        peak, source = peak_flops(accelerator.device, dtype)
        cuda = accelerator.device.type == "cuda"
        emit(
            "start",
            **self._facts,
            tokens_per_step=self._tokens_per_step,
            sequences=len(self._train),
            device=torch.cuda.get_device_name(accelerator.device) if cuda else "cpu",
            processes=accelerator.num_processes,
            threads=torch.get_num_threads(),
            precision=precision,
            steps=steps,
            resumed_at=resumed_at or None,
            peak_flops=peak * accelerator.num_processes,
            peak_source=source,
            versions=_versions(),
        )
        return Speed(self._tokens_per_step, self._facts["flops_per_token"], peak * accelerator.num_processes)


def _facts(model: nn.Module, length: int) -> dict[str, Any]:
    parameters = list(model.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable_parameters": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        "flops_per_token": flops_per_token(model, length),
    }


def _learning_rate(configuration: TrainConfiguration, steps: int) -> LearningRate:
    return LearningRate(
        peak=configuration.learning_rate,
        schedule=configuration.schedule,
        warmup=configuration.warmup_steps,
        minimum=configuration.minimum_learning_rate,
        steps=steps,
    )


def _optimizer(model: nn.Module, configuration: TrainConfiguration) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019), fused; norms and biases, which have one dimension, do not decay."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [one for one in parameters if one.ndim > 1], "weight_decay": configuration.weight_decay},
        {"params": [one for one in parameters if one.ndim <= 1], "weight_decay": 0.0},
    ]
    filled = [group for group in groups if group["params"]]
    return torch.optim.AdamW(filled, lr=configuration.learning_rate, betas=BETAS, eps=EPSILON, fused=True)


def _versions() -> dict[str, str]:
    import accelerate
    import transformers

    return {"torch": torch.__version__, "transformers": transformers.__version__, "accelerate": accelerate.__version__}
