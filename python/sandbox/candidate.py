"""The candidate's process: runs the hostile program, then answers what the tester asks about its functions and values.

Nothing in here protects anything: the candidate can change all of it. The tester believes only what the codec can carry.
"""

import builtins
import collections
import marshal
import resource
import sys
import types
from collections.abc import Callable
from typing import Any

from arguments import Snapshot, mutable_objects, unpack
from channel import MOST_BYTES, Channel
from codec import Encoder, to_json
from operations import MODULE, OPERATIONS

MODULE_NUMBER = 0
SOURCE_NAME = "<candidate>"
#: Modules without state, whose functions and classes the tester takes from its own copy when a test gets them from the
#: candidate by name.
PURE_MODULES = frozenset(
    "bisect collections copy datetime fractions functools heapq itertools math operator re statistics string typing".split()
)
#: Modules that the tester has and that a test may use although only the candidate imports them.
SHARED_MODULES = PURE_MODULES | frozenset("cmath decimal json numpy pandas random sys time torch".split())

_CONTAINERS = (list, dict, set, tuple, collections.deque)
_METHODS = (types.FunctionType, property, staticmethod, classmethod)
_CONTAINER_PROTOCOL = frozenset("__contains__ __delitem__ __getitem__ __iter__ __len__ __missing__ __setitem__".split())


def limit_candidate(cpu_limits: tuple[int, int], most_bytes: int, most_tasks: int) -> None:
    """CPU time (in seconds, at which SIGXCPU and SIGKILL come), address space and tasks of its user, for good."""
    resource.setrlimit(resource.RLIMIT_CPU, cpu_limits)
    resource.setrlimit(resource.RLIMIT_NPROC, (most_tasks, most_tasks))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))


def keep_usual_recursion_limit(above: int) -> None:
    """The frames below the candidate are not the candidate's: it gets the depth that it has in a plain interpreter.

    `above`: how many there are to come between the caller and the candidate.
    """
    depth = above
    frame = sys._getframe()
    while frame is not None:
        depth += 1
        frame = frame.f_back
    del frame
    sys.setrecursionlimit(1000 + depth)


def describe_error(error: BaseException) -> list:
    """[type name, message, names of its types from near to far, line in the candidate or null, plain arguments]."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SOURCE_NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        message = str(error)[:1000]
    except BaseException:
        message = ""
    arguments = getattr(error, "args", ())
    if not all(type(item) in (str, int, float, bool, type(None)) for item in arguments) or len(arguments) > 10:
        arguments = (message,)
    names = [kind.__name__ for kind in type(error).__mro__]
    return [type(error).__name__, message, names, line, list(arguments)]


def _has_behaviour(value: Any) -> bool:
    """Whether it is a container of a class of the program's, which does something that the built-in one does not."""
    return isinstance(value, _CONTAINERS) and any(
        isinstance(member, _METHODS) and (name in _CONTAINER_PROTOCOL or not name.startswith("_"))
        for kind in type(value).__mro__
        if kind.__module__ == MODULE
        for name, member in vars(kind).items()
    )


