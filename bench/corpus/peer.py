"""datatrove 0.10 with the filters of `speed.ts`: JSON Lines in, Parquet (zstd) out.

    peer.py INPUT_FOLDER OUTPUT_FOLDER WORKERS [syntax]

Its own exact deduplication is made of three passes over the data; here a set of hashes in the process stands for it, which is
cheaper and only right for one worker.
"""

import ast
import sys
import warnings

import xxhash
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter

warnings.simplefilter("ignore")


def is_right_size(document) -> bool:
    return 0 < len(document.text) <= 1_000_000


class First:
    """Whether a text comes for the first time."""

    def __init__(self):
        self.seen = set()

    def __call__(self, document) -> bool:
        key = xxhash.xxh128_digest(document.text.encode("utf-8", "surrogatepass"))
        if key in self.seen:
            return False
        self.seen.add(key)
        return True


def has_good_lines(document) -> bool:
    lines = document.text.splitlines()
    if len(lines) < 5:
        return False
    lengths = [len(line) for line in lines]
    return max(lengths) <= 1000 and sum(lengths) <= 100 * len(lines)


def is_ascii(document) -> bool:
    text = document.text
    return text.isascii() or len(text.encode("ascii", "ignore")) >= 0.98 * len(text)


def is_python(document) -> bool:
    try:
        ast.parse(document.text)
        return True
    except Exception:
        return False


def main() -> None:
    source, target, workers, *rest = sys.argv[1:]
    filters = [is_right_size, First(), has_good_lines, is_ascii] + ([is_python] if rest else [])
    pipeline = [
        JsonlReader(source, text_key="content", glob_pattern="*.jsonl"),
        *[LambdaFilter(each) for each in filters],
        ParquetWriter(target, compression="zstd"),
    ]
    LocalPipelineExecutor(
        pipeline, tasks=int(workers), workers=int(workers), logging_dir=f"{target}/logs"
    ).run()


if __name__ == "__main__":
    main()
