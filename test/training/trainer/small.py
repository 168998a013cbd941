"""Small real data for the trainer's tests.

Python, TypeScript and Markdown files as this repository once had them, a tokenizer and a pack of them.
"""

import gzip
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from apprentice_trainer import events, pack_command, tokenizer_command

TEXTS = Path(__file__).with_name("texts.jsonl.gz")


def texts() -> list[str]:
    """The files, in a fixed order; they do not change, so that losses do not either."""
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["content"] for line in lines]


def write_corpus(path: Path, **columns: list[Any]) -> Path:
    """A Parquet shard with these columns."""
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=64)
    return path


def write_configuration(folder: Path, name: str, **fields: Any) -> Path:
    """A configuration file; paths become strings."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(fields, default=str))
    return path


def run(command: Callable[[Path], None], configuration: Path) -> list[dict[str, Any]]:
    """Runs a command in this process and returns its events."""
    with tempfile.TemporaryFile("w+") as file:
        before, events._events = events._events, file
        try:
            command(configuration)
        finally:
            events._events = before
        file.seek(0)
        return [json.loads(line) for line in file]


def done(command: Callable[[Path], None], configuration: Path) -> dict[str, Any]:
    """Runs a command and returns its last event, which must be `done`."""
    last = run(command, configuration)[-1]
    assert last["event"] == "done", last
    return last


class Small:
    """A corpus, its tokenizer and its pack, in a folder that is removed in the end."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="apprentice-trainer-")
        self.folder = Path(self._temporary.name)
        self.corpus = write_corpus(self.folder / "corpus.parquet", content=texts())
        self.tokenizer = self.folder / "tokenizer"
        self.pack = self.folder / "pack"
        train = {"action": "train", "corpus": [self.corpus], "vocabulary": 600}
        done(tokenizer_command.run, self.configuration("tokenizer", **train, out=self.tokenizer))
        packed = {"corpus": [self.corpus], "tokenizer": self.tokenizer, "sequence_length": 64, "held_out": 0.05}
        done(pack_command.run, self.configuration("pack", **packed, out=self.pack))

    def configuration(self, name: str, **fields: Any) -> Path:
        """A configuration file in the folder."""
        return write_configuration(self.folder, name, **fields)

    def training(self, out: str, **changes: Any) -> Path:
        """The configuration of a training run of seconds, with its run folder `out`."""
        fields = {
            "data": self.pack,
            "out": self.folder / out,
            "model": {"preset": "1m"},
            "tokenizer": self.tokenizer,
            "budget": {"steps": 12},
            "sequence_length": 64,
            "micro_batch": 2,
            "accumulation": 2,
            "learning_rate": 2e-3,
            "warmup_steps": 3,
            "precision": "float32",
            "evaluation_every": 5,
            "evaluation_sequences": 4,
            "threads": 1,
        }
        return self.configuration(out, **{**fields, **changes})

    def close(self) -> None:
        """Removes the folder."""
        self._temporary.cleanup()


class Forked:
    """A command in a process of its own, forked from this one: torch is imported already."""

    def __init__(self, command: Callable[[Path], None], configuration: Path) -> None:
        reader, writer = os.pipe()
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reader)
            events._events = os.fdopen(writer, "w")
            status = 1
            try:
                command(configuration)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        os.close(writer)
        self.events = map(json.loads, os.fdopen(reader))

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal."""
        os.kill(self.pid, how)

    def wait(self) -> int:
        """Waits for the end; the exit status, negative for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
