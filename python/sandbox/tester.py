"""The trusted process: runs the tests, never the candidate, and comes to the verdict."""

import builtins
import gc
import marshal
import math
import os
import random
import resource
import signal
import sys
import types
from typing import Any

import isolation
import program
import same_process
from candidate import SOURCE_NAME
from channel import Closed, TooLong
from nursery import Nursery
from peer import TEST_MODULE, Candidate, CandidateGone, Fault
from remote import Remote, RemoteClass
from zygote import Report

#: After the time limit the alarm repeats, in case that a test catches everything; after so many the job is given up.
_ALARM_INTERVAL, _MOST_ALARMS = 0.05, 20

Verdict = dict[str, Any]


class TimeIsUp(BaseException):
    """The wall limit of the job has passed."""


def verdict(outcome: str, exception_type: str | None = None, message: str | None = None, line: int | None = None) -> Verdict:
    found: Verdict = {"outcome": outcome}
    if exception_type is not None:
        found["exceptionType"] = exception_type[:200]
    if message:
        found["message"] = message[:1000]
    if line is not None:
        found["line"] = line
    return found


class TestGlobals(dict):
    """The test's global names; those that are missing come from the candidate: functions, classes and modules when they are
    first looked up, data each time, because the candidate's functions may change it."""

    def __init__(self, candidate: Candidate, offered: dict[str, Any], modules: dict[str, str]) -> None:
        super().__init__({"__name__": TEST_MODULE, "__builtins__": builtins})
        self._candidate = candidate
        self._offered = offered
        self._modules = modules
        self._functions: frozenset[str] = frozenset()

    def run_prelude(self, prelude: program.Prelude, called: frozenset[str]) -> None:
        """Runs the prelude as far as it runs, and takes away what is the candidate's to define or to compute.

        What the prelude defines or imports stays, and is trusted; what it computed, the candidate may have changed.
        """
        self._functions = prelude.functions
        if prelude.code is not None:
            try:
                exec(prelude.code, self)
            except Exception:
                pass
        for name in prelude.unfinished | called:
            self.pop(name, None)
        for name in self._offered:
            if name in self and not _is_definition(self[name]):
                del self[name]

    def __missing__(self, name: str) -> Any:
        if name not in self._offered:
            raise KeyError(name)
        module = sys.modules.get(self._modules.get(name, ""))
        value = module or self._candidate.value(self._offered[name])
        if not isinstance(value, Remote) and not _is_definition(value):
            return self._candidate.current_value(name)
        self[name] = value
        if isinstance(value, RemoteClass) and name not in self._functions:
            object.__setattr__(value, "_is_wanted", True)
        return value


class Alarm:
    """The wall limit of one job."""

    def __init__(self) -> None:
        self.rings = 0
        self._armed = False
        self.abandon: Any = None
        signal.signal(signal.SIGALRM, self._ring)

    def set(self, seconds: float, abandon: Any) -> None:
        """`abandon` is called, and must not return, when the job goes on although its time is up."""
        self.rings = 0
        self.abandon = abandon
        self._armed = True
        signal.setitimer(signal.ITIMER_REAL, seconds, _ALARM_INTERVAL)

    def stop(self) -> None:
        """From here on nothing is raised, not even by an alarm that is under way."""
        while self._armed:
            try:
                self._armed = False
            except TimeIsUp:
                continue
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _signal: int, _frame: types.FrameType | None) -> None:
        if not self._armed:
            return
        self.rings += 1
        if self.rings > _MOST_ALARMS:
            self.abandon()
        raise TimeIsUp


