"""`pack`: a corpus and a tokenizer into one stream of token ids that the trainer maps into memory.

    out/pack.json                 counts, types, fingerprints; written last
    out/{train,held_out}/tokens.bin      token ids, uint16 or uint32; every document ends with the end token, and begins with
                                         the one that begins a text where the tokenizer has such a habit
    out/{train,held_out}/documents.bin   uint64: where each document begins, and at the end the length of the stream
    out/{train,held_out}/mask.bin        with `"loss": "response"`: a byte a token, 1 where it is learned

Killed at any moment, the same command goes on after the last whole shard.
"""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from tokenizers import Tokenizer

from .configuration import read_configuration
from .corpus import Document, count_documents, has_responses, in_batches, input_fingerprint, read_documents
from .errors import UserError
from .events import Progress, emit
from .files import read_json, replace_folder, write_json
from .vocabulary import begin_tokens, end_of_text, fingerprint, load_tokenizer, tokenizer_config

SPLITS = ("train", "held_out")
STREAMS = ("tokens", "documents", "mask", "repetitions")


@dataclass(frozen=True)
class Pack:
    """Configuration."""

    corpus: list[Path]
    tokenizer: Path
    out: Path
    sequence_length: int = 1024
    held_out: float = 0.005
    seed: int = 0
    loss: Literal["all", "response"] = "all"


@dataclass
class Counts:
    """What one side of the split holds so far."""

    documents: int = 0
    tokens: int = 0
    bytes: int = 0


def run(path: Path) -> None:
    """Packs a corpus."""
    configuration = read_configuration(Pack, path)
    inputs = _inputs(configuration)
    before = read_json(configuration.out / "pack.json")
    if before is None or before["inputs"] != inputs or not _is_whole(configuration, before):
        _pack(configuration, inputs)
        before = read_json(configuration.out / "pack.json")
    emit("done", **before)


def _is_whole(configuration: Pack, summary: dict[str, Any]) -> bool:
    """Whether the streams of a finished pack are as long as they were."""
    width = np.dtype(summary["type"]).itemsize
    for split, prefix in zip(SPLITS, ("", "held_out_"), strict=True):
        tokens, documents = summary[f"{prefix}tokens"], summary[f"{prefix}documents"]
        sizes = {"tokens": tokens * width, "documents": (documents + 1) * 8}
        if configuration.loss == "response":
            sizes["mask"] = tokens
        for name, size in sizes.items():
            file = configuration.out / split / f"{name}.bin"
            if not file.is_file() or file.stat().st_size != size:
                return False
    return True


def _inputs(configuration: Pack) -> dict[str, Any]:
    if configuration.loss == "response" and not has_responses(configuration.corpus):
        raise UserError(
            "pack",
            'the loss is to be taken on responses, and the corpus has no column "response_start"',
            "Take the loss on everything: loss=all.",
        )
    return {
        "corpus": input_fingerprint(configuration.corpus),
        "tokenizer": fingerprint(configuration.tokenizer),
        "begin": begin_tokens(load_tokenizer(configuration.tokenizer), tokenizer_config(configuration.tokenizer)),
        "held_out": configuration.held_out,
        "sequence_length": configuration.sequence_length,
        "loss": configuration.loss,
    }


def _pack(configuration: Pack, inputs: dict[str, Any]) -> None:
    temporary = configuration.out.with_name(configuration.out.name + ".partial")
    state = read_json(temporary / "state.json")
    if state is None or state["inputs"] != inputs:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        state = {
            "inputs": inputs,
            "shards": 0,
            "rows": 0,
            "seconds": 0.0,
            **{split: asdict(Counts()) for split in SPLITS},
        }
    started = time.monotonic() - state["seconds"]
    encoder = _Encoder(configuration, inputs["begin"])
    progress = Progress(count_documents(configuration.corpus), "documents")
    counts = {split: Counts(**state[split]) for split in SPLITS}
    writers = {split: _Writer(temporary / split, encoder, counts[split]) for split in SPLITS}
    for index in range(state["shards"], len(configuration.corpus)):
        for batch in in_batches(read_documents(configuration.corpus[index])):
            for document, ids, mask in encoder.encode(batch):
                side = "held_out" if document.is_held_out(configuration.held_out) else "train"
                writers[side].add(document, ids, mask)
            state["rows"] += len(batch)
            progress.report(state["rows"])
        for writer in writers.values():
            writer.flush()
        seconds = time.monotonic() - started
        state |= {"shards": index + 1, "seconds": seconds, **{split: asdict(counts[split]) for split in SPLITS}}
        write_json(temporary / "state.json", state)
    writers["train"].repeat()
    for writer in writers.values():
        writer.close()
    if counts["train"].tokens <= configuration.sequence_length:
        raise UserError(
            "corpus",
            f"its {counts['train'].tokens} training tokens do not fill one sequence of {configuration.sequence_length}",
            "Take a larger corpus, or set sequence_length lower.",
        )
    # Without its state a folder is begun anew, so the state goes first.
    (temporary / "state.json").unlink()
    for split in SPLITS:
        (temporary / split / "repetitions.bin").unlink()
    write_json(temporary / "pack.json", _summary(configuration, inputs, encoder, counts, time.monotonic() - started))
    replace_folder(temporary, configuration.out)


