"""Runs llama.cpp's own converter: `convert.py CONVERTER_FOLDER SPLIT`, with a list of its arguments a line of input.

Two of its questions are answered for it; neither touches a weight. It knows splits of text by hashes of the published
tokenizers' ids, and ours is none of them: SPLIT is the answer. And it imports `sentencepiece`, which is not here, before
it looks for the file that it would read with it, which is not there either.
"""

import json
import runpy
import sys
from pathlib import Path

converter, split = sys.argv[1:]
sys.path[:0] = [str(Path(converter) / "gguf-py"), converter]

from conversion.base import TextModel  # noqa: E402


def no_sentencepiece(_: TextModel) -> None:
    """What the converter itself says where there is no `tokenizer.model`."""
    raise FileNotFoundError


TextModel.get_vocab_base_pre = lambda self, tokenizer: split
TextModel._create_vocab_sentencepiece = no_sentencepiece
for line in sys.stdin:
    sys.argv = ["convert_hf_to_gguf.py", *json.loads(line)]
    runpy.run_path(str(Path(converter) / "convert_hf_to_gguf.py"), run_name="__main__")
