"""What a test sees of objects that stayed in the candidate's process.

Two of them are equal when they are the same object there: no `__eq__`, no ordering and no arithmetic of the candidate's
making can take part in a comparison. Nor can an object take the place of a text, a set or a data frame and answer what is
asked of those (`equals`, `startswith`, `issubset`): such methods are asked with arguments only of objects that the test
made itself, by calling a class that it names.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from codec import SCALARS

#: Requests by which `object.__getattribute__` is all that is asked of the candidate's side.
_FIRST_ITEMS, _MOST_ITEMS = 16, 256


#: Methods of containers that change them or fetch from them: whatever they answer, it is compared afterwards.
_HARMLESS = frozenset(
    "add append appendleft clear discard extend extendleft get insert pop popleft push put remove set setdefault update".split()
)


@functools.cache
def _built_in_methods() -> frozenset[str]:
    """Names of the methods of types that a test may take a result for."""
    types = [str, bytes, set, frozenset, list, tuple, dict, int, float]
    for module, names in (("numpy", ("ndarray",)), ("pandas", ("DataFrame", "Series", "Index")), ("torch", ("Tensor",))):
        if module in sys.modules:
            types += [getattr(sys.modules[module], name) for name in names]
    found = {name for kind in types for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name, None))}
    return frozenset(found - _HARMLESS | {"equals"})


class Remote:
    """An object of the candidate. `_ask(operation, *arguments)` sends a request about it."""

    def __init__(self, number: int, type_name: str, request: Callable) -> None:
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_type_name", type_name)
        object.__setattr__(self, "_request", request)
        object.__setattr__(self, "_made_by_test", False)

    def _ask(self, operation: str, *arguments: Any) -> Any:
        return self._request(self._number, operation, arguments, {})

    def __getattr__(self, name: str) -> Any:
        # Protocols that libraries look for (`__array__`, `__len__`…) are not the candidate's to answer.
        if name.startswith("__") and name not in ("__name__", "__doc__", "__dict__", "__qualname__"):
            raise AttributeError(name)
        value = self._ask("getattr", name)
        return value if self._made_by_test else not_asked_to_judge(self._type_name, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("setattr", name, value)

    def __delattr__(self, name: str) -> None:
        self._ask("delattr", name)

    def __getitem__(self, key: Any) -> Any:
        return self._ask("getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask("setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        self._ask("delitem", key)

    def __len__(self) -> int:
        length = self._ask("len")
        if type(length) is not int:
            raise TypeError("the length is not an integer")
        return length

    def __bool__(self) -> bool:
        return self._ask("bool") is True

    def __str__(self) -> str:
        return str(self._ask("str"))

    def __repr__(self) -> str:
        return str(self._ask("repr"))

    def __iter__(self) -> Iterator:
        iterator = self._ask("iter")
        return iterator if isinstance(iterator, RemoteIterator) else iter(iterator)

    def __enter__(self) -> Any:
        return self._ask("enter")

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> bool:
        """Tells it what happened and not asks whether that matters: it could swallow the test's assertions."""
        if error is None or isinstance(error, Exception):
            try:
                self._ask("exit", _plain_error(error))
            except Exception:
                if not isinstance(error, AssertionError):
                    raise
        return False

    def __aenter__(self) -> Any:
        return self._ask("aenter")

    async def __aexit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> bool:
        if error is None or isinstance(error, Exception):
            try:
                await self._ask("aexit", _plain_error(error))
            except Exception:
                if not isinstance(error, AssertionError):
                    raise
        return False

    def __aiter__(self) -> Any:
        return self._ask("aiter")

    def __anext__(self) -> Any:
        return self._ask("anext")

    def __contains__(self, wanted: Any) -> bool:
        if self._made_by_test:
            return self._ask("contains", wanted) is True
        # By its items, which the candidate has to name without seeing what is looked for.
        return any(item is wanted or item == wanted for item in self)


