"""`import`: a GGUF file into a Hugging Face folder in float32, with the tokenizer rebuilt from the file's own lists."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from .configuration import json_name, read_configuration
from .events import emit
from .files import whole_folder
from .gguf_model import load_gguf_model, save_gguf_tokenizer
from .models import save_model


@dataclass(frozen=True)
class Import:
    """Configuration."""

    out: Path
    source: Path = field(metadata=json_name("from"))


def run(path: Path) -> None:
    """Writes the folder."""
    configuration = read_configuration(Import, path)
    started = time.monotonic()
    model = load_gguf_model(configuration.source)
    with whole_folder(configuration.out) as folder:
        save_model(model, folder)
        save_gguf_tokenizer(configuration.source, folder)
    seconds = round(time.monotonic() - started, 1)
    emit("done", parameters=model.num_parameters(), architecture=model.config.model_type, seconds=seconds)
