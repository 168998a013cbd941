"""The training loop: an own one over Accelerate, because what decides a step must be a function of the configuration and the step alone."""

import contextlib
import math
import signal
import time
from collections.abc import Iterator
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from torch import nn
from torch.nn import functional

from .batches import Batch, to_batch
from .checkpoints import Checkpoints
from .errors import UserError
from .events import emit
from .files import read_json, write_json
from .loss_log import LossLog
from .packed_data import IGNORED, PackedData
from .schedule import LearningRate, RowOrder, share_of_process
from .throughput import Speed, flops_per_token, peak_flops
from .train_configuration import TrainConfiguration

# Brown et al. 2020 (GPT-3, appendix B); the same in CERT, table 5.
BETAS = (0.9, 0.95)
EPSILON = 1e-8


class Stopped(Exception):
    """SIGTERM came; a checkpoint of `step` was written."""

    def __init__(self, step: int) -> None:
        super().__init__(f"stopped at step {step}")
        self.step = step


class Trainer:
    """One run. Every process of it makes one."""

    def __init__(self, configuration: TrainConfiguration, accelerator: Accelerator, model: nn.Module) -> None:
        self.accelerator = accelerator
        self._configuration = configuration
        length = configuration.sequence_length
        self._train = PackedData(configuration.data, "train", length)
        self._held_out = PackedData(configuration.data, "held_out", length)
        self._rows_per_step = configuration.micro_batch * configuration.accumulation * accelerator.num_processes
        if len(self._train) == 0:
            raise UserError(f"data {configuration.data}", f"it does not fill one sequence of {length} tokens")
        self._order = RowOrder(len(self._train), self._rows_per_step, configuration.seed)
        trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self._parameters = sum(parameter.numel() for parameter in model.parameters())
        self._trainable_parameters = sum(parameter.numel() for parameter in trainable)
        self._flops_per_token = flops_per_token(model, length)
        optimizer = _optimizer(trainable, configuration)
        self.model, self._optimizer = accelerator.prepare(model, optimizer)
        compiled = accelerator.device.type == "cuda" if configuration.compile == "auto" else configuration.compile
        self._forward = torch.compile(self.model) if compiled else self.model
        self._checkpoints = Checkpoints(
            configuration.out / "checkpoints", accelerator, self.model, self._optimizer.optimizer
        )
        self._stop_wanted = False

    def train(self) -> dict[str, Any]:
        """Trains to the end of the budget and returns the `done` event. Raises Stopped after SIGTERM, UserError when the loss is lost."""
        state = self._checkpoints.load() or {"step": 0, "seconds": 0.0, "loss": None, "evaluation_loss": None}
        steps = self._planned_steps()
        rate = LearningRate(
            self._configuration.learning_rate,
            self._configuration.schedule,
            self._configuration.warmup_steps,
            self._configuration.minimum_learning_rate,
            steps,
        )
        log = LossLog(self._configuration.out / "losses.jsonl", state["step"]) if self.accelerator.is_main_process else None
        speed = self._announce(steps, state["step"])
        saved = time.monotonic()
        with self._signals():
            while state["step"] < steps:
                started = time.monotonic()
                loss, norm, wants = self._step(state["step"], rate.at(state["step"]), saved)
                state["step"] += 1
                state["loss"] = loss
                state["seconds"] += time.monotonic() - started
                self._report(log, speed, state, steps, rate, norm, time.monotonic() - started)
                if self._evaluation_due(state["step"], steps):
                    state["evaluation_loss"] = self._evaluate(log, state["step"])
                if wants["stop"] or wants["save"] or state["step"] == steps:
                    self._save(log, state)
                    saved = time.monotonic()
                if wants["stop"] and state["step"] < steps:
                    raise Stopped(state["step"])
        return {**state, "tokens": steps * self._tokens_per_step}

    @property
    def _tokens_per_step(self) -> int:
        return self._rows_per_step * self._configuration.sequence_length

    def _step(self, step: int, rate: float, saved: float) -> tuple[float, float, dict[str, bool]]:
        """One update. Returns the mean loss over all targets, the norm of the gradient, and what any process wants done after it."""
        torch.manual_seed((self._configuration.seed << 32) + step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        configuration, accelerator = self._configuration, self.accelerator
        mine = share_of_process(
            self._order.at(step), configuration.micro_batch, accelerator.num_processes, accelerator.process_index
        )
        batches = [self._batch(self._train, rows) for rows in mine]
        total = max(1.0, self._sum_over_processes([sum(batch.counted for batch in batches)])[0])
        loss = torch.zeros((), device=accelerator.device, dtype=torch.float64)
        for number, batch in enumerate(batches):
            loss += self._backward(batch, total, last=number == len(batches) - 1)
        norm = accelerator.clip_grad_norm_(self.model.parameters(), configuration.clip)
        self._optimizer.step()
        self._optimizer.zero_grad()
        late = time.monotonic() - saved > configuration.checkpoint_minutes * 60
        sums = self._sum_over_processes([float(loss), float(self._stop_wanted), float(late and accelerator.is_main_process)])
        mean = sums[0] / total
        if not math.isfinite(mean):
            raise UserError(
                f"run {configuration.out}",
                f"the loss is not finite at step {step + 1}",
                "Start anew in another folder with a lower learning rate or more warm-up.",
            )
        return mean, float(norm), {"stop": sums[1] > 0, "save": sums[2] > 0}

    def _backward(self, batch: Batch, total: float, last: bool) -> torch.Tensor:
        """Adds the gradient of a micro-batch's share of the mean loss; returns the sum of its losses."""
        # Processes average their gradients, and `total` counts the targets of all: so the mean is over targets, wherever they are.
        together = contextlib.nullcontext() if last else self.accelerator.no_sync(self.model)
        with together:
            loss = self._loss(batch)
            self.accelerator.backward(loss * (self.accelerator.num_processes / total))
        return loss.detach().double()

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Sum of the losses of all targets, in float32."""
        extra = {} if batch.mask is None else {"attention_mask": batch.mask, "position_ids": batch.positions}
        logits = self._forward(input_ids=batch.tokens, use_cache=False, **extra).logits
        return functional.cross_entropy(
            logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )

    def _batch(self, data: PackedData, rows: list[int]) -> Batch:
        separate = self._configuration.documents == "separate"
        return to_batch(data.read(rows, across_documents=not separate), self.accelerator.device, separate)

    def _sum_over_processes(self, values: list[float]) -> list[float]:
        if self.accelerator.num_processes == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self.accelerator.device)
        return self.accelerator.reduce(tensor, "sum").tolist()

    def _evaluation_due(self, step: int, steps: int) -> bool:
        every = self._configuration.evaluation_every
        return len(self._held_out) > 0 and (step == steps or (every > 0 and step % every == 0))

    @torch.no_grad()
    def _evaluate(self, log: LossLog | None, step: int) -> float:
        """Mean loss on the first sequences of the held-out part, in nats per token."""
        size, accelerator = self._configuration.micro_batch, self.accelerator
        rows = list(range(min(len(self._held_out), self._configuration.evaluation_sequences)))
        parts = [rows[begin : begin + size] for begin in range(0, len(rows), size)]
        # All processes go forwards equally often, or they would wait for each other: those without a part repeat the first.
        rounds = math.ceil(len(parts) / accelerator.num_processes)
        self.model.eval()
        sums = [0.0, 0.0]
        for turn in range(rounds):
            place = turn * accelerator.num_processes + accelerator.process_index
            batch = self._batch(self._held_out, parts[place if place < len(parts) else 0])
            loss = float(self._loss(batch))
            if place < len(parts):
                sums = [sums[0] + loss, sums[1] + batch.counted]
        self.model.train()
        total, counted = self._sum_over_processes(sums)
        loss = total / max(1.0, counted)
        packed = self._held_out.summary
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

    def _planned_steps(self) -> int:
        """How many steps the budget is. Hours are turned into steps once, by a measurement before the first step, and kept."""
        budget = self._configuration.budget
        if budget.steps is not None:
            return budget.steps
        if budget.tokens is not None:
            return max(1, round(budget.tokens / self._tokens_per_step))
        file = self._configuration.out / "plan.json"
        plan = [read_json(file)]
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
        batch = self._batch(self._train, self._order.at(0)[: self._configuration.micro_batch])
        times = []
        for _ in range(4):
            started = time.monotonic()
            self._backward(batch, 1.0, last=False).item()
            times.append(time.monotonic() - started)
        self._optimizer.zero_grad()
        return min(times[1:]) * self._configuration.accumulation

    def _announce(self, steps: int, resumed_at: int) -> Speed:
        accelerator = self.accelerator
        precision = {"no": "float32"}.get(accelerator.mixed_precision, accelerator.mixed_precision)
        dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
        peak, source = peak_flops(accelerator.device, dtype)
        emit(
            "start",
            parameters=self._parameters,
            trainable_parameters=self._trainable_parameters,
            tokens_per_step=self._tokens_per_step,
            sequences=len(self._train),
            device=_device_name(accelerator.device),
            processes=accelerator.num_processes,
            threads=torch.get_num_threads(),
            precision=precision,
            steps=steps,
            resumed_at=resumed_at or None,
            flops_per_token=self._flops_per_token,
            peak_flops=peak * accelerator.num_processes,
            peak_source=source,
            versions=_versions(),
        )
        return Speed(self._tokens_per_step, self._flops_per_token, peak * accelerator.num_processes)

    def _report(
        self,
        log: LossLog | None,
        speed: Speed,
        state: dict[str, Any],
        steps: int,
        rate: LearningRate,
        norm: float,
        seconds: float,
    ) -> None:
        step = state["step"]
        line = {"step": step, "loss": state["loss"], "learning_rate": rate.at(step - 1), "grad_norm": norm}
        emit("step", steps=steps, tokens=step * self._tokens_per_step, **line, **speed.after(seconds, steps - step))
        if log:
            log.add(**line)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the run after the step under way, with a checkpoint."""

        def stop(*_: object) -> None:
            self._stop_wanted = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _optimizer(parameters: list[nn.Parameter], configuration: TrainConfiguration) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019), fused; norms and biases, which have one dimension, do not decay."""
    groups = [
        {"params": [one for one in parameters if one.ndim > 1], "weight_decay": configuration.weight_decay},
        {"params": [one for one in parameters if one.ndim <= 1], "weight_decay": 0.0},
    ]
    filled = [group for group in groups if group["params"]]
    return torch.optim.AdamW(filled, lr=configuration.learning_rate, betas=BETAS, eps=EPSILON, fused=True)


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else str(device.type)


def _versions() -> dict[str, str]:
    import accelerate
    import transformers

    return {"torch": torch.__version__, "transformers": transformers.__version__, "accelerate": accelerate.__version__}