class Tester:
    """Judges one job after the other."""

    def __init__(self, nursery: Nursery, answer: Any) -> None:
        self._nursery = nursery
        self._answer = answer
        self._alarm = Alarm()
        self._numpy = sys.modules.get("numpy")

    def judge(self, job: dict[str, Any]) -> Verdict:
        """The verdict, without the job's id. Raises InfrastructureFailure."""
        same = job["mode"] == "same-process"
        try:
            test = program.read_test(job["test"], job["call"])
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {**verdict("invalid_test", type(error).__name__, _first_line(error)), "cpuSeconds": 0}
        try:
            source = compile(job["source"], SOURCE_NAME, "exec", dont_inherit=True)
            code = marshal.dumps(source)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            return {**verdict("syntax_error", type(error).__name__, _first_line(error), line), "cpuSeconds": 0}
        channel = self._nursery.fork(source)
        candidate = Candidate(channel)
        found: Verdict | None = None

        def abandon() -> None:
            self._answer({**verdict("timeout"), "id": job["id"], "cpuSeconds": 0, "recycle": True})
            os._exit(0)

        self._alarm.set(job["wallSeconds"], abandon)
        try:
            try:
                message = same_process.message(job) if same else (code, test.wanted)
                limits = (_kernel_limits(job["cpuSeconds"]), job["memoryBytes"])
                order = marshal.dumps((job["mode"], limits, message))
                found = same_process.judge(channel, order) if same else self._run(candidate, order, job, test)
            finally:
                self._alarm.stop()
        except TimeIsUp:
            self._alarm.stop()
        except Closed:
            candidate.died = True
        except TooLong:
            candidate.fatal = Fault("ValueError", "the program's answer is too long")
        # In this order: a candidate that hears of the end first would go to the trouble of ending itself.
        report = self._nursery.end()
        channel.close()
        answer = {**self._conclude(job, candidate, found, report), "cpuSeconds": round(report.cpu_seconds, 6)}
        # What cannot be removed would be there for the next.
        return answer if report.is_clean else {**answer, "recycle": True}

    def _conclude(self, job: dict[str, Any], candidate: Candidate, found: Verdict | None, report: Report) -> Verdict:
        """Flags first: a test may have caught whatever was raised."""
        if self._alarm.rings > 0:
            return verdict("timeout", message="out of wall time")
        if report.cpu_seconds > job["cpuSeconds"] or report.killed_by == "SIGXCPU":
            return verdict("timeout", message="out of CPU time")
        if report.excess:
            return verdict("runtime_error", "OSError", "more than fits into the scratch folder")
        if candidate.died:
            return verdict("runtime_error", message=report.death())
        if candidate.fatal is not None:
            fault = candidate.fatal
            return verdict("runtime_error", fault.exception_type, fault.message, fault.line)
        assert found is not None
        if found["outcome"] == "passed" and not candidate.used and job["mode"] == "split":
            return verdict("failed", message="the test never used the candidate")
        return found

    def _run(self, candidate: Candidate, order: bytes, job: dict[str, Any], test: program.Test) -> Verdict:
        """What the test says; the candidate's flags may overrule it."""
        random.seed(0)
        if self._numpy is not None:
            self._numpy.random.seed(0)
        names: TestGlobals | None = None
        try:
            offered = candidate.start(order)
            if offered is None:
                return verdict("runtime_error")
            wanted = {name: offered[name] for name in test.wanted if name in offered}
            names = TestGlobals(candidate, wanted, test.modules)
            names.run_prelude(program.read_prelude(job["prelude"]), test.called)
            for name in test.wanted_by_classes:
                if name in offered and name not in names:
                    names[name] = names[name]
            exec(test.code, names)
            if test.call is not None:
                exec(test.call, names)
            return verdict("passed")
        except CandidateGone:
            return verdict("runtime_error")
        except TimeIsUp:
            raise
        except BaseException as error:
            return self._blame(candidate, error)
        finally:
            if names is not None:
                names.clear()

    def _blame(self, candidate: Candidate, error: BaseException) -> Verdict:
        known = candidate.raised.get(id(error))
        if known is not None:
            fault = known[1]
            return verdict("runtime_error", fault.exception_type, fault.message, fault.line)
        outcome = "failed" if isinstance(error, AssertionError) else "runtime_error"
        try:
            message = str(error)
        except Exception:
            message = ""
        return verdict(outcome, type(error).__name__, message)


def _kernel_limits(cpu_seconds: float) -> tuple[int, int]:
    """When the kernel ends a candidate that nobody else does: surely not before its time.

    It counts whole ticks of its clock, and has ended programs for 3 s that had run for 2.68 s. What they really ran is known in the end.
    """
    seconds = math.ceil(1.25 * cpu_seconds) + 1
    return seconds, seconds + 1


def _is_definition(value: Any) -> bool:
    return isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.ModuleType | type)


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "msg", None) or error)


def limit_tester(warm_bytes: int, most_bytes: int) -> None:
    """A candidate's answers cannot make the tester take the machine's memory."""
    if sys.platform == "linux":
        isolation.limit(resource.RLIMIT_AS, warm_bytes + most_bytes)
    gc.enable()
