"""`score`.

Log-probabilities of every token of given texts, for perplexity and for comparisons with other implementations.
"""

import json
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from .configuration import from_document, read_configuration
from .errors import UserError
from .events import Progress, emit
from .files import whole_file
from .served_model import ServedModel


@dataclass(frozen=True)
class Score:
    """Configuration."""

    model: Path
    input: Path
    out: Path
    context: int | None = None
    device: Literal["auto", "cpu"] = "auto"
    precision: Literal["auto", "float32", "bf16"] = "auto"
    threads: int | None = None


@dataclass(frozen=True)
class TextLine:
    """One line of the input."""

    id: str
    text: str


def run(path: Path) -> None:
    """Writes a line `{id, tokens, log_probabilities, bytes}` for each text, in order.

    The first token of a text has no probability, unless the model is used to one before it.
    """
    configuration = read_configuration(Score, path)
    torch.set_num_threads(configuration.threads or int(os.environ.get("OMP_NUM_THREADS", 0)) or torch.get_num_threads())
    lines = _read(configuration.input)
    served = ServedModel(configuration.model, configuration.device, configuration.precision, configuration.context)
    progress = Progress(len(lines), "texts")
    started = time.monotonic()
    tokens = size = 0
    total = 0.0
    with whole_file(configuration.out) as temporary, temporary.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines, start=1):
            ids = served.encode(line.text)
            scores = [score and score.log_probability for score in served.token_scores(ids, served.context)]
            width = len(line.text.encode())
            entry = {"id": line.id, "tokens": ids, "log_probabilities": scores, "bytes": width}
            file.write(json.dumps(entry) + "\n")
            total += math.fsum(score for score in scores if score is not None)
            tokens += sum(score is not None for score in scores)
            size += width
            progress.report(number)
    emit(
        "done",
        texts=len(lines),
        tokens=tokens,
        bytes=size,
        perplexity=math.exp(-total / tokens) if tokens else None,
        bits_per_byte=-total / math.log(2) / size if size else None,
        seconds=round(time.monotonic() - started, 1),
    )


def _read(path: Path) -> list[TextLine]:
    try:
        with path.open(encoding="utf-8") as file:
            lines = [line for line in file if line.strip()]
        return [from_document(TextLine, json.loads(line), f"{path.name}, text {n}") for n, line in enumerate(lines, 1)]
    except OSError as error:
        raise UserError(str(path), error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise UserError(str(path), f"a line is no JSON document: {error}") from error
