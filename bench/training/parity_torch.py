"""PyTorch's half of `parity.ts`.

Exports a model and writes down what PyTorch makes of texts: `parity_torch.py FOLDER/request.json`, answer beside it.
"""

import json
import sys
from pathlib import Path

import torch
from apprentice_trainer.generator import Generator
from apprentice_trainer.gguf_export import export_gguf
from apprentice_trainer.served_model import RequestLine, ServedModel


def main() -> None:
    """Ids of all texts, greedy continuations of some prompts and log-probabilities of a few."""
    file = Path(sys.argv[1])
    request = json.loads(file.read_text())
    torch.set_num_threads(request["threads"])
    model = Path(request["model"])
    export_gguf(model, file.with_name("model.gguf"), request["type"])
    served = ServedModel(model, "cpu", "float32")
    ids = [served.encode(text) for text in request["texts"]]
    long = [tokens[: request["promptLength"]] for tokens in ids if len(tokens) > request["promptLength"]]
    texts = [text for text in map(served.tokenizer.decode, long) if "\ufffd" not in text]
    prompts = texts[-request["prompts"] :]
    answer = {
        "ids": ids,
        "prompts": prompts,
        "greedy": greedy(served, prompts, request["continuationLength"]),
        "scores": [[served.encode(text), score(served, text)] for text in prompts[: request["scored"]]],
    }
    file.with_name("answer.json").write_text(json.dumps(answer))


def greedy(served: ServedModel, prompts: list[str], length: int) -> list[str]:
    """Greedy continuations, made eight side by side as the command `generate` makes them."""
    generator = Generator(served.model, served.tokenizer, served.ends, served.context, 8)
    for number, prompt in enumerate(prompts):
        line = RequestLine(id=str(number), samples=[0], prompt=prompt, temperature=0.0, max_tokens=length)
        generator.add(served.request(line))
    found = {}
    while generator.busy:
        found |= {one.id: one.text for one in generator.step()}
    return [found[str(number)] for number in range(len(prompts))]


def score(served: ServedModel, text: str) -> list[float]:
    """Log-probabilities of all tokens but the first."""
    return [score.log_probability for score in served.token_scores(served.encode(text), served.context) if score]


if __name__ == "__main__":
    main()
