"""Generates samples side by side: requests join the batch as soon as there is room, and leave it one by one."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import DynamicCache, PreTrainedModel

from .grammar import Constraint, State
from .key_values import KeyValues, layers_of
from .sampling import Sampling, draw, random_numbers

Finish = Literal["end", "stop", "length"]


@dataclass
class Request:
    """Some samples of one prompt."""

    id: str
    prompt: list[int]
    samples: deque[int]
    sampling: Sampling
    max_tokens: int
    stop: list[str]
    seed: int
    # What may be written; None: anything.
    constraint: Constraint | None = None
    # What the model has read and said of the prompt; there while samples wait to begin.
    read: tuple[KeyValues, torch.Tensor] | None = None


@dataclass
class Row:
    """A sample that is being generated."""

    request: Request
    sample: int
    random: np.random.Generator
    # Where its text stands in the grammar.
    state: State | None = None
    tokens: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Completion:
    """A sample that is done. `text` is cut before a stop string and not trimmed."""

    id: str
    sample: int
    text: str
    finish: Finish
    prompt_tokens: int
    completion_tokens: int


class Generator:
    """A batch of at most `size` rows over one model.

    A sample depends on the model, its prompt, the sampling settings, the seed and its index. What else is in the
    batch can move logits only by the rounding of sums (about 1e-6 in float32, where that changes no text; in bf16 it
    can).
    """

    def __init__(self, model: PreTrainedModel, tokenizer: Tokenizer, ends: set[int], context: int, size: int) -> None:
        self.context = context
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._ends = ends
        self._size = size
        self._waiting: deque[Request] = deque()
        self._rows: list[Row] = []
        self._cache: KeyValues | None = None
        # The logits that each row's next token is drawn from.
        self._logits: torch.Tensor | None = None

    @property
    def busy(self) -> bool:
        """Whether there is anything to generate."""
        return bool(self._rows or self._waiting)

    @property
    def has_room(self) -> bool:
        """Whether another request would begin at once."""
        return len(self._rows) + sum(len(request.samples) for request in self._waiting) < self._size

    def add(self, request: Request) -> None:
        """Queues a request. Its prompt must be shorter than the context."""
        request.max_tokens = min(request.max_tokens, self.context - len(request.prompt))
        self._waiting.append(request)

    def cancel(self, request_id: str) -> None:
        """Forgets what is not done of a request."""
        self._waiting = deque(request for request in self._waiting if request.id != request_id)
        self._drop([index for index, row in enumerate(self._rows) if row.request.id == request_id])

    @torch.inference_mode()
    def step(self) -> Iterator[Completion]:
        """Lets requests join, draws a token for every row, and hands out the samples that end with it."""
        self._fill()
        if not self._rows:
            return
        self._draw()
        finished = []
        for index, row in enumerate(self._rows):
            completion = self._finished(row)
            if completion:
                finished.append(index)
                yield completion
        self._drop(finished)
        if self._rows:
            self._forward()

    def _fill(self) -> None:
        while self._waiting and len(self._rows) < self._size:
            request = self._waiting[0]
            count = min(len(request.samples), self._size - len(self._rows))
            if count > 0:
                self._begin(request, count)
            if not request.samples:
                request.read = None
                self._waiting.popleft()

    def _begin(self, request: Request, count: int) -> None:
        """Starts some samples of a request. Its prompt is read once for all of them."""
        if request.read is None:
            request.read = self._read(request.prompt)
        samples = [request.samples.popleft() for _ in range(count)]
        state = request.constraint.start if request.constraint else None
        self._rows += [Row(request, sample, random_numbers(request.seed, sample), state) for sample in samples]
        cache, logits = request.read[0].repeated(count), request.read[1].expand(count, -1)
        if self._cache is None or self._logits is None:
            self._cache, self._logits = cache, logits
        else:
            self._cache.join(cache)
            self._logits = torch.cat([self._logits, logits])

    def _read(self, prompt: list[int]) -> tuple[KeyValues, torch.Tensor]:
        device = self._model.device
        tokens = torch.tensor([prompt], device=device)
        output = self._model(input_ids=tokens, past_key_values=DynamicCache(), use_cache=True, logits_to_keep=1)
        starts = torch.zeros(1, dtype=torch.long, device=device)
        return KeyValues(layers_of(output.past_key_values), starts), output.logits[:, -1].float()

    def _draw(self) -> None:
        assert self._logits is not None
        places = sorted(range(len(self._rows)), key=lambda place: hash(self._rows[place].request.sampling))
        for sampling, group in groupby(places, key=lambda place: self._rows[place].request.sampling):
            indices = list(group)
            uniforms = [self._rows[index].random.random() for index in indices]
            tokens = draw(self._allowed(indices), sampling, uniforms)
            for row, token in zip((self._rows[index] for index in indices), tokens, strict=True):
                row.tokens.append(token)
                if row.request.constraint and row.state and token not in self._ends:
                    row.state = row.request.constraint.after(row.state, token)

    def _allowed(self, indices: list[int]) -> torch.Tensor:
        """Logits of some rows, without the tokens that their grammars forbid."""
        assert self._logits is not None
        logits = self._logits[indices]
        for place, index in enumerate(indices):
            row = self._rows[index]
            if row.request.constraint and row.state:
                allowed = row.request.constraint.allowed(row.state).to(logits.device)
                logits[place] = logits[place].masked_fill(~allowed, -torch.inf)
        return logits

    def _forward(self) -> None:
        assert self._cache is not None
        device = self._model.device
        tokens = torch.tensor([[row.tokens[-1]] for row in self._rows], device=device)
        positions = (self._cache.length - self._cache.starts)[:, None]
        output = self._model(
            input_ids=tokens,
            attention_mask=self._cache.mask(1),
            position_ids=positions,
            past_key_values=self._cache.cache(),
            use_cache=True,
        )
        self._cache.update(output.past_key_values)
        self._logits = output.logits[:, -1].float()

    def _drop(self, rows: list[int]) -> None:
        if not rows:
            return
        kept = [index for index in range(len(self._rows)) if index not in rows]
        self._rows = [self._rows[index] for index in kept]
        if not kept or self._cache is None or self._logits is None:
            self._cache = self._logits = None
            return
        self._cache.keep(kept)
        self._logits = self._logits[kept]

    def _finished(self, row: Row) -> Completion | None:
        request = row.request
        ended = row.tokens[-1] in self._ends
        said = row.tokens[:-1] if ended else row.tokens
        finish: Finish | None = "end" if ended else "length" if len(row.tokens) >= request.max_tokens else None
        place = self._stop_place(said, request.stop)
        if place is not None:
            finish = "stop"
        if finish is None:
            return None
        text = self._text(said) if place is None else self._text(said)[:place]
        return Completion(request.id, row.sample, text, finish, len(request.prompt), len(said))

    def _stop_place(self, tokens: list[int], stop: list[str]) -> int | None:
        """Where the first stop string begins in the text; None when there is none."""
        if not stop:
            return None
        # A new token completes a stop string only at the end: only as much as that is looked at, and a letter is at
        # most four tokens.
        reach = 4 * (max(map(len, stop)) + 2)
        tail = self._text(tokens[-reach:])
        if not any(string in tail for string in stop):
            return None
        text = self._text(tokens)
        places = [text.find(string) for string in stop]
        return min((place for place in places if place >= 0), default=None)

    def _text(self, tokens: list[int]) -> str:
        return self._tokenizer.decode(tokens, skip_special_tokens=True)


def end_tokens(tokenizer: Tokenizer, names: list[str], configured: Any) -> set[int]:
    """The tokens at which generation ends: those of a model's configuration and those that are ends by their names."""
    listed = configured if isinstance(configured, list) else [configured]
    by_name = [tokenizer.token_to_id(name) for name in names]
    return {token for token in [*listed, *by_name] if isinstance(token, int)}
