"""A sandbox worker for JavaScript: holds a tester (one Node process) and one Node process for each candidate.

Usage: python3 -I javascript_worker.py NODE TESTER CANDIDATE

Reads jobs and writes answers as `worker-protocol.ts` says. Every candidate gets a process of its own, which was started
ahead. What tester and candidate say to each other passes through here, so that they share nothing, the time limits hold
whatever either does, and the fate of the candidate is known first-hand.
"""

import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import isolation  # noqa: E402
import scratch  # noqa: E402
import seccomp  # noqa: E402
from javascript_process import Ended, Fate, NodeProcess, TooLong, TooSlow  # noqa: E402

#: Node starts in 60 ms; on a machine that is busy with other things it may take long.
_START_SECONDS = 20.0
#: How much longer than its wall limit a job may take: the tester's own work.
_TESTER_SECONDS = 1.0
#: What a tester may need to hold what candidates send, as in Python.
_MOST_TESTER_MEBIBYTES = 2048
#: A process that had this part of its memory limit in use when it crashed ran out of it.
_OUT_OF_MEMORY_PART = 0.5


class Worker:
    """Judges one job at a time, with the next candidate's process started already."""

    def __init__(self, node: str, tester: str, candidate: str) -> None:
        self._tester_command = [node, "--no-warnings", f"--max-old-space-size={_MOST_TESTER_MEBIBYTES}", tester]
        self._candidate_command = [node, "--no-warnings", "--no-addons", candidate]
        self._filter = None
        if seccomp.supported():
            seccomp.restrict_zygote(needed=("execve",), private_memory_only=True)
            self._filter = seccomp.CandidateFilter()
        self.folder = os.getcwd()
        self.scratch = scratch.ScratchFolder(self.folder)
        self.most_tasks = isolation.lift_task_limit()
        self.tester = self._start_tester()
        self._spare = self._start_candidate()

    def _start_tester(self) -> NodeProcess:
        tester = NodeProcess(self._tester_command, is_candidate=False, candidate_filter=None)
        self.version = json.loads(tester.receive(time.monotonic() + _START_SECONDS)[1:])["version"]
        return tester

    def _start_candidate(self) -> NodeProcess:
        return NodeProcess(self._candidate_command, is_candidate=True, candidate_filter=self._filter)

    def take_candidate(self) -> NodeProcess:
        """A process that waits for its program."""
        candidate = self._spare
        candidate.receive(time.monotonic() + _START_SECONDS)  # it says that it has started
        self._spare = self._start_candidate()
        candidate.start_clock()
        return candidate

    def replace_tester(self) -> None:
        """For a tester that hangs in a test."""
        self.tester.end()
        self.tester = self._start_tester()

    def judge(self, job: dict) -> dict:
        """The answer to one job."""
        trial = Trial(self, job)
        verdict = trial.run()
        cpu_seconds = trial.end()
        answer = {"id": job["id"], **verdict, "cpuSeconds": round(cpu_seconds, 4)}
        return answer if self.scratch.empty() else {**answer, "recycle": True}

    def close(self) -> None:
        """Ends the processes."""
        self._spare.end()
        self.tester.end()


class Trial:
    """One job: the tester's requests are passed to the candidate, and its answers back, until there is a verdict."""

    def __init__(self, worker: Worker, job: dict) -> None:
        self._worker = worker
        self._job = job
        self._deadline = time.monotonic() + job["wallSeconds"]
        self._candidate: NodeProcess | None = None
        self._fate: Fate | None = None
        self._failure: dict | None = None

    def run(self) -> dict:
        """The verdict. What became of the candidate counts before anything that the tester makes of it."""
        tester = self._worker.tester
        fields = ("source", "prelude", "test", "call", "mode")
        description = {**{name: self._job[name] for name in fields}, "folder": self._worker.folder}
        try:
            tester.send(b"J" + json.dumps(description).encode(), self._tester_deadline())
            while True:
                message = tester.receive(self._tester_deadline())
                if message[:1] == b"V":
                    return self._failure or json.loads(message[1:])
                answer = self._ask_candidate(message[1:])
                tester.send(b"D" if answer is None else b"R" + answer, self._tester_deadline())
        except TooSlow:
            self._worker.replace_tester()
            return self._failure or self._timeout()

    def _tester_deadline(self) -> float:
        return self._deadline + _TESTER_SECONDS

    def _timeout(self) -> dict:
        if time.monotonic() < self._deadline:
            return {"outcome": "timeout", "message": f"more than {self._job['cpuSeconds']:g} s of computing"}
        return {"outcome": "timeout", "message": f"more than {self._job['wallSeconds']:g} s"}

    def _ask_candidate(self, request: bytes) -> "bytes | None":
        """The candidate's answer; None when it is gone, for reasons that then are in `_failure`."""
        if self._failure is not None:
            return None
        try:
            candidate = self._candidate or self._start()
            candidate.send(request, self._deadline)
            return candidate.receive(self._deadline)
        except TooSlow:
            self._failure = self._timeout()
        except TooLong:
            self._failure = _broken("the program sent a value of more than 32 MiB")
        except scratch.TooMuch:
            self._failure = _broken("the program wrote more files than its scratch folder may hold")
        except Ended:
            self._failure = self._why_it_ended()
        self.end()
        return None

    def _start(self) -> NodeProcess:
        candidate = self._candidate = self._worker.take_candidate()
        candidate.limit(self._job["cpuSeconds"], self._job["memoryBytes"], self._worker.most_tasks)
        candidate.look = self._worker.scratch.measure
        self._deadline = time.monotonic() + self._job["wallSeconds"]
        return candidate

    def _why_it_ended(self) -> dict:
        self._candidate.wait(0.5)  # a process that died takes a moment to say so
        self.end()
        code, cpu_seconds, memory_bytes = self._fate
        if code >= 0:
            return _broken(f"the program ended with exit status {code} before its tests did")
        if -code == signal.SIGXCPU or (-code == signal.SIGKILL and cpu_seconds >= self._job["cpuSeconds"]):
            return self._timeout()
        if memory_bytes > _OUT_OF_MEMORY_PART * self._job["memoryBytes"]:
            megabytes = self._job["memoryBytes"] // isolation.MEBIBYTE
            return _broken(f"the program ran out of memory ({megabytes} MiB)")
        return _broken(f"the program's process was ended by {signal.Signals(-code).name}")

    def end(self) -> float:
        """Ends the candidate's process. The CPU seconds that it took."""
        if self._candidate is not None and self._fate is None:
            self._fate = self._candidate.end()
        return 0.0 if self._fate is None else self._fate.cpu_seconds


def _broken(message: str) -> dict:
    return {"outcome": "runtime_error", "message": message}


def _say(document: dict) -> None:
    os.write(1, json.dumps(document).encode() + b"\n")


def main() -> None:
    """Judges jobs until standard input ends."""
    node, tester, candidate = sys.argv[1:]
    worker = Worker(node, tester, candidate)
    _say({"ready": True, "version": worker.version})
    for line in sys.stdin.buffer:
        answer = worker.judge(json.loads(line))
        _say(answer)
        if "recycle" in answer:
            break
    worker.close()


main()
