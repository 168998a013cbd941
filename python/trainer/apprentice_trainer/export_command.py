"""`export`: a Hugging Face folder into a GGUF file."""

import time
from dataclasses import dataclass
from pathlib import Path

from .configuration import read_configuration
from .events import emit
from .gguf_export import WeightType, export_gguf


@dataclass(frozen=True)
class Export:
    """Configuration."""

    model: Path
    out: Path
    type: WeightType = "F16"


def run(path: Path) -> None:
    """Writes the file."""
    configuration = read_configuration(Export, path)
    started = time.monotonic()
    tensors = export_gguf(configuration.model, configuration.out, configuration.type)
    seconds = round(time.monotonic() - started, 1)
    emit("done", bytes=configuration.out.stat().st_size, tensors=tensors, seconds=seconds)
