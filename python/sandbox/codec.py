"""Values that cross from a candidate to the tester, as JSON.

The tester builds exact built-in types from it and never anything of the candidate's making, so that no comparison in a
test can run the candidate's code. A subclass is reduced to the nearest type known here. What is left over stays with the
candidate and crosses as a handle (see `remote.py`).

A scalar is itself and a list is a list; everything else is an object with one key, the tag. Arrays and data frames are in
`codec_arrays.py`, the way back in `decoder.py`.
"""

import binascii
import builtins
import collections
import json
import sys
from collections.abc import Callable
from types import FunctionType, NoneType
from typing import Any

import codec_arrays

MOST_DEPTH = 150
LIBRARIES_WITH_NAN = ("math", "numpy")
_INTEGER_BOUND = 1 << 63


class Unreadable(Exception):
    """What arrived is not what an encoder would have sent."""


class TooDeep(ValueError):
    """A value is nested too deeply, or contains itself."""


class Encoder:
    """The candidate's side. `keep` gives the description of a handle for an object that cannot cross."""

    def __init__(self, keep: Callable[[Any], list]) -> None:
        self._keep = keep
        #: By identity: objects that the tester sent and still has, with their numbers.
        self.known: dict[int, int] = {}

    def encode(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is float:
            return value if value == value else _not_a_number(value)
        if kind is int:
            return value if -_INTEGER_BOUND < value < _INTEGER_BOUND else {"i": hex(value)}
        if self.known and id(value) in self.known:
            return {"known": self.known[id(value)]}
        if depth > MOST_DEPTH:
            raise TooDeep("the value is nested too deeply")
        encode = _ENCODERS.get(kind)
        if encode is not None:
            return encode(self, value, depth + 1)
        return self._encode_other(value, kind, depth + 1)

    def encode_known(self, value: Any) -> Any:
        """The contents of an object that the tester has, which `encode` would only name."""
        number = self.known.pop(id(value))
        try:
            return self.encode(value)
        finally:
            self.known[id(value)] = number

    def _encode_other(self, value: Any, kind: type, depth: int) -> Any:
        arrays = codec_arrays.encode(self, value, depth)
        if arrays is not None:
            return arrays
        if isinstance(value, type):
            if getattr(builtins, kind_name := value.__name__, None) is value:
                return {"type": kind_name}
            return {"handle": self._keep(value)}
        if issubclass(kind, tuple) and kind.__bases__ == (tuple,) and hasattr(kind, "_fields"):
            values = [self.encode(item, depth) for item in tuple.__iter__(value)]
            return {"named": [str(kind.__name__), [str(field) for field in kind._fields], values]}
        for base in kind.__mro__:
            encode = _ENCODERS.get(base) or _library_encoder(base)
            if encode is not None:
                return encode(self, value, depth)
        return {"handle": self._keep(value)}


def _list(encoder: Encoder, value: list, depth: int) -> list:
    encode = encoder.encode
    return [encode(item, depth) for item in list.__iter__(value)]


def _pairs(encoder: Encoder, value: dict, depth: int, kind: type[dict] = dict) -> list:
    encode = encoder.encode
    return [[encode(key, depth), encode(item, depth)] for key, item in kind.items(value)]


def _tagged_items(tag: str, iterate: Callable) -> Callable:
    def encode_items(encoder: Encoder, value: Any, depth: int) -> dict:
        encode = encoder.encode
        return {tag: [encode(item, depth) for item in iterate(value)]}

    return encode_items


def _factory(value: collections.defaultdict) -> str | None:
    factory = value.default_factory
    known = isinstance(factory, type) and getattr(builtins, factory.__name__, None) is factory
    return factory.__name__ if known else None


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _not_a_number(value: float) -> Any:
    """`[math.nan] == [math.nan]` holds because it is one object: a library's own has to stay that."""
    for library in LIBRARIES_WITH_NAN:
        if value is getattr(sys.modules.get(library), "nan", None):
            return {"nan": library}
    return value


_ENCODERS: dict[type, Callable[[Encoder, Any, int], Any]] = {
    str: lambda _encoder, value, _depth: str.__str__(value),
    float: lambda encoder, value, depth: encoder.encode(float.__float__(value), depth),
    int: lambda encoder, value, depth: encoder.encode(int.__int__(value), depth),
    list: _list,
    tuple: _tagged_items("tuple", tuple.__iter__),
    dict: lambda encoder, value, depth: {"dict": _pairs(encoder, value, depth)},
    set: _tagged_items("set", set.__iter__),
    frozenset: _tagged_items("frozenset", frozenset.__iter__),
    bytes: lambda _encoder, value, _depth: {"bytes": _text(bytes(value))},
    bytearray: lambda _encoder, value, _depth: {"bytearray": _text(bytes(value))},
    complex: lambda _encoder, value, _depth: {"complex": [value.real, value.imag]},
    range: lambda encoder, value, depth: {
        "range": [encoder.encode(part, depth) for part in (value.start, value.stop, value.step)]
    },
    slice: lambda encoder, value, depth: {
        "slice": [encoder.encode(part, depth) for part in (value.start, value.stop, value.step)]
    },
    FunctionType: lambda encoder, value, _depth: {"handle": encoder._keep(value)},
    type(...): lambda _encoder, _value, _depth: {"ellipsis": None},
    type({}.keys()): _tagged_items("keys", iter),
    type({}.values()): _tagged_items("values", iter),
    type({}.items()): _tagged_items("items", iter),
    # In its own order, of which the dictionary that it is knows nothing.
    collections.OrderedDict: lambda encoder, value, depth: {
        "ordered": _pairs(encoder, value, depth, collections.OrderedDict)
    },
    collections.Counter: lambda encoder, value, depth: {"counter": _pairs(encoder, value, depth)},
    collections.defaultdict: lambda encoder, value, depth: {
        "default": [_factory(value), _pairs(encoder, value, depth)]
    },
    collections.deque: lambda encoder, value, depth: {
        "deque": [[encoder.encode(item, depth) for item in collections.deque.__iter__(value)], value.maxlen]
    },
}


def _zone(zone: Any) -> Any:
    if zone is None:
        return None
    key = getattr(zone, "key", None)
    if isinstance(key, str):
        return str(key)
    offset = zone.utcoffset(None)
    if offset is None:
        raise ValueError("a time zone that cannot be described")
    return offset.total_seconds()


def _datetime(_encoder: Encoder, value: Any, _depth: int) -> dict:
    kind = sys.modules["datetime"].datetime
    naive = kind.replace(value, tzinfo=None)
    return {"datetime": [kind.isoformat(naive), value.fold, _zone(value.tzinfo)]}


def _time(_encoder: Encoder, value: Any, _depth: int) -> dict:
    kind = sys.modules["datetime"].time
    naive = kind.replace(value, tzinfo=None)
    return {"time": [kind.isoformat(naive), value.fold, _zone(value.tzinfo)]}


# By name: a zygote need not have loaded these modules for candidates that do not use them.
_LIBRARY_ENCODERS: dict[str, Callable[[Encoder, Any, int], Any]] = {
    "array.array": lambda _encoder, value, _depth: {"numbers": [value.typecode, _text(value.tobytes())]},
    "datetime.datetime": _datetime,
    "datetime.date": lambda _encoder, value, _depth: {"date": sys.modules["datetime"].date.isoformat(value)},
    "datetime.time": _time,
    "datetime.timedelta": lambda _encoder, value, _depth: {
        "timedelta": [value.days, value.seconds, value.microseconds]
    },
    "datetime.timezone": lambda _encoder, value, _depth: {"timezone": _zone(value)},
    "decimal.Decimal": lambda _encoder, value, _depth: {"decimal": sys.modules["decimal"].Decimal.__str__(value)},
    "fractions.Fraction": lambda encoder, value, depth: {
        "fraction": [encoder.encode(value.numerator, depth), encoder.encode(value.denominator, depth)]
    },
    "uuid.UUID": lambda _encoder, value, _depth: {"uuid": value.hex},
}


def _library_encoder(kind: type) -> Callable | None:
    """The encoder of one of the standard library's types, if that is what `kind` is."""
    encode = _LIBRARY_ENCODERS.get(f"{kind.__module__}.{kind.__name__}")
    return encode if encode and getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind else None


#: Types whose values are fully described by themselves; used to tell what can be sent by marshal.
SCALARS = frozenset({str, int, float, bool, NoneType, bytes, complex})


def _json_writer() -> Callable[[Any], str]:
    """`json` makes the encoder that is written in C anew for every value; one is enough."""
    encoder = json.JSONEncoder(check_circular=False, separators=(",", ":"))
    make = json.encoder.c_make_encoder
    if make is None:
        return encoder.encode
    quote = json.encoder.encode_basestring_ascii
    parts = make(None, encoder.default, quote, None, ":", ",", False, False, True)
    return lambda value: "".join(parts(value, 0))


to_json = _json_writer()

_parse = json.JSONDecoder().raw_decode


def from_json(data: bytes) -> Any:
    """Parses what a candidate sent. Raises Unreadable."""
    try:
        text = data.decode("ascii")
        value, end = _parse(text)
        if end != len(text):
            raise ValueError("more than one value")
        return value
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
