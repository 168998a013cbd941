"""Tokenizer folders: `tokenizer.json` and `tokenizer_config.json`, as Hugging Face reads them."""

from itertools import takewhile
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from .errors import UserError
from .files import read_json, sha256_of_file, write_json

END_OF_TEXT = "<|endoftext|>"
PADDING = "<|pad|>"
# Ends of documents, padding, fill-in-the-middle (Bavarian et al. 2022, arXiv 2207.14255) and turns of a conversation.
SPECIAL_TOKENS = [
    END_OF_TEXT,
    PADDING,
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|im_start|>",
    "<|im_end|>",
]

# Tokens at which generation ends wherever they stand: those that llama.cpp takes for ends by their names
# (`llama-vocab.cpp`).
END_NAMES = [
    END_OF_TEXT,
    "<|im_end|>",
    "<|eot_id|>",
    "<|end|>",
    "<end_of_turn>",
    "<|end_of_text|>",
    "</s>",
    "<|file_sep|>",
    "<|repo_name|>",
    "<|fim_pad|>",
]


def tokenizer_file(path: Path) -> Path:
    """The `tokenizer.json` of a folder, or the file itself."""
    return path / "tokenizer.json" if path.is_dir() else path


def load_tokenizer(path: Path) -> Tokenizer:
    """Loads a tokenizer that takes text which looks like a special token for plain text. Raises UserError."""
    file = tokenizer_file(path)
    if not file.is_file():
        raise UserError(f"tokenizer {path}", "there is no tokenizer.json", "Make one with: apprentice tokenizer train")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise UserError(f"tokenizer {path}", f"it cannot be read: {error}") from error
    tokenizer.encode_special_tokens = True
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def fingerprint(path: Path) -> str:
    """SHA-256 of the `tokenizer.json`. Raises UserError where there is none."""
    if not tokenizer_file(path).is_file():
        raise UserError(f"tokenizer {path}", "there is no tokenizer.json", "Make one with: apprentice tokenizer train")
    return sha256_of_file(tokenizer_file(path))


def tokenizer_config(path: Path) -> dict[str, Any]:
    """The `tokenizer_config.json` of a folder; empty where it has none."""
    return (read_json(path / "tokenizer_config.json") if path.is_dir() else None) or {}


def chat_template(path: Path, configuration: dict[str, Any]) -> str | None:
    """The chat template of a model, from the file of its own or from its tokenizer's configuration."""
    file = path / "chat_template.jinja"
    return file.read_text(encoding="utf-8") if file.is_file() else configuration.get("chat_template")


def named_token(tokenizer: Tokenizer, configuration: dict[str, Any], name: str) -> int | None:
    """The id of the token that a configuration names as `name`, for example `eos_token`."""
    entry = configuration.get(name)
    text = entry.get("content") if isinstance(entry, dict) else entry
    return tokenizer.token_to_id(text) if isinstance(text, str) else None


def begin_tokens(tokenizer: Tokenizer, configuration: dict[str, Any]) -> list[int]:
    """What a model is used to before every text: its token that begins one, or nothing.

    The tokenizer's configuration says so, or else what the tokenizer itself puts in front.
    """
    stated = configuration.get("add_bos_token")
    if stated is not None:
        token = named_token(tokenizer, configuration, "bos_token") if stated else None
        return [] if token is None else [token]
    encoding = tokenizer.encode("a")
    marked = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
    return [token for token, special in takewhile(lambda one: one[1] == 1, marked)]


def end_of_text(path: Path) -> int:
    """The id of the token that ends a document. Raises UserError where the tokenizer has none."""
    tokenizer = load_tokenizer(path)
    for candidate in (tokenizer.token_to_id(END_OF_TEXT), named_token(tokenizer, tokenizer_config(path), "eos_token")):
        if candidate is not None:
            return candidate
    raise UserError(f"tokenizer {path}", "it names no token that ends a text (eos_token)")


def save_tokenizer(tokenizer: Tokenizer, folder: Path, configuration: dict[str, Any]) -> None:
    """Writes both files of a tokenizer folder; `configuration` is merged over what every tokenizer of ours says."""
    tokenizer.encode_special_tokens = False
    tokenizer.save(str(folder / "tokenizer.json"))
    common = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    write_json(folder / "tokenizer_config.json", {**common, **configuration})
