"""The tester's end of the conversation with one candidate. What comes in is hostile; what happened is kept as flags,
because a test may catch any exception."""

import collections
import pickle
import sys
from typing import Any

import codec_arrays
from arguments import MAPPINGS, SEQUENCES, is_number_array, mutable_objects
from candidate import MODULE_NUMBER, PURE_MODULES, SHARED_MODULES
from channel import Channel, Closed, TooLong
from codec import Unreadable, from_json
from decoder import Decoder
from exceptions import ExceptionClasses, make
from packing import Callback, pack
from remote import KINDS, Remote

TEST_MODULE = "__test__"


class CandidateGone(BaseException):
    """The candidate's process ended or broke the protocol: no test can go on, and none can catch it as an Exception."""


class Fault:
    """Why a candidate does not pass, as it goes into the verdict."""

    def __init__(self, exception_type: str, message: str, line: int | None = None) -> None:
        self.exception_type = exception_type
        self.message = message
        self.line = line


class Candidate:
    """Asks the candidate and keeps what has to be known for the verdict."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._remotes: dict[int, Remote] = {}
        self._exception_classes = ExceptionClasses()
        self._callbacks: list[Any] = []
        self._callback_errors: list[BaseException] = []
        #: Arguments of the calls under way, innermost last; replaced by their mutable objects when those are needed.
        self._calls: list[Any] = []
        self._decoder = Decoder(self._handle, self._known)
        #: A value or a function of the candidate took part in the test.
        self.used = False
        #: The process ended before it answered.
        self.died = False
        #: Set when nothing that the test does can make the candidate pass.
        self.fatal: Fault | None = None
        #: Exceptions of the candidate that were raised in the test, with what they were.
        self.raised: dict[int, tuple[BaseException, Fault]] = {}

    def start(self, message: bytes) -> dict[str, Any] | None:
        """Sends the program; the descriptions of the names it defined, or None when it raised (see `fatal`)."""
        self._send(message)
        answer = self._receive()
        if "error" in answer:
            self.fatal = self._fault(answer["error"])
            return None
        names = answer.get("names")
        if type(names) is not dict:
            raise self._broken("no names")
        return names

    def value(self, description: Any) -> Any:
        """The value of a described name. Raises KeyError for a module that the test must import itself."""
        if type(description) is dict and len(description) == 1:
            ((tag, payload),) = description.items()
            if tag == "module":
                return sys.modules[payload] if payload in SHARED_MODULES else self._no_such(payload)
            if tag == "shared":
                self.used = True
                return self._shared(payload)
        value = self._read(description)
        if not isinstance(value, Remote):
            self.used = True
        return value

    def current_value(self, name: str) -> Any:
        """What the candidate's module has by that name now."""
        return self.request(MODULE_NUMBER, "getattr", (name,), {})

    def request(self, number: int, operation: str, arguments: tuple, keywords: dict) -> Any:
        """Asks about an object of the candidate. Raises what the candidate raised, as its nearest built-in type."""
        self.used = True
        self._calls.append((arguments, keywords))
        try:
            request = (number, operation, arguments, keywords)
            self._send(pack(request, TEST_MODULE, self._refer))
            answer = self._receive()
            while "callback" in answer:
                self._run_callback(answer["callback"])
                answer = self._receive()
            if "changes" in answer:
                self._copy_back(answer["changes"])
            if "error" in answer:
                raise self._error(answer)
            if "result" not in answer:
                raise self._broken("no result")
            return self._read(answer["result"])
        finally:
            self._calls.pop()

    # ------------------------------------------------------------------ conversation

    def _send(self, message: bytes) -> None:
        if self.died or self.fatal is not None:
            raise CandidateGone
        try:
            self._channel.send(message)
        except Closed:
            self.died = True
            raise CandidateGone from None

    def _receive(self) -> dict[str, Any]:
        try:
            answer = from_json(self._channel.receive())
        except Closed:
            self.died = True
            raise CandidateGone from None
        except (TooLong, Unreadable) as error:
            raise self._broken(str(error)) from None
        if type(answer) is not dict:
            raise self._broken("no answer")
        return answer

    def _read(self, payload: Any) -> Any:
        try:
            return self._decoder.read(payload)
        except Unreadable as error:
            raise self._broken(str(error)) from None

    def _broken(self, what: str) -> CandidateGone:
        self.fatal = self.fatal or Fault("ValueError", f"a value cannot be read: {what}"[:300])
        return CandidateGone()

    def _no_such(self, name: object) -> Any:
        raise KeyError(name)

    def _shared(self, payload: Any) -> Any:
        module, name = payload
        if module not in PURE_MODULES or type(name) is not str or name.startswith("_"):
            raise KeyError(name)
        value = getattr(sys.modules[module], name)
        # Not a module that it has imported itself, whose attributes a test might set.
        if not callable(value):
            raise KeyError(name)
        return value

    # ------------------------------------------------------------------ objects

    def _handle(self, description: list) -> Any:
        number, kind, type_name, error_bases = description
        if type(number) is not int:
            raise TypeError("a handle has a number")
        if error_bases:
            return self._exception_classes.read([number, type_name, error_bases])
        remote = self._remotes.get(number)
        if remote is None:
            remote = self._remotes[number] = KINDS[kind](number, str(type_name), self.request)
        return remote

    def _known(self, number: int) -> Any:
        return self._mutable()[number]

    def _mutable(self) -> list:
        call = self._calls[-1]
        if type(call) is not list:
            call = self._calls[-1] = mutable_objects(call, TEST_MODULE, set())
        return call

    def _refer(self, value: Any) -> tuple | None:
        if type(value) is Callback:
            self._callbacks.append(value.function)
            return ("callback", len(self._callbacks) - 1)
        if isinstance(value, Remote):
            return ("handle", object.__getattribute__(value, "_number"))
        return None

    def _copy_back(self, changes: Any) -> None:
        mutable = self._mutable()
        try:
            decoded = [(mutable[number], self._read(contents)) for number, contents in changes]
            for value, contents in decoded:
                _become(value, contents)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._broken(str(error)) from None

    # ------------------------------------------------------------------ callbacks and errors

    def _run_callback(self, payload: Any) -> None:
        self._mutable()
        try:
            key, arguments, keywords = payload
            function = self._callbacks[key]
        except (LookupError, TypeError, ValueError) as error:
            raise self._broken(str(error)) from None
        values = self._read(arguments)
        named = self._read(keywords)
        try:
            result = function(*values, **named)
            message = b"R" + pack(result, TEST_MODULE, self._refer)
        except Exception as error:
            self._callback_errors.append(error)
            message = b"E" + _pack_error(len(self._callback_errors) - 1, error, self._refer)
        self._send(message)

    def _fault(self, payload: Any) -> Fault:
        try:
            name, message, _names, line, _arguments = payload
            return Fault(str(name)[:200], str(message)[:1000], line if type(line) is int else None)
        except (TypeError, ValueError):
            return Fault("ValueError", "an unreadable error")

    def _error(self, answer: dict[str, Any]) -> BaseException:
        fault = self._fault(answer["error"])
        try:
            if "of test" in answer:
                return self._callback_errors[answer["of test"]]
            names, arguments = answer["error"][2], answer["error"][4]
        except (LookupError, TypeError):
            raise self._broken("an unreadable error") from None
        if "Exception" not in names:
            # SystemExit, KeyboardInterrupt and the like end a program: no test can make good for that.
            self.fatal = fault
            return CandidateGone()
        try:
            kind = self._exception_classes.read(answer["class"])
        except (LookupError, TypeError, ValueError, RecursionError):
            raise self._broken("an unreadable error") from None
        error = make(kind, arguments, answer["error"][1], self._read(answer.get("attributes")))
        self.raised[id(error)] = (error, fault)
        return error


