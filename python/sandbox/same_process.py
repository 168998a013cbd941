"""The mode without the split: candidate and tests share a process, as in the published harnesses. Verdicts can be forged.

Only used when the user asks for it; every verdict says so.
"""

import builtins
import os
import sys
import types
from typing import Any

from candidate import SOURCE_NAME, describe_error
from channel import Channel
from codec import Unreadable, from_json, to_json
from operations import MODULE

_OUTCOMES = frozenset({"passed", "failed", "runtime_error"})


def message(job: dict[str, Any]) -> tuple:
    """What the child needs: the program's parts, and a number that nobody can guess beforehand."""
    return (job["source"], job["test"], job["call"], os.urandom(16).hex())


def run(channel: Channel, source: str, test: str, call: str, nonce: str) -> None:
    """In the child: one namespace for everything. Does not return."""
    module = types.ModuleType(MODULE)
    module.__dict__["__builtins__"] = builtins
    sys.modules[MODULE] = module
    try:
        for text, name in ((source, SOURCE_NAME), (test, "<test>"), (call, "<call>")):
            exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)
        answer = {"outcome": "passed"}
    except BaseException as error:
        name, text, _names, line, _arguments = describe_error(error)
        outcome = "failed" if isinstance(error, AssertionError) else "runtime_error"
        answer = {"outcome": outcome, "exceptionType": name, "message": text}
        if line is not None:
            answer["line"] = line
    channel.send(to_json({"nonce": nonce, "verdict": answer}).encode("ascii"))
    channel.receive()
    os._exit(0)


def judge(channel: Channel, order: bytes) -> dict[str, Any]:
    """In the tester: hands the program over and reads the verdict. Raises channel.Closed when the child died."""
    channel.send(order)
    try:
        answer = from_json(channel.receive())
        found = answer["verdict"]
        if found["outcome"] not in _OUTCOMES:
            raise Unreadable("no such outcome")
        return {key: found[key] for key in ("outcome", "exceptionType", "message", "line") if key in found}
    except (Unreadable, KeyError, TypeError) as error:
        return {"outcome": "runtime_error", "message": f"the program's verdict cannot be read: {error}"}
