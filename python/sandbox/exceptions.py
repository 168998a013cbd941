"""The tester's twins of the exceptions that a candidate raises, so that a test can catch them and look at them."""

import builtins
import sys
from typing import Any

#: Whose exception classes a test may catch by name. Their modules are not imported for it: a test that names them has.
_LIBRARIES = frozenset(
    "asyncio binascii configparser copy csv dataclasses decimal graphlib ipaddress json numpy pandas queue re sre_constants"
    " statistics struct subprocess torch zoneinfo".split()
)
_MOST_NAME = 200


def _message(error: Exception) -> str:
    """What the candidate's own `__str__` said, where that is not what the arguments say."""
    said = vars(error).get("_message")
    return said if isinstance(said, str) else super(_first_known(type(error)), error).__str__()


def _first_known(kind: type) -> type:
    """The last twin in the order of the class's types: what follows is the interpreter's own or a library's."""
    return [each for each in kind.__mro__ if "_is_twin" in vars(each)][-1]


class ExceptionClasses:
    """Twins by the candidate's numbers. A class is described as [number, name, descriptions of its bases], one of a
    library's with its module in the number's place, one of the interpreter's as its name alone."""

    def __init__(self) -> None:
        self._twins: dict[int, type[Exception]] = {}

    def read(self, description: Any) -> type[Exception]:
        """Raises TypeError, ValueError or RecursionError for what is no description."""
        if isinstance(description, str):
            return _builtin_error(description)
        number, name, bases = description
        if type(name) is not str or not bases:
            raise TypeError("a class has a name and bases")
        if type(number) is str:
            return _library_error(number, name) or self.read(bases[0])
        if type(number) is not int:
            raise TypeError("a class has a number")
        if number not in self._twins:
            self._twins[number] = _twin(name[:_MOST_NAME], tuple(dict.fromkeys(map(self.read, bases))))
        return self._twins[number]


def _twin(name: str, bases: tuple) -> type[Exception]:
    namespace = {"_is_twin": True, "__str__": _message}
    try:
        return type(name, bases, namespace)
    except TypeError:
        # What is no exception here became `Exception`, which may stand before its own subclass.
        return type(name, bases[-1:], namespace)


def _builtin_error(name: str) -> type[Exception]:
    kind = getattr(builtins, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else Exception


def _library_error(module: str, name: str) -> type[Exception] | None:
    """The library's own class, if the tester has it."""
    if module.partition(".")[0] not in _LIBRARIES:
        return None
    kind = getattr(sys.modules.get(module), name, None)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else None


def make(kind: type[Exception], arguments: list, message: Any, attributes: Any) -> Exception:
    """An exception as the test sees it: with the candidate's arguments, attributes and message."""
    try:
        error = kind(*arguments)
    except Exception:
        error = _bare(kind, arguments)
    if type(attributes) is dict:
        # Data only: a function of the candidate's would answer what the test asks.
        vars(error).update({name: value for name, value in attributes.items() if type(name) is str and not callable(value)})
    if hasattr(kind, "_is_twin") and type(message) is str and str(error) != message:
        vars(error)["_message"] = message
    return error


def _bare(kind: type[Exception], arguments: list) -> Exception:
    """An exception whose class does not take these arguments: without asking it, else (as with a group) of the nearest kind that does."""
    try:
        error = Exception.__new__(kind)
        error.args = tuple(arguments)
        return error
    except TypeError:
        return Exception(*arguments)
