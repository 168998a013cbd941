"""How likely a model finds a given text, token by token."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from tokenizers import Encoding
from transformers import DynamicCache, PreTrainedModel

from .errors import UserError

# Positions that are computed at once: each has a number for every token of the vocabulary.
_AT_ONCE = 256


@dataclass(frozen=True)
class TokenScore:
    """Natural logarithm of a token's probability after those before it, and whether it was the likeliest."""

    log_probability: float
    likeliest: bool


@torch.inference_mode()
def token_scores(model: PreTrainedModel, ids: list[int], context: int) -> list[TokenScore]:
    """Scores of all tokens but the first.

    A text longer than the context is read in windows that overlap by half, so that every token is predicted from at
    least half a context.
    """
    scores: list[TokenScore] = []
    for begin, skipped in _windows(len(ids), context):
        # A probability is asked for of all but the first; the last one has nothing to predict.
        window = torch.tensor(ids[begin : begin + context], device=model.device)
        cache = DynamicCache()
        for start in range(0, len(window) - 1, _AT_ONCE):
            end = min(start + _AT_ONCE, len(window) - 1)
            logits = model(input_ids=window[None, start:end], past_key_values=cache, use_cache=True).logits[0]
            if end > skipped:
                following = window[start + 1 : end + 1]
                scores += _of(logits.float(), following)[max(0, skipped - start) :]
    return scores


def _of(logits: torch.Tensor, following: torch.Tensor) -> list[TokenScore]:
    chosen = logits.log_softmax(-1).gather(1, following[:, None])[:, 0]
    likeliest = logits.argmax(-1) == following
    return [TokenScore(*one) for one in zip(chosen.tolist(), likeliest.tolist(), strict=True)]


def _windows(length: int, context: int) -> Iterator[tuple[int, int]]:
    """Begin of each window, and how many of its predictions the window before has made already."""
    yield 0, 0
    begin, done = 0, min(length, context) - 1
    while done < length - 1:
        begin += (context + 1) // 2
        yield begin, done - begin
        done = min(length, begin + context) - 1


@dataclass
class Piece:
    """A part of a text that is one token, or several where they share a character; `end` in UTF-16 units."""

    end: int
    tokens: int
    # None at the start of a text, which nothing precedes.
    log_probability: float | None
    likeliest: bool


def pieces(text: str, encoding: Encoding, scores: list[TokenScore | None]) -> list[Piece]:
    """Finds each token's place in the text.

    `scores`: those of all tokens. Raises UserError for a tokenizer that leaves out parts of the text.
    """
    found: list[Piece] = []
    ends: list[int] = []
    for (begin, end), score in zip(encoding.offsets, scores, strict=True):
        if begin > (ends[-1] if ends else 0):
            raise _changes_texts()
        log_probability = None if score is None else score.log_probability
        likeliest = score is not None and score.likeliest
        if ends and begin < ends[-1]:
            last = found[-1]
            last.tokens += 1
            last.likeliest &= likeliest
            if last.log_probability is not None and log_probability is not None:
                last.log_probability += log_probability
            ends[-1] = max(end, ends[-1])
        else:
            found.append(Piece(0, 1, log_probability, likeliest))
            ends.append(end)
    if (ends[-1] if ends else 0) != len(text):
        raise _changes_texts()
    units = 0
    for piece, (begin, end) in zip(found, pairwise([0, *ends]), strict=True):
        units += len(text[begin:end].encode("utf-16-le")) // 2
        piece.end = units
    return found


def _changes_texts() -> UserError:
    return UserError("Transformers", "this model's tokenizer does not give a text back unchanged", "Use another model.")
