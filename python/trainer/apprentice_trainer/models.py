"""Models: new ones from a preset, and those that exist as a Hugging Face folder or as a GGUF file."""

import functools
import stat
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig, PreTrainedModel

from .errors import UserError, unknown_name
from .files import read_json

# Attention by torch's own fused kernels.
ATTENTION = "sdpa"


@functools.cache
def presets() -> dict[str, Any]:
    """The shapes and regimes of `presets.json`, by name."""
    return read_json(Path(__file__).with_name("presets.json"))


def new_model(preset: str, vocabulary: int, context: int, end_token: int) -> PreTrainedModel:
    """A Llama model (Touvron et al. 2023) of a preset's shape with random weights, in float32; tied embeddings.

    The weights depend on torch's seed. The architecture is one that exports to GGUF. Raises UserError for an unknown
    preset.
    """
    if preset not in presets():
        raise unknown_name("preset", preset, presets())
    configuration = LlamaConfig(
        **presets()[preset]["model"],
        vocab_size=vocabulary,
        max_position_embeddings=context,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        tie_word_embeddings=True,
        attention_bias=False,
        mlp_bias=False,
        bos_token_id=end_token,
        eos_token_id=end_token,
        pad_token_id=None,
    )
    return AutoModelForCausalLM.from_config(configuration, dtype=torch.float32, attn_implementation=ATTENTION)


def load_model(path: Path, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    """Loads a Hugging Face folder or a GGUF file.

    Only weights are read: no code of the folder runs, and no pickle is opened.

    Raises UserError.
    """
    if path.suffix == ".gguf":
        from .gguf_model import load_gguf_model

        return load_gguf_model(path, dtype)
    if not (path / "config.json").is_file():
        raise UserError(f"model {path}", "it is neither a GGUF file nor a Hugging Face folder (no config.json)")
    try:
        model, found = AutoModelForCausalLM.from_pretrained(
            path,
            dtype=dtype,
            attn_implementation=ATTENTION,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # what is wrong with a folder shows in errors of every kind
        cause = (str(error).strip().split("\n")[0] or type(error).__name__)[:300]
        remedy = "Take a whole Hugging Face folder with weights in safetensors."
        raise UserError(f"model {path}", f"it cannot be loaded: {cause}", remedy) from error
    if missing := sorted(found["missing_keys"]):
        # Transformers would make random ones, with no more than a warning.
        cause = f"{len(missing)} of its weights are missing, such as {missing[0]}"
        raise UserError(f"model {path}", cause, "Take a whole Hugging Face folder with weights in safetensors.")
    return model


def is_whole_model(folder: Path) -> bool:
    """Whether all files of a Hugging Face folder that this package wrote are there."""
    index = read_json(folder / "model.safetensors.index.json")
    weights = set(index["weight_map"].values()) if index else {"model.safetensors"}
    return all((folder / name).is_file() for name in {"config.json", "tokenizer.json", *weights})


def save_model(model: PreTrainedModel, folder: Path, state: dict[str, torch.Tensor] | None = None) -> None:
    """Writes a Hugging Face folder without its tokenizer. `state`: the weights, where they are not the model's own."""
    model.config.use_cache = True
    model.save_pretrained(folder, state_dict=state)
    # Weights are written for their owner alone; a model folder is to be read by whoever may read its other files.
    mode = stat.S_IMODE((folder / "config.json").stat().st_mode)
    for weights in folder.glob("*.safetensors"):
        weights.chmod(mode)


def context_of(path: Path) -> int | None:
    """How many tokens a Hugging Face folder's model was made for; None where it does not say."""
    return getattr(AutoConfig.from_pretrained(path, local_files_only=True), "max_position_embeddings", None)


def add_lora(model: PreTrainedModel, rank: int, alpha: float) -> Any:
    """Freezes a model and adds trainable low-rank adapters to all its linear layers.

    LoRA (Hu et al. 2021). Raises UserError.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise UserError("lora", "the package peft is missing", "Install it with: pip install peft==0.21.2") from error
    # No dropout: a step must depend on its number alone.
    adapters = LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    return get_peft_model(model, adapters)
