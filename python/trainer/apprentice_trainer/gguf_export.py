"""Writes a Llama or Qwen2 model as one GGUF file that llama.cpp loads with the same tokens and logits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from safetensors import safe_open

from . import pre_tokenizers as splits
from .errors import UserError
from .files import read_json, whole_file
from .gguf_format import ARCHITECTURES, gguf_name, import_gguf, interleave, rotated_heads
from .vocabulary import begin_tokens, chat_template, load_tokenizer, named_token, tokenizer_config

WeightType = Literal["F32", "F16", "Q8_0"]

# Values of `general.file_type` in llama.cpp.
_FILE_TYPES = {"F32": 0, "F16": 1, "Q8_0": 7}

# What is known by name in a vocabulary, for fill-in-the-middle and for the end of a turn.
_NAMED_TOKENS = {
    "fim_pre": ("<|fim_prefix|>", "<fim_prefix>"),
    "fim_mid": ("<|fim_middle|>", "<fim_middle>"),
    "fim_suf": ("<|fim_suffix|>", "<fim_suffix>"),
    "eot": ("<|im_end|>",),
}


def export_gguf(folder: Path, out: Path, kind: WeightType) -> int:
    """Writes the file.

    Returns the number of tensors. Raises UserError for models that llama.cpp would read differently.
    """
    gguf = import_gguf()
    configuration = check_exportable(folder)
    with whole_file(out) as temporary:
        # The temporary file holds the weights until the header is written; memory need not.
        writer = gguf.GGUFWriter(temporary, configuration["model_type"], use_temp_file=True)
        _write_shape(writer, folder, configuration, kind)
        _write_vocabulary(writer, folder, configuration)
        count = 0
        for name, weight in _weights(folder, configuration):
            _add_tensor(writer, name, weight, kind)
            count += 1
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    return count


def check_exportable(folder: Path) -> dict[str, Any]:
    """Returns a Hugging Face folder's configuration. Raises UserError for what llama.cpp would read differently."""
    configuration = read_json(folder / "config.json")
    if configuration is None:
        raise UserError(f"model {folder}", "it is no Hugging Face folder (no config.json)")
    if not isinstance(configuration, dict):
        raise UserError(f"model {folder}", "its config.json holds no object")
    kind = configuration.get("model_type")
    if kind not in ARCHITECTURES:
        raise UserError(f"model {folder}", f'its architecture is "{kind}"', f"Known: {', '.join(ARCHITECTURES)}.")
    rope = configuration.get("rope_parameters") or configuration.get("rope_scaling") or {}
    if rope.get("rope_type", "default") != "default":
        raise UserError(f"model {folder}", "it scales its positions, which is not supported")
    if configuration.get("use_sliding_window"):
        raise UserError(f"model {folder}", "it uses sliding-window attention, which is not supported")
    return configuration


def _write_shape(writer: Any, folder: Path, configuration: dict[str, Any], kind: WeightType) -> None:
    gguf = import_gguf()
    heads, width = configuration["num_attention_heads"], configuration["hidden_size"]
    head_width = configuration.get("head_dim") or width // heads
    rope = configuration.get("rope_parameters") or {}
    writer.add_type("model")
    writer.add_name(folder.resolve().name)
    writer.add_context_length(configuration["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_block_count(configuration["num_hidden_layers"])
    writer.add_feed_forward_length(configuration["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(configuration.get("num_key_value_heads") or heads)
    writer.add_layer_norm_rms_eps(configuration["rms_norm_eps"])
    writer.add_rope_freq_base(rope.get("rope_theta") or configuration.get("rope_theta", 10000.0))
    writer.add_rope_dimension_count(head_width)
    writer.add_key_length(head_width)
    writer.add_value_length(head_width)
    writer.add_vocab_size(configuration["vocab_size"])
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def _write_vocabulary(writer: Any, folder: Path, configuration: dict[str, Any]) -> None:
    gguf = import_gguf()
    tokenizer, names = load_tokenizer(folder), tokenizer_config(folder)
    content = read_json(folder / "tokenizer.json")
    split = names.get("gguf_pre") or splits.name_of(tokenizer)
    model = content["model"]
    if split is None or model["type"] != "BPE" or bool(model.get("ignore_merges")) != splits.ignores_merges(split):
        raise UserError(
            f"tokenizer {folder}",
            "llama.cpp would split text in another way",
            f"Take a byte-level BPE with one of the splits {', '.join(splits.names())}.",
        )
    size = configuration["vocab_size"]
    # A model's matrix may be larger than its vocabulary.
    tokens = [f"[PAD{index}]" for index in range(size)]
    kinds = [gguf.TokenType.UNUSED] * size
    for token, index in model["vocab"].items():
        tokens[index], kinds[index] = token, gguf.TokenType.NORMAL
    for token in content["added_tokens"]:
        kind = gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED
        tokens[token["id"]], kinds[token["id"]] = token["content"], kind
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(split)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_add_bos_token(bool(begin_tokens(tokenizer, names)))
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    for name, add in (
        ("bos_token", writer.add_bos_token_id),
        ("eos_token", writer.add_eos_token_id),
        ("pad_token", writer.add_pad_token_id),
    ):
        index = named_token(tokenizer, names, name)
        if index is not None:
            add(index)
    for key, candidates in _NAMED_TOKENS.items():
        index = next((tokens.index(candidate) for candidate in candidates if candidate in tokens), None)
        if index is not None:
            writer.add_uint32(f"tokenizer.ggml.{key}_token_id", index)
    template = chat_template(folder, names)
    if template:
        writer.add_chat_template(template)


def _weights(folder: Path, configuration: dict[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """llama.cpp's names and its order of rows, in float32."""
    heads = configuration["num_attention_heads"]
    key_value_heads = configuration.get("num_key_value_heads") or heads
    for shard in sorted(folder.glob("*.safetensors")):
        with safe_open(shard, framework="pt") as file:
            for name in sorted(file.keys()):
                if name == "lm_head.weight" and configuration.get("tie_word_embeddings"):
                    continue
                if name.endswith("rotary_emb.inv_freq"):
                    continue  # derived from the configuration; older files store it
                target = gguf_name(name)
                if target is None:
                    raise UserError(f"model {folder}", f'llama.cpp has no place for the weight "{name}"')
                weight = file.get_tensor(name).to(torch.float32).numpy()
                rotated = rotated_heads(name, heads, key_value_heads)
                if rotated is not None and configuration["model_type"] == "llama":
                    weight = interleave(weight, rotated)
                yield target, np.ascontiguousarray(weight)


def _add_tensor(writer: Any, name: str, weight: np.ndarray, kind: WeightType) -> None:
    """Vectors stay float32; under Q8_0 matrices whose rows are no whole blocks of 32 become F16."""
    gguf = import_gguf()
    if weight.ndim == 1 or kind == "F32":
        writer.add_tensor(name, weight)
    elif kind == "F16" or weight.shape[-1] % 32:
        writer.add_tensor(name, weight.astype(np.float16))
    else:
        quantization = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(weight, quantization), raw_dtype=quantization)