class Server:
    """Runs the program, and answers requests about its objects until the tester hangs up.

    Made before the fork: a candidate pays for every page that it writes.
    """

    def __init__(self) -> None:
        module = types.ModuleType(MODULE)
        module.__dict__["__builtins__"] = builtins
        self._module = module
        self._namespace = module.__dict__
        self._channel: Any = None
        #: By number; the module is known to the tester from the start.
        self._objects: list[Any] = [module]
        self._numbers: dict[int, int] = {id(module): MODULE_NUMBER}
        self._classes: dict[str, type] = {}
        #: Identities of own objects that the tester named: they are not copies, so nothing has to be copied back.
        self._named: set[int] = set()
        #: By identity: exceptions that the test's own functions raised, with the tester's numbers for them.
        self._test_errors: dict[int, tuple[int, BaseException]] = {}
        self._encoder = Encoder(self._keep)

    def appear(self) -> None:
        """The program's module is the one that is found by its name: by pickle, dataclasses and type hints."""
        sys.modules[MODULE] = self._module

    def names(self, wanted: list[str]) -> dict[str, Any]:
        """Descriptions of the candidate's global values that the test may want."""
        return {name: self._name(self._namespace[name]) for name in wanted if name in self._namespace}

    def send(self, answer: dict[str, Any]) -> None:
        payload = to_json(answer).encode("ascii")
        if len(payload) > MOST_BYTES:
            error = ValueError(f"the value is too large for a test: {len(payload)} bytes")
            payload = to_json({"error": describe_error(error), "class": "ValueError"}).encode("ascii")
        self._channel.send(payload)

    def run(self, channel: Channel, code: bytes, wanted: list[str]) -> None:
        """Reports which of the wanted names the program defined, and serves. Does not return."""
        self._channel = channel
        try:
            exec(marshal.loads(code), self._namespace)
            answer = {"names": self.names(wanted)}
        except BaseException as error:
            answer = {"error": describe_error(error)}
        self.send(answer)
        while True:
            self.send(self._answer(channel.receive()))

    def _name(self, value: Any) -> Any:
        if type(value) is types.ModuleType:
            return {"module": value.__name__}
        module = getattr(value, "__module__", None)
        if module in PURE_MODULES and callable(value):
            name = getattr(value, "__name__", "")
            if getattr(sys.modules.get(module), name, None) is value:
                return {"shared": [module, name]}
        return self._encode(value)

    def _encode(self, value: Any) -> Any:
        """As a value where that is possible; what is nested too deeply or contains itself stays here."""
        try:
            return self._encoder.encode(value)
        except Exception:
            return {"handle": self._keep(value)}

    def _keep(self, value: Any) -> list:
        """The description of a handle: [number, kind, type name, bases of an exception class]."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        if isinstance(value, type):
            bases = self._error_bases(value) if issubclass(value, Exception) else []
            return [number, "class", value.__name__, bases]
        kind = "container" if isinstance(value, _CONTAINERS) else "object"
        if callable(value):
            kind = "function"
        elif hasattr(type(value), "__await__"):
            kind = "awaitable"
        elif hasattr(type(value), "__next__"):
            kind = "iterator"
        return [number, kind, type(value).__name__, []]

    def _error_class(self, kind: type) -> Any:
        """An exception class, as the tester's `exceptions.py` reads it."""
        name, module = kind.__name__, kind.__module__
        if module == "builtins":
            return name
        is_library = module != MODULE and getattr(sys.modules.get(module), name, None) is kind
        return [module if is_library else self._keep(kind)[0], name, self._error_bases(kind)]

    def _error_bases(self, kind: type) -> list:
        return [self._error_class(base) for base in kind.__bases__ if issubclass(base, BaseException)]

    def _answer(self, request: bytes) -> dict[str, Any]:
        encoder = self._encoder
        known: dict[int, int] = {}
        before: list[Snapshot] = []
        try:
            target, operation, arguments, keywords = unpack(request, self._resolve)
            subject = self._objects[target]
            mutable = mutable_objects((arguments, keywords), MODULE, self._named)
            if mutable:
                known = {id(value): number for number, value in enumerate(mutable)}
                before = [Snapshot(value) for value in mutable]
            outer, encoder.known = encoder.known, known
            try:
                result = OPERATIONS[operation](subject, *arguments, **keywords)
                is_made = operation == "call" and isinstance(subject, type) and _has_behaviour(result)
                answer = {"result": {"handle": self._keep(result)} if is_made else self._encode(result)}
                if before:
                    self._add_changes(answer, before)
                return answer
            finally:
                encoder.known = outer
        except BaseException as error:
            return self._error_answer(error, before, known)

    def _error_answer(self, error: BaseException, before: list[Snapshot], known: dict[int, int]) -> dict[str, Any]:
        answer: dict[str, Any] = {"error": describe_error(error), "class": self._error_class(type(error))}
        if vars(error):
            answer["attributes"] = {"dict": [[name, self._encode(value)] for name, value in vars(error).items()]}
        if id(error) in self._test_errors:
            answer["of test"] = self._test_errors[id(error)][0]
        if before:
            outer, self._encoder.known = self._encoder.known, known
            try:
                self._add_changes(answer, before)
            except BaseException:
                pass
            finally:
                self._encoder.known = outer
        return answer

    def _add_changes(self, answer: dict[str, Any], before: list[Snapshot]) -> None:
        encoder = self._encoder
        changes = []
        for number, snapshot in enumerate(before):
            if snapshot.changed():
                value = snapshot.value
                is_instance = type(value).__module__ == MODULE and hasattr(value, "__dict__")
                contents = encoder.encode(dict(vars(value))) if is_instance else encoder.encode_known(value)
                changes.append([number, contents])
        if changes:
            answer["changes"] = changes

    def _resolve(self, reference: tuple) -> Any:
        kind, key = reference
        if kind == "handle":
            self._named.add(id(self._objects[key]))
            return self._objects[key]
        if kind == "class":
            return self._class(key)
        if kind == "callback":
            return self._callback(*key)
        return self._iterate(key)

    def _class(self, name: str) -> type:
        """The candidate's own class of that name, else an empty one: the test's class stays in the tester."""
        own = self._namespace.get(name)
        if isinstance(own, type):
            return own
        if name not in self._classes:
            self._classes[name] = type(name, (), {"__module__": MODULE})
        return self._classes[name]

    def _callback(self, key: int, name: str, text: str | None) -> Callable:
        """A function of the test's, which a decorator may ask for its name."""

        def call(*arguments: Any, **keywords: Any) -> Any:
            return self._call_back(key, arguments, keywords)

        call.__name__ = call.__qualname__ = name
        call.__doc__ = text
        return call

    def _iterate(self, key: int) -> Any:
        while True:
            try:
                yield self._call_back(key, (), {})
            except StopIteration:
                return

    def _call_back(self, key: int, arguments: tuple, keywords: dict) -> Any:
        encode = self._encoder.encode
        self.send({"callback": [key, [encode(item) for item in arguments], encode(keywords)]})
        while True:
            message = self._channel.receive()
            if message[:1] == b"R":
                return unpack(message[1:], self._resolve)
            if message[:1] == b"E":
                number, error = unpack(message[1:], self._resolve)
                self._test_errors[id(error)] = (number, error)
                raise error
            self.send(self._answer(message))
