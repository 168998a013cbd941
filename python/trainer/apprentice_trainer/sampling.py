"""Draws the next token: temperature first, then top-k, then top-p, as in the tools behind the published tables."""

from dataclasses import dataclass

import numpy as np
import torch

# A nucleus almost always lies within this many of the likeliest tokens; where it does not, all tokens are sorted.
_LIKELIEST = 1024


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn. Temperature 0 is greedy; top_k 0 is no limit."""

    temperature: float
    top_p: float
    top_k: int


def random_numbers(seed: int, sample: int) -> np.random.Generator:
    """The random numbers of one sample: they depend on the seed and on the sample's index, and on nothing else.

    Philox is a counter-based generator (Salmon et al. 2011), made for independent streams by key.
    """
    return np.random.Generator(np.random.Philox(key=[seed % 2**64, sample % 2**64]))


def draw(logits: torch.Tensor, sampling: Sampling, uniforms: list[float]) -> list[int]:
    """One token for each row of `logits` [rows, vocabulary], by a number of [0, 1) each."""
    if sampling.temperature <= 0:
        return logits.argmax(dim=-1).tolist()
    probabilities = (logits.double() / sampling.temperature).softmax(dim=-1)
    points = torch.tensor(uniforms, dtype=torch.float64, device=logits.device)[:, None]
    if sampling.top_p >= 1 and sampling.top_k <= 0:
        return _inverse(probabilities.cumsum(dim=-1), points).tolist()
    values, tokens = _candidates(probabilities, sampling)
    if sampling.top_k > 0:
        values, tokens = values[:, : sampling.top_k], tokens[:, : sampling.top_k]
        # The nucleus is taken of what top-k left.
        values = values / values.sum(dim=-1, keepdim=True)
    sums = values.cumsum(dim=-1)
    # A token is in the nucleus when those before it do not reach top_p yet, so the first one always is.
    kept = torch.where(sums - values < sampling.top_p, values, 0.0)
    # Drawn in the vocabulary's order, not from the likeliest down: rounding may swap two tokens that are about as likely,
    # which must not move all that come after them.
    weights = torch.zeros_like(probabilities).scatter(1, tokens, kept)
    return _inverse(weights.cumsum(dim=-1), points).tolist()


def _candidates(probabilities: torch.Tensor, sampling: Sampling) -> tuple[torch.Tensor, torch.Tensor]:
    """The likeliest tokens, best first, as many as the nucleus can need."""
    size = probabilities.shape[-1]
    wanted = min(size, max(_LIKELIEST, sampling.top_k))
    values, tokens = probabilities.topk(wanted, dim=-1)
    enough = sampling.top_k > 0 or wanted == size or bool((values.sum(dim=-1) >= sampling.top_p).all())
    return (values, tokens) if enough else tuple(probabilities.sort(dim=-1, descending=True))


def _inverse(sums: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """The place at which each row of cumulative sums passes its point of [0, 1), which is scaled to the row's total."""
    places = torch.searchsorted(sums, points * sums[:, -1:], right=True)[:, 0]
    # Rounding may leave the last place, or one of probability zero behind the nucleus: never go beyond where the
    # total is reached.
    ends = torch.searchsorted(sums, sums[:, -1:].contiguous(), right=False)[:, 0]
    return torch.minimum(places, ends)
