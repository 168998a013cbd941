"""Starts one sandbox worker: gives up what the rung of the isolation ladder asks for, then becomes the worker's program.

Usage: python3 -I launch.py CONFIG -- PROGRAM ARGUMENT…

CONFIG is JSON:
  tier          bubblewrap | namespaces | landlock | container | sandbox-exec | none
  readable      paths that the worker may read
  scratch       its scratch folder; created here and removed afterwards where `supervise` is true
  openFiles     how many files a process of it may have open
  user          number of the ordinary user to become; absent where the caller is an ordinary user already
  place         {"number", "of"}: which of how many workers this is; absent where it is alone
  endAtHangup   end everything in this space of process numbers when the caller is gone: for a container, whose caller is
                another process than its parent
  supervise     stay behind as a supervisor that ends every process of the worker and removes the scratch folder

The supervisor ends the worker when it gets SIGTERM or when its own parent dies, and ends with the worker's status.
"""

import json
import os
import select
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# All of them now: behind the isolation, this folder may be out of reach.
import isolation  # noqa: E402
import landlock  # noqa: E402
import namespaces  # noqa: E402
import scratch  # noqa: E402
import seccomp  # noqa: E402

_HANGUP_SECONDS = 3

EXIT_REFUSED = 97
"""Exit status when the isolation could not be set up; standard error says why."""


def _isolate(config: dict) -> None:
    """Gives up everything that the rung asks for. Raises OSError when the system refuses."""
    tier = config["tier"]
    if tier == "namespaces":
        namespaces.enter_root(config["readable"], config["scratch"])
    if "user" in config:
        isolation.become(config["user"])
    if "place" in config:
        isolation.keep_to_core(**config["place"])
    isolation.die_with_parent()
    isolation.limit_worker(config["openFiles"])
    os.chdir(config["scratch"])
    # In a container on top, where the engine's own filter lets it: the image has files and folders of its own.
    if tier in ("landlock", "namespaces") or (tier == "container" and landlock.version() > 0):
        landlock.restrict(config["readable"], [config["scratch"], "/dev/null", "/dev/urandom", "/dev/zero"])
    if tier != "sandbox-exec" and (tier != "none" or seccomp.supported()):
        # The other rungs have a root of their own, which is read-only.
        seccomp.restrict_worker(no_truncation=tier == "landlock" and not landlock.guards_truncation())


def _end_at_hangup() -> None:
    """Leaves a process behind that ends all others, and itself, some time after standard input was closed."""
    if os.fork() != 0:
        return
    poll = select.poll()
    poll.register(0, 0)  # a hangup is told unasked, and nothing else is
    poll.poll()
    # A worker that is asked to end does so by itself.
    time.sleep(_HANGUP_SECONDS)
    os.kill(-1, signal.SIGKILL)
    os._exit(0)


def _become_worker(config: dict, command: list[str]) -> None:
    try:
        if config["endAtHangup"]:
            _end_at_hangup()
        _isolate(config)
    except OSError as error:
        print(f"isolation {config['tier']}: {error}", file=sys.stderr, flush=True)
        os._exit(EXIT_REFUSED)
    try:
        os.execv(command[0], command)
    except OSError as error:
        print(f"{command[0]} cannot be started inside the sandbox: {error}", file=sys.stderr, flush=True)
        os._exit(EXIT_REFUSED)


def _kill_group(group: int) -> None:
    """Nothing may be left of it: whoever asks for its end need not have seen that it ended by itself."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _end_all_children(group: int) -> None:
    """Ends the worker's process group and whatever else became a child of this process."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        _kill_group(group)
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.005)
        except ChildProcessError:
            return


def _supervise(config: dict, command: list[str]) -> int:
    """Runs the worker as a child; returns its exit status once nothing of it is left."""
    isolation.adopt_orphans()
    os.mkdir(config["scratch"], 0o700)
    if "user" in config:
        os.chown(config["scratch"], config["user"], config["user"])
    if config["tier"] == "namespaces":
        namespaces.leave_the_host()
    worker = 0

    def end(_signal: int, _frame: object) -> None:
        if worker > 0:
            _kill_group(worker)
        else:
            os._exit(143)

    # Blocked until the child's number is known, so that an early signal is not lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    signal.signal(signal.SIGTERM, end)
    isolation.die_with_parent(signal.SIGTERM)
    worker = os.fork()
    if worker == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        os.setpgid(0, 0)
        _become_worker(config, command)
    try:
        os.setpgid(worker, worker)
    except (PermissionError, ProcessLookupError):
        pass  # the child was faster
    # The worker alone holds the pipes: its end must be seen by whoever reads them.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    _, status = os.waitpid(worker, 0)
    _end_all_children(worker)
    try:
        scratch.remove_tree(config["scratch"])
    except FileNotFoundError:
        pass
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    separator = sys.argv.index("--")
    config = json.loads(sys.argv[1])
    command = sys.argv[separator + 1 :]
    if not config["supervise"]:
        _become_worker(config, command)
    try:
        code = _supervise(config, command)
    except OSError as error:
        print(f"isolation {config['tier']}: {error}", file=sys.stderr, flush=True)
        code = EXIT_REFUSED
    sys.stderr.flush()
    os._exit(code if code >= 0 else 128 - code)


main()
