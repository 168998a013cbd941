"""A model with its tokenizer, ready to answer: what `generate` and `score` share."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from tokenizers import Encoding, processors

from .chat import encode_chat
from .errors import UserError
from .generator import Request, end_tokens
from .grammar import Constraint, Grammar, token_pieces
from .models import load_model
from .sampling import Sampling
from .scoring import Piece, TokenScore, pieces, token_scores
from .vocabulary import END_NAMES, begin_tokens, chat_template, load_tokenizer, tokenizer_config


@dataclass(frozen=True)
class RequestLine:
    """A prompt or a conversation, and the samples that are wanted of it. Stop strings never apply to conversations."""

    id: str
    samples: list[int]
    prompt: str | None = None
    messages: list[dict] | None = None
    temperature: float = 0.8
    top_p: float = 0.95
    top_k: int = 0
    max_tokens: int = 256
    stop: list[str] = field(default_factory=list)
    # What is written follows it; `grammar.py` says which ones.
    grammar: str | None = None
    seed: int = 0


@dataclass(frozen=True)
class ScoreLine:
    """A text whose tokens' probabilities are wanted. A prediction looks back on `context` tokens at most."""

    id: str
    score: str
    context: int | None = None


class ServedModel:
    """Loads a Hugging Face folder or a GGUF file for reading and writing text. Raises UserError."""

    def __init__(
        self,
        path: Path,
        device: Literal["auto", "cpu"],
        precision: Literal["auto", "float32", "bf16"],
        context: int | None = None,
    ) -> None:
        transformers.utils.logging.disable_progress_bar()
        self.device = torch.device("cuda" if device == "auto" and torch.cuda.is_available() else "cpu")
        # Older GPUs emulate bf16, which is slow.
        has_bf16 = self.device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        half = precision == "bf16" or (precision == "auto" and has_bf16)
        self.model = load_model(path, torch.bfloat16 if half else torch.float32).to(self.device).eval()
        if path.suffix == ".gguf":
            from .gguf_model import gguf_tokenizer

            self.tokenizer, self._names = gguf_tokenizer(path)
        else:
            self.tokenizer, self._names = load_tokenizer(path), tokenizer_config(path)
        self.begin = begin_tokens(self.tokenizer, self._names)
        # Some tokenizers report a token's place without its blanks.
        self.tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
        self._template = chat_template(path, self._names)
        self.ends = end_tokens(self.tokenizer, END_NAMES, self.model.generation_config.eos_token_id)
        trained = getattr(self.model.config, "max_position_embeddings", None) or 1024
        self.context = min(context or trained, trained)
        self._constraints: dict[str, Constraint] = {}
        self._pieces: list[bytes] | None = None

    def description(self) -> dict[str, Any]:
        """What the `ready` event says."""
        cuda = self.device.type == "cuda"
        return {
            "device": torch.cuda.get_device_name(self.device) if cuda else "cpu",
            "precision": str(self.model.dtype).removeprefix("torch."),
            "context": self.context,
            "architecture": self.model.config.model_type,
            "parameters": self.model.num_parameters(),
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        }

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, in which nothing is special."""
        return self._encoding(_whole_letters(text)).ids

    def _encoding(self, text: str) -> Encoding:
        return self.tokenizer.encode(text, add_special_tokens=False)

    def request(self, line: RequestLine) -> Request:
        """A request with its prompt as token ids. Raises UserError for what cannot be answered."""
        scope = f'request "{line.id}"'
        if (line.prompt is None) == (line.messages is None):
            raise UserError(scope, 'exactly one of "prompt" and "messages" is needed')
        if line.max_tokens < 1:
            raise UserError(scope, "max_tokens must be at least 1")
        if line.messages is not None:
            prompt = encode_chat(self.tokenizer, self._template, line.messages, self._names)
        else:
            # A model cannot continue nothing: an empty text is continued from where texts begin, behind the end of
            # another.
            prompt = self.begin + self.encode(line.prompt or "") or sorted(self.ends)[:1]
        if len(prompt) >= self.context:
            raise UserError(scope, f"its prompt has {len(prompt)} tokens, and the context {self.context}")
        return Request(
            id=line.id,
            prompt=prompt,
            samples=deque(line.samples),
            sampling=Sampling(line.temperature, line.top_p, line.top_k),
            max_tokens=line.max_tokens,
            stop=[] if line.messages is not None else [string for string in line.stop if string],
            constraint=None if line.grammar is None else self._constraint(line.grammar),
            seed=line.seed,
        )

    def score(self, line: ScoreLine) -> tuple[int, list[Piece]]:
        """How many tokens a prediction looked back on at most, and how likely the model finds a text.

        Raises UserError for a tokenizer that changes it.
        """
        text = _whole_letters(line.score)
        encoding = self._encoding(text)
        context = min(line.context or self.context, self.context)
        return context, pieces(text, encoding, self.token_scores(encoding.ids, context))

    def token_scores(self, ids: list[int], context: int) -> list[TokenScore | None]:
        """How likely the model finds each token of a text; None for a first one that nothing stands before."""
        scores: list[TokenScore | None] = [None, *token_scores(self.model, self.begin + ids, context)]
        return scores[len(self.begin) :] if ids else []

    def _constraint(self, text: str) -> Constraint:
        if text not in self._constraints:
            grammar = Grammar(text)
            self._pieces = self._pieces or token_pieces(self.tokenizer, self.model.config.vocab_size)
            self._constraints[text] = Constraint(grammar, self._pieces, self.ends)
        return self._constraints[text]


def _whole_letters(text: str) -> str:
    """JSON can hold half of a surrogate pair, which no tokenizer reads: U+FFFD stands for it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
