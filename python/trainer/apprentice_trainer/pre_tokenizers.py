"""The ways of splitting text before byte-pair encoding that llama.cpp knows by name, as Hugging Face pre-tokenizers.

Token ids agree between the two only where the split does, so a model is exported with the name of its split. The
names are those of `tokenizer.ggml.pre` in a GGUF file; the expressions are those of llama.cpp's `llama-vocab.cpp`.
"""

import json

from tokenizers import Regex, Tokenizer, pre_tokenizers

# Splits off contractions, words with one leading sign or blank, single digits, runs of signs, line ends and runs of
# blanks.
_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# The same with digits in groups of up to three.
_LLAMA3 = _QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")

# The split of new tokenizers. Of those that llama.cpp shares with us it is the one whose texts also come back
# unchanged there: with `gpt-2`, `starcoder` and `llama-bpe` llama.cpp "cleans up" blanks before punctuation when it
# turns tokens into text.
DEFAULT = "qwen2"


def _split(expression: str) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(expression), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _single_digits() -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )


_BY_NAME = {
    "qwen2": lambda: _split(_QWEN2),
    "llama-bpe": lambda: _split(_LLAMA3),
    "gpt-2": lambda: pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    "smollm": _single_digits,
    "starcoder": _single_digits,
}


def by_name(name: str) -> pre_tokenizers.PreTokenizer | None:
    """The pre-tokenizer of that name; None for a name that is not known here."""
    make = _BY_NAME.get(name)
    return make() if make else None


def ignores_merges(name: str) -> bool:
    """Whether llama.cpp takes a word that is a token as it is with this split, without joining it of its parts."""
    return name == "llama-bpe"


def begins_texts(name: str) -> bool:
    """Whether llama.cpp puts a beginning token before texts with this split where the file does not say."""
    return name == "llama-bpe"


def name_of(tokenizer: Tokenizer) -> str | None:
    """llama.cpp's name for a tokenizer's split; None where it has none that is known here."""
    wanted = _essence(tokenizer.pre_tokenizer)
    return next((name for name, make in _BY_NAME.items() if _essence(make()) == wanted), None)


def names() -> list[str]:
    """All names that are known here."""
    return list(_BY_NAME)


def _essence(pre_tokenizer: pre_tokenizers.PreTokenizer | None) -> str:
    """What decides the split: without `trim_offsets`, which only moves the reported positions."""

    def strip(node: object) -> object:
        if isinstance(node, dict):
            return {key: strip(value) for key, value in node.items() if key != "trim_offsets"}
        return [strip(entry) for entry in node] if isinstance(node, list) else node

    if pre_tokenizer is None:
        return ""
    return json.dumps(strip(json.loads(pre_tokenizer.__getstate__())), sort_keys=True)
