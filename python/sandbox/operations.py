"""What the tester can ask about an object of the candidate, by name."""

import operator
from collections.abc import Callable
from typing import Any

#: The program's.
MODULE = "__candidate__"


#: By identity of their iterators: exceptions that came after items which the test has to get first.
_late_errors: dict[int, Exception] = {}


def _next(iterator: Any, most: int) -> list:
    """Up to `most` items, and whether the end was reached."""
    if id(iterator) in _late_errors:
        raise _late_errors.pop(id(iterator))
    if type(iterator).__module__ == MODULE:
        # A test can see how far an object of the program's is.
        most = 1
    items = []
    try:
        for item in iterator:
            items.append(item)
            if len(items) >= most:
                return [items, False]
    except Exception as error:
        if not items:
            raise
        _late_errors[id(iterator)] = error
        return [items, False]
    return [items, True]


_event_loops: list[Any] = []


def _await(awaitable: Any) -> Any:
    """Its result. One event loop for all of them: locks, queues and tasks belong to the loop that they were made in."""
    import asyncio

    if not _event_loops:
        _event_loops.append(asyncio.new_event_loop())

    async def wait() -> Any:
        return await awaitable

    return _event_loops[0].run_until_complete(wait())


def _exit(subject: Any, name: str, error: BaseException | None) -> Any:
    return getattr(type(subject), name)(subject, None if error is None else type(error), error, None)


OPERATIONS: dict[str, Callable] = {
    "call": lambda subject, *arguments, **keywords: subject(*arguments, **keywords),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contents": lambda subject: subject,
    "contains": operator.contains,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "iter": iter,
    "next": _next,
    "await": _await,
    "enter": lambda subject: type(subject).__enter__(subject),
    "exit": lambda subject, error: _exit(subject, "__exit__", error),
    "aenter": lambda subject: type(subject).__aenter__(subject),
    "aexit": lambda subject, error: _exit(subject, "__aexit__", error),
    "aiter": lambda subject: type(subject).__aiter__(subject),
    "anext": lambda subject: type(subject).__anext__(subject),
    "isinstance": lambda subject, value: isinstance(value, subject),
    "issubclass": lambda subject, value: issubclass(value, subject),
}
