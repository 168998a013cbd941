"""Compares our export with llama.cpp's converter: `compare.py CONVERTER_FOLDER FIXTURE.gguf WORK_FOLDER`.

Prints a JSON list: for each model and type of weights the tensors' number, those that differ, and the metadata that
does.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from apprentice_trainer.gguf_export import export_gguf
from apprentice_trainer.gguf_model import load_gguf_model, save_gguf_tokenizer
from apprentice_trainer.models import save_model
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

# Keys and values are shared by heads; a layer has rows that are no whole blocks of Q8_0; not every id has a token.
SHAPE = {
    "hidden_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "intermediate_size": 168,
    "vocab_size": 2080,
    "max_position_embeddings": 512,
    "bos_token_id": 0,
    "eos_token_id": 0,
}


def make_models(fixture: Path, folder: Path) -> list[str]:
    """The fixture; and with random weights a Qwen2 with an output matrix of its own and a Llama without."""
    torch.manual_seed(1)
    qwen = AutoModelForCausalLM.from_config(Qwen2Config(**SHAPE, tie_word_embeddings=False, rope_theta=1e6))
    llama = AutoModelForCausalLM.from_config(LlamaConfig(**SHAPE, tie_word_embeddings=True, rms_norm_eps=1e-5))
    for parameter in [*qwen.parameters(), *llama.parameters()]:
        if parameter.ndim == 1:
            torch.nn.init.normal_(parameter)
    models = {"fixture": load_gguf_model(fixture), "qwen2": qwen.float(), "llama": llama.float()}
    for name, model in models.items():
        save_model(model, folder / name)
        save_gguf_tokenizer(fixture, folder / name)
    return list(models)


def convert(converter: Path, split: str, jobs: list[tuple[Path, Path, str]]) -> None:
    """Converts model folders into files, in a process of its own: the converter brings a package `gguf` with it."""
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, "-W", "ignore", script, converter, split]
    lines = [[str(model), "--outfile", str(out), "--outtype", kind.lower()] for model, out, kind in jobs]
    given = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def tensors(reader: gguf.GGUFReader) -> dict[str, tuple[str, list[int], np.ndarray]]:
    """Type, shape and stored bytes of every tensor."""
    return {one.name: (one.tensor_type.name, one.shape.tolist(), one.data) for one in reader.tensors}


def is_equal(one: tuple[str, list[int], np.ndarray], other: tuple[str, list[int], np.ndarray]) -> bool:
    """Whether two tensors are stored with the same bits."""
    return one[:2] == other[:2] and one[2].tobytes() == other[2].tobytes()


def metadata(reader: gguf.GGUFReader) -> dict[str, Any]:
    """All keys but those that describe the file's own layout."""
    return {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}


def differences(ours: Path, theirs: Path) -> dict[str, Any]:
    """What differs between two files."""
    readers = gguf.GGUFReader(ours), gguf.GGUFReader(theirs)
    one, other = (tensors(reader) for reader in readers)
    mine, its = (metadata(reader) for reader in readers)
    equal = {name for name in one.keys() & other.keys() if is_equal(one[name], other[name])}
    keys = sorted(key for key in mine.keys() | its.keys() if mine.get(key) != its.get(key))
    return {
        "types": sorted({kind for kind, _, _ in one.values()}),
        "tensors": len(one),
        "different": sorted((one.keys() | other.keys()) - equal),
        "compared": sorted(mine.keys() & its.keys()),
        "metadata": {key: [mine.get(key), its.get(key)] for key in keys},
    }


def main() -> None:
    """All models in all types."""
    converter, fixture, work = map(Path, sys.argv[1:])
    cases = [(name, kind) for name in make_models(fixture, work) for kind in ("F32", "F16", "Q8_0")]
    ours = {case: work / f"{'-'.join(case)}-ours.gguf" for case in cases}
    theirs = {case: work / f"{'-'.join(case)}-theirs.gguf" for case in cases}
    for case, out in ours.items():
        export_gguf(work / case[0], out, case[1])
    split = gguf.GGUFReader(ours[cases[0]]).fields["tokenizer.ggml.pre"].contents()
    convert(converter, split, [(work / case[0], out, case[1]) for case, out in theirs.items()])
    print(json.dumps([{"model": n, "type": t, **differences(ours[n, t], theirs[n, t])} for n, t in cases]))


if __name__ == "__main__":
    main()
