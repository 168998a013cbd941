"""Reads a GGUF file of a Llama or Qwen2 model.

The weights dequantised, the tokenizer rebuilt from the file's own lists.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedModel, Qwen2Config

from . import pre_tokenizers as splits
from .errors import UserError
from .gguf_format import ARCHITECTURES, deinterleave, gguf_name, import_gguf, rotated_heads
from .models import ATTENTION
from .vocabulary import save_tokenizer

# Kinds of tokens in a GGUF file (`gguf.TokenType`).
_CONTROL = 3
_USER_DEFINED = 4

# An output matrix that differs from the input embedding by less than this (root mean square, relative) is the same
# matrix in other bits.
_SAME_MATRIX = 0.05


class GgufFile:
    """An opened file. Raises UserError for what is no GGUF file of a known architecture."""

    def __init__(self, path: Path) -> None:
        self.path = path
        gguf = import_gguf()
        try:
            self._reader = gguf.GGUFReader(path)
        except (OSError, ValueError, IndexError) as error:
            raise UserError(f"model {path}", f"it is no readable GGUF file: {error}") from error
        self.architecture: str = self.value("general.architecture", "")
        if self.architecture not in ARCHITECTURES:
            raise UserError(
                f"model {path}",
                f'its architecture is "{self.architecture}"',
                f"Take a model of {' or '.join(ARCHITECTURES)}.",
            )

    def value(self, key: str, default: Any = None) -> Any:
        """A value of the file's metadata; `{}` stands for the architecture."""
        field = self._reader.fields.get(key.format(getattr(self, "architecture", "")))
        return default if field is None else field.contents()

    def tensors(self) -> dict[str, Any]:
        """The file's tensors, by llama.cpp's names; still quantised."""
        return {tensor.name: tensor for tensor in self._reader.tensors}


def load_gguf_model(path: Path, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    """Loads the weights, dequantised. Raises UserError."""
    gguf = import_gguf()
    file = GgufFile(path)
    tensors = file.tensors()

    def weight(name: str) -> np.ndarray:
        return gguf.quants.dequantize(tensors[name].data, tensors[name].tensor_type)

    tied = "output.weight" not in tensors or _is_same(weight("token_embd.weight"), weight("output.weight"))
    configuration = _configuration(file, tied)
    model = AutoModelForCausalLM.from_config(configuration, dtype=dtype, attn_implementation=ATTENTION)
    _check_known(file, {gguf_name(name) for name, _ in model.named_parameters()})
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Of two equal matrices the output matrix is the one that is kept in more bits.
            source = (
                "output.weight" if tied and "output.weight" in tensors and "embed_tokens" in name else gguf_name(name)
            )
            if source not in tensors:
                raise UserError(f"model {path}", f"the weight {source or name} is missing")
            value = weight(source)
            heads = rotated_heads(name, configuration.num_attention_heads, configuration.num_key_value_heads)
            if heads is not None and file.architecture == "llama":
                value = deinterleave(value, heads)
            parameter.copy_(torch.from_numpy(np.array(value)))  # a copy: the file's own memory is read-only
    return model


def _check_known(file: GgufFile, places: set[str | None]) -> None:
    """Raises UserError for weights that would be left out: biases, or factors by which positions are scaled."""
    unknown = sorted(file.tensors().keys() - places - {"token_embd.weight", "output.weight"})
    if unknown:
        raise UserError(f"model {file.path}", f"it has weights that are not supported: {', '.join(unknown[:3])}")


def _is_same(embedding: np.ndarray, output: np.ndarray) -> bool:
    if embedding.shape != output.shape:
        return False
    return bool(np.sqrt(np.mean((embedding - output) ** 2)) < _SAME_MATRIX * np.sqrt(np.mean(output**2)))


def _configuration(file: GgufFile, tied: bool) -> LlamaConfig | Qwen2Config:
    if file.value("{}.rope.scaling.type", "none") != "none":
        raise UserError(f"model {file.path}", "it scales its positions, which is not supported")
    heads = file.value("{}.attention.head_count")
    width = file.value("{}.embedding_length")
    common = {
        "vocab_size": len(file.value("tokenizer.ggml.tokens")),
        "hidden_size": width,
        "intermediate_size": file.value("{}.feed_forward_length"),
        "num_hidden_layers": file.value("{}.block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": file.value("{}.attention.head_count_kv", heads),
        "max_position_embeddings": file.value("{}.context_length"),
        "rms_norm_eps": file.value("{}.attention.layer_norm_rms_epsilon"),
        "rope_parameters": {"rope_type": "default", "rope_theta": file.value("{}.rope.freq_base", 10000.0)},
        "tie_word_embeddings": tied,
        "bos_token_id": file.value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": file.value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": None,
    }
    if file.architecture == "qwen2":
        return Qwen2Config(**common)
    return LlamaConfig(**common, head_dim=file.value("{}.attention.key_length", width // heads))


def gguf_tokenizer(path: Path) -> tuple[Tokenizer, dict[str, Any]]:
    """The file's tokenizer, and what its `tokenizer_config.json` would say.

    Raises UserError for one that is no byte-level BPE.
    """
    file = GgufFile(path)
    kind, split = file.value("tokenizer.ggml.model"), file.value("tokenizer.ggml.pre", "")
    pre_tokenizer = splits.by_name(split)
    if kind != "gpt2" or pre_tokenizer is None:
        known = ", ".join(splits.names())
        raise UserError(
            f"model {path}", f'its tokenizer is "{kind}" with the split "{split}"', f"Known splits: {known}."
        )
    tokens, kinds = file.value("tokenizer.ggml.tokens"), file.value("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in file.value("tokenizer.ggml.merges")]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=splits.ignores_merges(split)))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    added = [(token, kind) for token, kind in zip(tokens, kinds, strict=True) if kind in (_CONTROL, _USER_DEFINED)]
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t, k in added if k == _CONTROL])
    tokenizer.add_tokens([AddedToken(t, normalized=False, special=False) for t, k in added if k == _USER_DEFINED])
    tokenizer.encode_special_tokens = True
    names = {"bos": "bos_token", "eos": "eos_token", "padding": "pad_token"}
    indices = {name: file.value(f"tokenizer.ggml.{key}_token_id") for key, name in names.items()}
    # Two names can mean one split; the exporter keeps the file's own.
    configuration: dict[str, Any] = {"gguf_pre": split}
    configuration |= {name: tokens[index] for name, index in indices.items() if index is not None}
    configuration["add_bos_token"] = file.value("tokenizer.ggml.add_bos_token", splits.begins_texts(split))
    template = file.value("tokenizer.chat_template")
    return tokenizer, configuration | ({"chat_template": template} if template else {})


def save_gguf_tokenizer(path: Path, folder: Path) -> None:
    """Writes the file's tokenizer as a Hugging Face tokenizer folder. Raises UserError."""
    tokenizer, configuration = gguf_tokenizer(path)
    save_tokenizer(tokenizer, folder, configuration)
