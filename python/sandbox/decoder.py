"""Values on their way from a candidate to the tester: builds what `codec.py` described, and nothing of the candidate's making."""

import array
import binascii
import builtins
import collections
import datetime
import decimal
import fractions
import sys
import uuid
from collections.abc import Callable
from typing import Any

import codec_arrays
from codec import LIBRARIES_WITH_NAN, Unreadable
from remote import not_asked_to_judge


class Decoder:
    """The tester's side. `handle` and `known` give what a handle's description and the number of an own object stand for."""

    def __init__(self, handle: Callable[[list], Any], known: Callable[[int], Any]) -> None:
        self.handle = handle
        self.known = known

    def read(self, payload: Any) -> Any:
        """The value of parsed JSON. Raises Unreadable; MemoryError and a timeout's exception pass through."""
        try:
            return self.decode(payload)
        except MemoryError:
            raise
        except Exception as error:
            # Libraries raise whatever they like for nonsense.
            raise Unreadable(f"{type(error).__name__}: {error}") from None

    def decode(self, value: Any) -> Any:
        kind = type(value)
        if kind is list:
            decode = self.decode
            return [decode(item) for item in value]
        if kind is dict:
            ((tag, payload),) = value.items()
            return _DECODERS[tag](self, payload)
        return value

    def pairs(self, value: list) -> list:
        decode = self.decode
        return [(decode(key), decode(item)) for key, item in value]


def _builtin_type(name: str) -> type:
    kind = getattr(builtins, name)
    if not isinstance(kind, type):
        raise TypeError(f"{name} is no type")
    return kind


_named_tuples: dict[tuple, type] = {}


def _named(decoder: Decoder, payload: list) -> Any:
    name, fields, values = payload
    if type(name) is not str or type(fields) is not list or not all(type(field) is str for field in fields):
        raise TypeError("a named tuple has a name and a list of names")
    key = (name, *fields)
    kind = _named_tuples.get(key)
    if kind is None:
        if len(_named_tuples) > 1000:
            _named_tuples.clear()
        kind = _named_tuples[key] = collections.namedtuple(name, fields)
    decoded = decoder.decode(values)
    return kind(*[not_asked_to_judge(name, field, value) for field, value in zip(fields, decoded, strict=True)])


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("an integer was expected")
    return value


def _read_zone(value: Any) -> datetime.tzinfo | None:
    if value is None:
        return None
    if isinstance(value, str):
        import zoneinfo

        return zoneinfo.ZoneInfo(value)
    return datetime.timezone(datetime.timedelta(seconds=value))


def _not_a_number(library: str) -> float:
    if library not in LIBRARIES_WITH_NAN:
        raise TypeError(f"{library} has none")
    return sys.modules[library].nan


_DECODERS: dict[str, Callable[[Decoder, Any], Any]] = {
    "nan": lambda _decoder, payload: _not_a_number(payload),
    "i": lambda _decoder, payload: int(payload, 16),
    # One item after the other: a set of colliding numbers can be interrupted that way.
    "tuple": lambda decoder, payload: tuple([decoder.decode(item) for item in payload]),
    "dict": lambda decoder, payload: {key: item for key, item in decoder.pairs(payload)},
    "set": lambda decoder, payload: {decoder.decode(item) for item in payload},
    "frozenset": lambda decoder, payload: frozenset({decoder.decode(item) for item in payload}),
    "bytes": lambda _decoder, payload: binascii.a2b_base64(payload),
    "bytearray": lambda _decoder, payload: bytearray(binascii.a2b_base64(payload)),
    "complex": lambda _decoder, payload: complex(float(payload[0]), float(payload[1])),
    "range": lambda decoder, payload: range(*[_integer(part) for part in decoder.decode(payload)]),
    "slice": lambda decoder, payload: slice(*decoder.decode(payload)),
    "ellipsis": lambda _decoder, _payload: ...,
    "type": lambda _decoder, payload: _builtin_type(payload),
    "keys": lambda decoder, payload: {decoder.decode(item): None for item in payload}.keys(),
    "values": lambda decoder, payload: dict(enumerate(decoder.decode(payload))).values(),
    "items": lambda decoder, payload: {key: item for key, item in decoder.decode(payload)}.items(),
    "ordered": lambda decoder, payload: collections.OrderedDict(decoder.pairs(payload)),
    "counter": lambda decoder, payload: collections.Counter(dict(decoder.pairs(payload))),
    "default": lambda decoder, payload: collections.defaultdict(
        None if payload[0] is None else _builtin_type(payload[0]), decoder.pairs(payload[1])
    ),
    "deque": lambda decoder, payload: collections.deque(decoder.decode(payload[0]), payload[1]),
    "datetime": lambda _decoder, payload: datetime.datetime.fromisoformat(payload[0]).replace(
        fold=payload[1], tzinfo=_read_zone(payload[2])
    ),
    "date": lambda _decoder, payload: datetime.date.fromisoformat(payload),
    "time": lambda _decoder, payload: datetime.time.fromisoformat(payload[0]).replace(
        fold=payload[1], tzinfo=_read_zone(payload[2])
    ),
    "timedelta": lambda _decoder, payload: datetime.timedelta(*payload),
    "timezone": lambda _decoder, payload: _read_zone(payload),
    "numbers": lambda _decoder, payload: array.array(payload[0], binascii.a2b_base64(payload[1])),
    "decimal": lambda _decoder, payload: decimal.Decimal(payload),
    "fraction": lambda decoder, payload: fractions.Fraction(*[_integer(part) for part in decoder.decode(payload)]),
    "uuid": lambda _decoder, payload: uuid.UUID(hex=payload),
    "named": _named,
    "handle": lambda decoder, payload: decoder.handle(payload),
    "known": lambda decoder, payload: decoder.known(_integer(payload)),
    "array": lambda decoder, payload: codec_arrays.decode(decoder, payload),
}
