"""Holds what a model writes to a grammar in llama.cpp's notation (GBNF), token by token, as llama.cpp does it.

Known are grammars of one rule that is a plain sequence: `root ::= " "? [^\\n]* "\\n" [ \\t]{0,8}`. They need no parser,
only places in the sequence.
"""

import re
from dataclasses import dataclass
from functools import cache

import torch
from tokenizers import Tokenizer

from .errors import UserError

_RULE = re.compile(r"\s*root\s*::=")
# A literal or a class of characters, and how often it may come.
_ITEM = re.compile(
    r'\s*(?:"(?P<literal>(?:[^"\\]|\\.)+)"|\[(?P<negated>\^?)(?P<members>(?:[^\]\\]|\\.)+)\])'
    r"(?P<often>[?*+]|\{\d+(?:,\d*)?\})?"
)
_CHARACTER = re.compile(r"\\(?P<escaped>[nrt\"\\\[\]])|(?P<plain>[^\\])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


@dataclass(frozen=True)
class _Item:
    # The bytes that a character may begin with.
    begins: frozenset[int]
    minimum: int
    maximum: int | None


@dataclass(frozen=True)
class State:
    """Where a text stands: an item and how often it came, for every way of reading.

    `lacking`: bytes that its last letter still needs.
    """

    places: frozenset[tuple[int, int]]
    lacking: int = 0


class Grammar:
    """A grammar as an automaton over the bytes of UTF-8. Raises UserError for one that is not known here."""

    def __init__(self, text: str) -> None:
        self._items = _items(text)
        self.start = State(self._closed({(0, 0)}))

    def after(self, state: State, byte: int) -> State | None:
        """The state behind one more byte; None where the grammar does not allow it."""
        continues = 0x80 <= byte < 0xC0
        if continues != (state.lacking > 0):
            return None
        if continues:
            # Classes name only ASCII: the first byte of a letter has decided.
            return State(state.places, state.lacking - 1)
        moved = set()
        for place, count in state.places:
            if place < len(self._items) and byte in self._items[place].begins:
                item = self._items[place]
                if item.maximum is None:
                    moved.add((place, min(count + 1, item.minimum)))
                elif count < item.maximum:
                    moved.add((place, count + 1))
        lacking = 0 if byte < 0x80 else 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
        return State(self._closed(moved), lacking) if moved else None

    def may_end(self, state: State) -> bool:
        """Whether the text may end here."""
        return state.lacking == 0 and any(place == len(self._items) for place, _ in state.places)

    def _closed(self, places: set[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """With all places behind items that came often enough."""
        closed, waiting = set(places), list(places)
        while waiting:
            place, count = waiting.pop()
            if place < len(self._items) and count >= self._items[place].minimum and (place + 1, 0) not in closed:
                closed.add((place + 1, 0))
                waiting.append((place + 1, 0))
        return frozenset(closed)


def _items(text: str) -> list[_Item]:
    unknown = UserError(
        "grammar",
        "only one rule that is a sequence of quoted characters and classes is known here",
        "Use a GGUF model for it: llama.cpp knows all of GBNF.",
    )
    rule = _RULE.match(text)
    if rule is None or not text.isascii():
        raise unknown
    items, at = [], rule.end()
    while text[at:].strip():
        match = _ITEM.match(text, at)
        if match is None:
            raise unknown
        at = match.end()
        minimum, maximum = _how_often(match["often"] or "")
        letters = _letters(match["literal"] or match["members"])
        if letters is None or (match["literal"] and len(letters) > 1 and match["often"]):
            raise unknown
        if match["literal"]:
            items += [_Item(frozenset({ord(letter)}), minimum, maximum) for letter, _ in letters]
        else:
            items.append(_Item(_class(letters, bool(match["negated"])), minimum, maximum))
    return items


def _how_often(text: str) -> tuple[int, int | None]:
    if text in _OFTEN:
        return _OFTEN[text]
    low, comma, high = text.strip("{}").partition(",")
    return int(low), int(high) if high else None if comma else int(low)


def _letters(text: str) -> list[tuple[str, bool]] | None:
    """The characters, each with whether it was written as an escape; None for an escape that is not known here."""
    letters, at = [], 0
    while at < len(text):
        match = _CHARACTER.match(text, at)
        if match is None:
            return None
        escaped = match["escaped"]
        letters.append((_ESCAPES.get(escaped, escaped) if escaped else match["plain"], bool(escaped)))
        at = match.end()
    return letters


def _class(letters: list[tuple[str, bool]], negated: bool) -> frozenset[int]:
    members: set[int] = set()
    at = 0
    while at < len(letters):
        ranged = at + 2 < len(letters) and letters[at + 1] == ("-", False)
        last = at + 2 if ranged else at
        members |= set(range(ord(letters[at][0]), ord(letters[last][0]) + 1))
        at = last + 1
    # Every letter beyond ASCII begins with a byte of C0 or more.
    return frozenset({*range(0x80), *range(0xC0, 0xF8)} - members if negated else members)


class Constraint:
    """A grammar over the tokens of a model. What is allowed in a state is worked out once."""

    def __init__(self, grammar: Grammar, pieces: list[bytes], ends: set[int]) -> None:
        self.start = grammar.start
        self._grammar = grammar
        self._pieces = pieces
        self._ends = ends
        self._after_byte = cache(grammar.after)
        self._masks: dict[State, torch.Tensor] = {}

    def after(self, state: State, token: int) -> State | None:
        """The state behind one more token; None where it is not allowed, or says nothing."""
        piece = self._pieces[token]
        # As in llama.cpp: a token that is no text would never come to an end.
        found: State | None = state if piece and piece[0] != 0 else None
        for byte in piece:
            if found is None:
                return None
            found = self._after_byte(found, byte)
        return found

    def allowed(self, state: State) -> torch.Tensor:
        """Which tokens may come next: booleans over the vocabulary. An end token may where the text may end."""
        if state not in self._masks:
            may_end = self._grammar.may_end(state)
            self._masks[state] = torch.tensor(
                [
                    may_end if token in self._ends else self.after(state, token) is not None
                    for token in range(len(self._pieces))
                ]
            )
        return self._masks[state]


def token_pieces(tokenizer: Tokenizer, size: int) -> list[bytes]:
    """The bytes of every token, of `size` ids; nothing for ids that no token has."""
    # Byte-level tokenizers write bytes as letters; those in SentencePiece's form write blanks as U+2581 and bytes as
    # <0x0A>.
    letters = _byte_of_letter() if '"ByteLevel"' in tokenizer.decoder.__getstate__().decode() else None
    added = {index: token.content for index, token in tokenizer.get_added_tokens_decoder().items()}
    pieces = [b""] * size
    for token, index in tokenizer.get_vocab(with_added_tokens=True).items():
        if index >= size:
            continue
        if index in added:
            pieces[index] = added[index].encode()
        elif letters is not None:
            pieces[index] = bytes(letters[letter] for letter in token if letter in letters)
        elif re.fullmatch(r"<0x[0-9A-F]{2}>", token):
            pieces[index] = bytes([int(token[3:5], 16)])
        else:
            pieces[index] = token.replace("\u2581", " ").encode()
    return pieces


@cache
def _byte_of_letter() -> dict[str, int]:
    """GPT-2's letters for bytes (Radford et al. 2019, `bytes_to_unicode`): printable ones stand for themselves."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(0x100 + n): byte for n, byte in enumerate(others)}
