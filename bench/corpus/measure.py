"""Runs a command on some cores and prints what it used as JSON: seconds of wall and processor, peak memory of its largest process in MB.

    measure.py CORES COMMAND...    (CORES: for example 0 or 0,1)
"""

import json
import os
import sys
import time


def main() -> None:
    cores, *command = sys.argv[1:]
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
        # What the command prints is no part of the measurement.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(child, 0)
    print(
        json.dumps(
            {
                "status": os.waitstatus_to_exitcode(status),
                "wall": time.monotonic() - started,
                "processor": usage.ru_utime + usage.ru_stime,
                "peak": usage.ru_maxrss / 1024,
            }
        )
    )


main()
