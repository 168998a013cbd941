"""How the tester packs what it sends to a candidate (see `arguments.py`): by marshal where that is faithful, else by pickle."""

import io
import marshal
import pickle
import types
from collections.abc import Callable
from typing import Any

from codec import SCALARS

_PLAIN_CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
#: Most of what a data frame is pickled as; the pickler asks about each piece.
_ORDINARY = SCALARS | _PLAIN_CONTAINERS


def is_plain(value: Any) -> bool:
    """Whether marshal carries the value faithfully. (It would turn arrays and bytearrays into bytes.)"""
    kind = type(value)
    if kind in SCALARS:
        return True
    if kind not in _PLAIN_CONTAINERS:
        return False
    if kind is dict:
        return not value or (all(map(is_plain, value.keys())) and all(map(is_plain, value.values())))
    return SCALARS.issuperset(map(type, value)) or all(map(is_plain, value))


class TestObjectPickler(pickle.Pickler):
    """Sends what only exists in the tester by reference: remote objects, and the test's own functions and classes."""

    def __init__(self, stream: io.BytesIO, module: str, refer: Callable[[Any], tuple | None]) -> None:
        super().__init__(stream, protocol=4)
        self._module = module
        self._refer = refer

    def persistent_id(self, value: Any) -> Any:
        if type(value) in _ORDINARY:
            return None
        reference = self._refer(value)
        if reference is not None:
            return reference
        if self._is_own_function(value):
            return ("callback", (self._refer_callable(value)[1], value.__name__, value.__doc__))
        if isinstance(value, types.GeneratorType):
            return ("iterator", self._refer_callable(lambda: next(value))[1])
        if isinstance(value, type) and value.__module__ == self._module:
            return ("class", value.__name__)
        return None

    def _is_own_function(self, value: Any) -> bool:
        """A function of the test, or a method of an object that the test has, such as `seen.append`."""
        if isinstance(value, types.BuiltinMethodType):
            return not isinstance(value.__self__, (types.ModuleType, type, types.NoneType))
        return isinstance(value, (types.FunctionType, types.MethodType)) and value.__module__ == self._module

    def _refer_callable(self, function: Callable) -> tuple:
        reference = self._refer(Callback(function))
        assert reference is not None
        return reference


class Callback:
    """Marks a function that the candidate may call and the tester runs."""

    def __init__(self, function: Callable) -> None:
        self.function = function


def pack(value: Any, module: str, refer: Callable[[Any], tuple | None]) -> bytes:
    """`value`, as one byte of kind and what follows. Raises what pickle raises for what cannot be sent."""
    if is_plain(value):
        try:
            return b"M" + marshal.dumps(value)
        except ValueError:
            pass  # too deep for marshal
    stream = io.BytesIO()
    TestObjectPickler(stream, module, refer).dump(value)
    return b"P" + stream.getvalue()
