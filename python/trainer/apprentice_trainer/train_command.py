"""`train`: trains a model on a packed corpus, from scratch or from a model that exists.

    out/run.json          what decides the numbers; a run folder belongs to one configuration
    out/losses.jsonl      a line for each step and each evaluation
    out/checkpoints/      the two newest
    out/model/            the trained model, a Hugging Face folder (or where `model_out` says)
    out/result.json       written last

The rows and the learning rate of a step are functions of the configuration and the step alone, random numbers are
seeded by step, and a checkpoint holds weights and optimiser. So a run that is killed at any moment and started again
computes the losses that an undisturbed run computes.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import torch
import transformers
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, DistributedType

from .configuration import read_configuration
from .errors import UserError
from .events import emit
from .files import read_json, whole_folder, write_json
from .gguf_export import check_exportable
from .models import add_lora, is_whole_model, load_model, new_model, save_model
from .packed_data import PackedData
from .run_folder import claim, only_writer
from .train_configuration import TrainConfiguration
from .trainer import Stopped, Trainer
from .vocabulary import fingerprint


def run(path: Path) -> None:
    """Trains until the budget is spent, or until it is asked to stop."""
    configuration = read_configuration(TrainConfiguration, path)
    configuration.check()
    with only_writer(configuration.out):
        corpus = PackedData(configuration.data, "train", configuration.sequence_length).summary["inputs"]
        claim(configuration.out, {**configuration.decides(), "data": corpus})
        result = read_json(configuration.out / "result.json")
        # A model that is missing is made again of the last checkpoint.
        if result is None or not is_whole_model(configuration.model_folder):
            result = _train(configuration)
    if result is not None:
        emit("done", **result, model=str(configuration.model_folder))


def _train(configuration: TrainConfiguration) -> dict[str, Any] | None:
    """Trains and saves; None when the run was stopped before its end."""
    torch.set_num_threads(configuration.threads or int(os.environ.get("OMP_NUM_THREADS", 0)) or torch.get_num_threads())
    accelerator = _accelerator(configuration)
    check_processes(accelerator, configuration)
    model, tokenizer = _model(configuration)
    trainer = Trainer(configuration, accelerator, model)
    try:
        result = trainer.train()
    except Stopped as stopped:
        emit("stopped", step=stopped.step)
        return None
    _save(trainer, configuration, tokenizer)
    if accelerator.is_main_process:
        write_json(configuration.out / "result.json", result)
    return result


def _accelerator(configuration: TrainConfiguration) -> Accelerator:
    on_gpu = torch.cuda.is_available()
    precision = configuration.precision
    if precision == "auto":
        # Older GPUs emulate bf16, which is slow.
        has_bf16 = not on_gpu or torch.cuda.is_bf16_supported(including_emulation=False)
        precision = "bf16" if has_bf16 else "fp16"
    if precision == "fp16" and not on_gpu:
        raise UserError("precision", "fp16 needs a GPU", 'Take "bf16" or "float32".')
    return Accelerator(
        mixed_precision="no" if precision == "float32" else precision,
        cpu=not on_gpu,
        # Gradients are views of what is exchanged between processes: one copy less.
        kwargs_handlers=[DistributedDataParallelKwargs(gradient_as_bucket_view=True)],
    )


def check_processes(accelerator: Accelerator, configuration: TrainConfiguration) -> None:
    """Raises UserError for ways of spreading a training over processes in which it would train something else."""
    kind = accelerator.distributed_type
    if kind not in (DistributedType.NO, DistributedType.MULTI_CPU, DistributedType.MULTI_GPU, DistributedType.FSDP):
        raise UserError("processes", f"{kind.value} is not supported", "Take several copies (DDP), or FSDP.")
    if kind != DistributedType.FSDP:
        return
    if configuration.model.lora:
        cause = "adapters cannot be merged while weights are spread over processes (FSDP)"
        raise UserError("lora", cause, "Take several copies (DDP).")
    plugin = accelerator.state.fsdp_plugin
    if plugin.fsdp_version == 1 and not plugin.use_orig_params:
        # The optimiser, which treats norms and biases apart, would hold parameters that are the model's no more.
        cause = "FSDP replaces the model's parameters"
        raise UserError("processes", cause, "Set fsdp_version: 2, or fsdp_use_orig_params: true.")


def _model(configuration: TrainConfiguration) -> tuple[torch.nn.Module, Path]:
    """The model to train, and the folder (or GGUF file) that its tokenizer is in."""
    transformers.utils.logging.disable_progress_bar()
    torch.manual_seed(configuration.seed)
    packed = PackedData(configuration.data, "train", configuration.sequence_length).summary
    source = configuration.model
    tokenizer = configuration.tokenizer or source.start
    assert tokenizer is not None
    if tokenizer.suffix != ".gguf" and packed["inputs"]["tokenizer"] != fingerprint(tokenizer):
        raise UserError(f"data {configuration.data}", "it was packed with another tokenizer", "Pack it again.")
    if source.start is None:
        context = max(1024, configuration.sequence_length)
        return new_model(source.preset or "", packed["vocabulary"], context, packed["end_token"]), tokenizer
    if source.start.suffix != ".gguf" and source.start.is_dir():
        check_exportable(source.start)  # now, not after days of training
    model = load_model(source.start)
    if packed["vocabulary"] > model.config.vocab_size:
        raise UserError(f"data {configuration.data}", "it was packed with a larger vocabulary than the model's")
    if source.lora:
        model = add_lora(model, source.lora.rank, source.lora.alpha)
    return model, tokenizer


def _save(trainer: Trainer, configuration: TrainConfiguration, tokenizer: Path) -> None:
    """Writes the Hugging Face folder.

    Adapters are merged. Every process calls it, because weights may be spread over all.
    """
    accelerator = trainer.accelerator
    state = accelerator.get_state_dict(trainer.model)
    if not accelerator.is_main_process:
        return
    model = accelerator.unwrap_model(trainer.model, keep_torch_compile=False)
    with whole_folder(configuration.model_folder) as folder:
        if configuration.model.lora:
            save_model(model.merge_and_unload(), folder)
        else:
            save_model(model, folder, state)
        if tokenizer.suffix == ".gguf":
            from .gguf_model import save_gguf_tokenizer

            save_gguf_tokenizer(tokenizer, folder)
        else:
            for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
                if (tokenizer / name).is_file():
                    shutil.copy(tokenizer / name, folder)