class RemoteFunction(Remote):
    """Something that can be called."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._request(self._number, "call", arguments, keywords)


def _plain_error(error: Exception | None) -> Exception | None:
    """An exception that can be sent: of the nearest built-in type."""
    if error is None:
        return None
    kind = next(each for each in type(error).__mro__ if each.__module__ == "builtins")
    is_plain = SCALARS.issuperset(map(type, error.args))
    try:
        return kind(*error.args) if is_plain else kind(str(error))
    except TypeError:
        return RuntimeError(str(error))


def not_asked_to_judge(type_name: str, name: str, value: Any) -> Any:
    """The attribute of that name, so that it can take no part in a comparison: as a method it is called without arguments.

    It need not be a function of the candidate's: any type answers `equals(5)` with something that is true.
    """
    return _WithoutArguments(type_name, name, value) if callable(value) and name in _built_in_methods() else value


class _WithoutArguments:
    """A method that is not told what its answer is compared with."""

    def __init__(self, type_name: str, name: str, method: Callable) -> None:
        self._name = f"{type_name}.{name}"
        self._method = method

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if arguments or keywords:
            raise TypeError(f"{self._name} of an object that the test did not make is not asked to judge a value")
        return self._method()


class RemoteClass(RemoteFunction):
    """A class; `isinstance` and `issubclass` ask the candidate about its own objects only."""

    def __init__(self, number: int, type_name: str, request: Callable) -> None:
        super().__init__(number, type_name, request)
        #: The test asks for a class by this name, and not for a function: what it makes is what the test wants.
        object.__setattr__(self, "_is_wanted", False)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        made = super().__call__(*arguments, **keywords)
        if isinstance(made, Remote) and self._is_wanted:
            object.__setattr__(made, "_made_by_test", True)
        return made

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Remote) and self._ask("isinstance", value) is True

    def __subclasscheck__(self, value: Any) -> bool:
        return isinstance(value, Remote) and self._ask("issubclass", value) is True


class RemoteContainer(Remote):
    """A list, dictionary, set or tuple with methods of its own, made by the test. Its contents are compared here."""

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, RemoteContainer):
            other = other._ask("contents")
        return self._ask("contents") == other

    def __hash__(self) -> int:
        return hash(self._ask("contents"))


class RemoteIterator(Remote):
    """An iterator. Items are fetched in growing chunks, one by one to begin with, so that endless ones work too."""

    def __init__(self, number: int, type_name: str, request: Callable) -> None:
        super().__init__(number, type_name, request)
        object.__setattr__(self, "_items", self._fetch())

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return next(self._items)

    def _fetch(self) -> Iterator:
        fetched = 0
        while True:
            most = 1 if fetched < _FIRST_ITEMS else min(fetched, _MOST_ITEMS)
            items, ended = self._ask("next", most)
            if type(items) is not list:
                raise TypeError("a list of items was expected")
            fetched += len(items)
            yield from items
            if ended:
                return


class RemoteAwaitable(Remote):
    """What an asynchronous function of the candidate gives: a coroutine that is over at its first step.

    The candidate runs it in an event loop of its own, while the test's waits.
    """

    def send(self, _value: Any) -> Any:
        raise StopIteration(self._ask("await"))

    def throw(self, error: Any, *_rest: Any) -> Any:
        raise error

    def close(self) -> None:
        """Nothing of it is under way here."""

    def __await__(self) -> Iterator:
        return self

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return self.send(None)


KINDS: dict[str, type[Remote]] = {
    "object": Remote,
    "container": RemoteContainer,
    "function": RemoteFunction,
    "class": RemoteClass,
    "iterator": RemoteIterator,
    "awaitable": RemoteAwaitable,
}

for _kind in KINDS.values():
    # The candidate's text, and not what is written here.
    _kind.__doc__ = property(lambda self: self._ask("getattr", "__doc__"))