def _summary(
    configuration: Pack, inputs: dict[str, Any], encoder: "_Encoder", counts: dict[str, Counts], seconds: float
) -> dict[str, Any]:
    train, held_out = counts["train"], counts["held_out"]
    return {
        "documents": train.documents,
        "tokens": train.tokens,
        "bytes": train.bytes,
        "held_out_documents": held_out.documents,
        "held_out_tokens": held_out.tokens,
        "held_out_bytes": held_out.bytes,
        "sequence_length": configuration.sequence_length,
        # One token more is read than a sequence has: the last one is only a target.
        "sequences": (train.tokens - 1) // configuration.sequence_length,
        "held_out_sequences": max(0, held_out.tokens - 1) // configuration.sequence_length,
        "tokens_per_byte": train.tokens / train.bytes,
        "type": encoder.type.name,
        "end_token": encoder.end,
        "vocabulary": encoder.vocabulary,
        "inputs": inputs,
        "seconds": round(seconds, 1),
    }


class _Encoder:
    """Texts to token ids, each between the tokens that begin and end one."""

    def __init__(self, configuration: Pack, begin: list[int]) -> None:
        self._tokenizer: Tokenizer = load_tokenizer(configuration.tokenizer)
        self._by_response = configuration.loss == "response"
        self._begin = begin
        self.end = end_of_text(configuration.tokenizer)
        self.vocabulary = self._tokenizer.get_vocab_size()
        self.type = np.dtype(np.uint16 if self.vocabulary <= 2**16 else np.uint32)

    @property
    def with_mask(self) -> bool:
        """Whether a mask lies beside the tokens."""
        return self._by_response

    def encode(self, documents: list[Document]) -> Iterator[tuple[Document, np.ndarray, np.ndarray | None]]:
        """Each document with its ids and, when the loss is taken on responses, its mask."""
        if not self._by_response:
            texts = [document.text for document in documents]
            for document, ids in zip(documents, self._ids(texts), strict=True):
                yield document, np.array([*self._begin, *ids, self.end], dtype=self.type), None
            return
        # A prompt and its response are split apart before they are encoded, because a model is later given the prompt
        # alone.
        halves = [_split_response(document) for document in documents]
        prompts = self._ids([prompt for prompt, _ in halves])
        responses = self._ids([response for _, response in halves])
        for document, text, response in zip(documents, prompts, responses, strict=True):
            prompt = [*self._begin, *text]
            mask = np.ones(len(prompt) + len(response) + 1, dtype=np.uint8)
            mask[: len(prompt)] = 0
            yield document, np.array([*prompt, *response, self.end], dtype=self.type), mask

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


def _split_response(document: Document) -> tuple[str, str]:
    encoded = document.text.encode()
    start = min(len(encoded), max(0, document.response_start or 0))
    return encoded[:start].decode(errors="replace"), encoded[start:].decode(errors="replace")


class _Writer:
    """Appends documents to the streams of one side.

    Opens them at the lengths of `counts`, whatever was written beyond.
    """

    def __init__(self, folder: Path, encoder: _Encoder, counts: Counts) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._counts = counts
        self._type = encoder.type
        self._with_mask = encoder.with_mask
        sizes = {"tokens": counts.tokens * self._type.itemsize, "mask": counts.tokens}
        names = [name for name in STREAMS if name != "mask" or self._with_mask]
        self._files: dict[str, BinaryIO] = {}
        for name in names:
            width = {"documents": 8, "repetitions": 1}.get(name, 0)
            self._files[name] = _open_at(folder / f"{name}.bin", sizes.get(name, counts.documents * width))

    def add(self, document: Document, ids: np.ndarray, mask: np.ndarray | None) -> None:
        """Appends one document."""
        self._append(ids, mask)
        self._files["repetitions"].write(bytes([min(255, document.repetitions())]))
        self._counts.bytes += len(document.text.encode())

    def _append(self, ids: np.ndarray, mask: np.ndarray | None) -> None:
        self._files["documents"].write(np.uint64(self._counts.tokens).tobytes())
        self._files["tokens"].write(ids.tobytes())
        if mask is not None:
            self._files["mask"].write(mask.tobytes())
        self._counts.documents += 1
        self._counts.tokens += len(ids)

    def flush(self) -> None:
        """Brings everything that was added to the disk."""
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())

    def repeat(self) -> None:
        """Writes the documents of larger weight again, pass by pass, so that copies do not lie side by side."""
        self.flush()
        once = Counts(**asdict(self._counts))
        repetitions = np.fromfile(self._folder / "repetitions.bin", dtype=np.uint8)
        if once.documents == 0 or repetitions.max() == 1:
            return
        starts = np.append(np.fromfile(self._folder / "documents.bin", dtype=np.uint64), np.uint64(once.tokens))
        tokens = np.memmap(self._folder / "tokens.bin", dtype=self._type, mode="r", shape=(once.tokens,))
        mask = np.memmap(self._folder / "mask.bin", dtype=np.uint8, mode="r") if self._with_mask else None
        # UTF-8 bytes are not counted again per document: a repetition adds its share of the tokens.
        for turn in range(2, int(repetitions.max()) + 1):
            for index in np.flatnonzero(repetitions >= turn):
                place = slice(int(starts[index]), int(starts[index + 1]))
                self._append(tokens[place], None if mask is None else mask[place])
        self._counts.bytes = round(once.bytes * self._counts.tokens / once.tokens)

    def close(self) -> None:
        """Ends the list of documents with the length of the stream."""
        self._files["documents"].write(np.uint64(self._counts.tokens).tobytes())
        self.flush()
        for file in self._files.values():
            file.close()


def _open_at(path: Path, size: int) -> BinaryIO:
    """Opens a file for appending after its first `size` bytes."""
    path.touch()
    file = path.open("r+b")
    file.truncate(size)
    file.seek(size)
    return file
