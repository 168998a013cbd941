"""`tokenizer`: trains a byte-level BPE on a corpus, or compares tokenizers on texts of a corpus."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from . import pre_tokenizers as splits
from .configuration import read_configuration
from .corpus import Split, count_documents, in_batches, input_fingerprint, read_split
from .errors import UserError
from .events import Progress, emit
from .files import read_json, whole_folder, write_json
from .vocabulary import END_OF_TEXT, PADDING, SPECIAL_TOKENS, load_tokenizer, save_tokenizer, tokenizer_file

# Four times the largest that models have; memory for it is taken at once.
_LARGEST = 1_000_000


@dataclass(frozen=True)
class TrainTokenizer:
    """Configuration of `"action": "train"`."""

    action: Literal["train"]
    corpus: list[Path]
    out: Path
    # 32,768 tokens as in CERT (appendix A, "32K"); a small model wants fewer, because the embedding is a large part
    # of it.
    vocabulary: int = 32768
    held_out: float = 0.005
    seed: int = 0
    # Whether another tokenizer that is there is replaced.
    replace: bool = False


@dataclass(frozen=True)
class CompareTokenizers:
    """Configuration of `"action": "compare"`."""

    action: Literal["compare"]
    corpus: list[Path]
    tokenizers: list[Path]
    split: Split = "held_out"
    held_out: float = 0.005


def run(path: Path) -> None:
    """Runs the action that the configuration names."""
    try:
        action = json.loads(path.read_text(encoding="utf-8")).get("action")
    except (OSError, ValueError, AttributeError):
        action = "train"  # reading it as one says what is wrong with it
    if action == "compare":
        compare(read_configuration(CompareTokenizers, path))
    else:
        train(read_configuration(TrainTokenizer, path))


def train(configuration: TrainTokenizer) -> None:
    """Trains a byte-level BPE (Sennrich et al. 2016; bytes as in GPT-2) on the training part of a corpus.

    The same corpus gives the same tokenizer. Weights are ignored: a tokenizer learns each text once.
    """
    smallest = len(SPECIAL_TOKENS) + 256
    if not smallest <= configuration.vocabulary <= _LARGEST:
        cause = f"{configuration.vocabulary:,} tokens are not possible"
        raise UserError("vocabulary", cause, f"Take {smallest} (the bytes and special tokens) to {_LARGEST:,}.")
    inputs = {
        "corpus": input_fingerprint(configuration.corpus),
        "vocabulary": configuration.vocabulary,
        "held_out": configuration.held_out,
    }
    before = read_json(configuration.out / "training.json")
    if before and before["inputs"] == inputs and tokenizer_file(configuration.out).is_file():
        emit("done", **before["result"])
        return
    if not configuration.replace:
        _check_empty(configuration.out, before["inputs"] if before else None, inputs)
    started = time.monotonic()
    counts = {"documents": 0, "bytes": 0}
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = splits.by_name(splits.DEFAULT)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=configuration.vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(configuration, counts), trainer)
    if counts["documents"] == 0:
        cause = f"no document is left to learn from when a share of {configuration.held_out} is held out"
        raise UserError("corpus", cause, "Hold out less, or take a larger corpus.")
    result = {"vocabulary": tokenizer.get_vocab_size(), **counts, "seconds": round(time.monotonic() - started, 1)}
    with whole_folder(configuration.out) as folder:
        names = {"bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT, "pad_token": PADDING}
        save_tokenizer(tokenizer, folder, names)
        write_json(folder / "training.json", {"inputs": inputs, "result": result})
    emit("done", **result)


def _check_empty(out: Path, theirs: dict[str, Any] | None, ours: dict[str, Any]) -> None:
    """Raises UserError where something else would be lost: the folder is replaced as a whole."""
    remedy = "Choose another folder with --out, or delete this one."
    if out.exists() and not out.is_dir():
        raise UserError(f"tokenizer {out}", "it is a file", remedy)
    if not out.is_dir() or not (strangers := sorted(path.name for path in out.iterdir())):
        return
    if theirs is None:
        raise UserError(f"tokenizer {out}", f"the folder holds something else already ({strangers[0]})", remedy)
    different = [name for name in ours if theirs.get(name) != ours[name]]
    cause = f"it holds a tokenizer of another {', '.join(different)}" if different else "its tokenizer.json is missing"
    raise UserError(f"tokenizer {out}", cause, remedy)


def _texts(configuration: TrainTokenizer, counts: dict[str, int]) -> Iterator[list[str]]:
    progress = Progress(count_documents(configuration.corpus), "documents")
    for documents in in_batches(read_split(configuration.corpus, "train", configuration.held_out)):
        texts = [document.text for document in documents]
        counts["documents"] += len(texts)
        counts["bytes"] += sum(len(text.encode()) for text in texts)
        progress.report(counts["documents"])
        yield texts


@dataclass
class TokenizerFigures:
    """What one tokenizer makes of the texts."""

    path: str
    vocabulary: int
    tokens: int = 0
    bytes_per_token: float = 0.0
    # Texts that come back unchanged from their tokens.
    round_trips: int = 0


def compare(configuration: CompareTokenizers) -> None:
    """Counts the tokens that several tokenizers need for the same texts."""
    tokenizers = [load_tokenizer(path) for path in configuration.tokenizers]
    figures = [
        TokenizerFigures(str(path), tokenizer.get_vocab_size())
        for path, tokenizer in zip(configuration.tokenizers, tokenizers, strict=True)
    ]
    documents = size = 0
    for batch in in_batches(read_split(configuration.corpus, configuration.split, configuration.held_out)):
        texts = [document.text for document in batch]
        documents += len(texts)
        size += sum(len(text.encode()) for text in texts)
        for tokenizer, figure in zip(tokenizers, figures, strict=True):
            encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            back = tokenizer.decode_batch([encoding.ids for encoding in encodings], skip_special_tokens=False)
            figure.tokens += sum(len(encoding.ids) for encoding in encodings)
            figure.round_trips += sum(map(str.__eq__, texts, back))
    if documents == 0:
        cause = f'none of its documents is in the split "{configuration.split}"'
        raise UserError("corpus", cause, "Hold out another share (--held-out), or take --split all.")
    for figure in figures:
        figure.bytes_per_token = size / figure.tokens
    emit("done", documents=documents, bytes=size, tokenizers=[asdict(figure) for figure in figures])
