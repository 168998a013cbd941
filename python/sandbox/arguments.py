"""Arguments that a test hands to a candidate: trusted values, so marshal and pickle may carry them.

Both sides number the mutable objects among the arguments in the same order, so that the candidate can tell which of them
it changed, and that a result which is an argument stays that very object.
"""

import collections
import io
import marshal
import sys
from collections.abc import Callable
from typing import Any

from codec import SCALARS

SEQUENCES = frozenset({list, collections.deque})
MAPPINGS = frozenset({dict, collections.OrderedDict, collections.defaultdict, collections.Counter})
_MUTABLE = SEQUENCES | MAPPINGS | {set, bytearray}


def unpack(payload: bytes, resolve: Callable[[tuple], Any]) -> Any:
    """What `packing.pack` packed; `resolve` gives what a reference stands for on this side."""
    if payload[:1] == b"M":
        return marshal.loads(memoryview(payload)[1:])
    # Only now: few programs need it, and a fork costs the more the more is loaded.
    import pickle

    unpickler = pickle.Unpickler(io.BytesIO(payload[1:]))
    unpickler.persistent_load = resolve
    return unpickler.load()


def _is_array(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] in ("numpy", "pandas", "torch")


def is_number_array(value: Any) -> bool:
    """Of the standard library's `array`, which need not be loaded."""
    return type(value) is getattr(sys.modules.get("array"), "array", None)


def mutable_objects(value: Any, own_module: str, left_out: set[int]) -> list[Any]:
    """The mutable objects that can be reached from arguments, each once, in an order that both sides agree on.

    `own_module`: module of the classes whose instances count. `left_out`: identities of objects that do not.
    """
    found: list[Any] = []
    seen = set(left_out)
    waiting = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind in SCALARS or id(item) in seen:
            continue
        seen.add(id(item))
        if kind in _MUTABLE:
            found.append(item)
        if kind in SEQUENCES or kind is tuple:
            if not SCALARS.issuperset(map(type, item)):
                waiting.extend(item)
        elif kind in MAPPINGS:
            waiting.extend(item.values())
        elif _is_array(item) or is_number_array(item):
            found.append(item)
        elif getattr(kind, "__module__", None) == own_module and hasattr(item, "__dict__"):
            found.append(item)
            waiting.extend(vars(item).values())
    return found


class Snapshot:
    """What an object was before a call, shallowly, to see afterwards whether it changed."""

    def __init__(self, value: Any) -> None:
        self.value = value
        kind = type(value)
        if kind in _MUTABLE:
            self._before = value.copy()
        elif kind.__module__.startswith("pandas") and hasattr(value, "copy"):
            self._before = value.copy()
        elif is_number_array(value):
            self._before = value[:]
        elif kind.__module__ == "numpy":
            self._before = value.copy()
        elif hasattr(value, "__dict__") and not _is_array(value):
            self._before = dict(vars(value))
        else:
            self._before = value

    def changed(self) -> bool:
        value, before = self.value, self._before
        kind = type(value)
        if kind in SEQUENCES:
            return len(value) != len(before) or not all(map(_same, value, before))
        if kind in MAPPINGS:
            return _dict_changed(value, before)
        if kind is set or kind is bytearray:
            return value != before
        if is_number_array(value):
            return value.tobytes() != before.tobytes()
        if _is_array(value):
            return before is not value and _array_changed(value, before)
        return _dict_changed(vars(value), before)


def _same(one: Any, other: Any) -> bool:
    return one is other


def _dict_changed(value: dict, before: dict) -> bool:
    return (
        len(value) != len(before)
        or not all(map(_same, value.values(), before.values()))
        or not all(map(_same, value.keys(), before.keys()))
    )


def _array_changed(value: Any, before: Any) -> bool:
    try:
        if type(value).__module__ == "numpy":
            same = value.dtype == before.dtype and value.shape == before.shape
            if same and value.dtype.hasobject:
                return not all(map(_same, value.ravel().tolist(), before.ravel().tolist()))
            return not same or value.tobytes() != before.tobytes()
        if hasattr(value, "equals"):
            axes = all(one.equals(other) and one.names == other.names for one, other in zip(value.axes, before.axes))
            return not (axes and value.equals(before))
    except Exception:
        return True
    return False