def _pack_error(number: int, error: Exception, refer: Any) -> bytes:
    try:
        return pack((number, error), TEST_MODULE, refer)
    except (pickle.PicklingError, TypeError, AttributeError):
        return pack((number, RuntimeError(str(error))), TEST_MODULE, refer)


def _become(value: Any, contents: Any) -> None:
    """Gives an object of the test the contents that its copy has in the candidate."""
    kind = type(value)
    if kind in MAPPINGS or kind in SEQUENCES or kind in (set, bytearray) or is_number_array(value):
        if type(contents) is not kind:
            raise TypeError("contents of another type")
        _refill(value, contents)
    elif kind.__module__ == "numpy" or kind.__module__.startswith("pandas"):
        codec_arrays.become(value, contents)
    else:
        for name in contents:
            # A method of the test's own class would answer what the test asks.
            if name not in vars(value) and callable(getattr(kind, name, None)):
                raise TypeError(f"{kind.__name__}.{name} of the test was replaced")
        vars(value).clear()
        vars(value).update(contents)


def _refill(value: Any, contents: Any) -> None:
    if type(value) in MAPPINGS or type(value) is set:
        value.clear()
        value.update(contents)
    elif type(value) is collections.deque:
        value.clear()
        value.extend(contents)
    else:
        value[:] = contents
