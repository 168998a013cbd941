"""What Llama and Qwen2 models are called inside a GGUF file, and how their weights differ there from Hugging Face's."""

from types import ModuleType

import numpy as np

from .errors import UserError

# Names within a layer: Hugging Face's -> llama.cpp's.
_LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_OUTER_NAMES = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}

ARCHITECTURES = ("llama", "qwen2")


def import_gguf() -> ModuleType:
    """The package `gguf`. Raises UserError where it is missing."""
    try:
        import gguf
    except ImportError as error:
        raise UserError("gguf", "the package gguf is missing", "Install it with: pip install gguf==0.19.0") from error
    return gguf


def gguf_name(name: str) -> str | None:
    """llama.cpp's name of a weight; None for one that it has not."""
    stem, _, kind = name.rpartition(".")
    if stem in _OUTER_NAMES:
        return f"{_OUTER_NAMES[stem]}.{kind}"
    parts = stem.split(".", 3)
    if len(parts) == 4 and parts[:2] == ["model", "layers"] and parts[3] in _LAYER_NAMES:
        return f"blk.{parts[2]}.{_LAYER_NAMES[parts[3]]}.{kind}"
    return None


def rotated_heads(name: str, heads: int, key_value_heads: int) -> int | None:
    """How many heads a weight's rows are made of, if they are rotated by position.

    Those of queries and keys; None for others.
    """
    if ".self_attn.q_proj." in name:
        return heads
    return key_value_heads if ".self_attn.k_proj." in name else None


def interleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Reorders rows for llama.cpp's `llama` architecture.

    Hugging Face rotates the first half of a head against the second (RoPE, Su et al. 2021, in GPT-NeoX's order),
    llama.cpp's `llama` rotates neighbours. `qwen2` is stored unchanged: llama.cpp rotates it as Hugging Face does.
    """
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def deinterleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Undoes `interleave`."""
    return weight.reshape(heads, -1, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)
