"""`python -m demo.undertaker`: ends the processes it was told of as soon as whoever told it is gone.

A stack stops its processes in order, but a stack that is killed, or whose terminal is closed, cannot. The pipe to this
process closes with it, however it ended. One line for each process: `+PID` when it has started, `-PID` when it ended.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_SECONDS = 8.0  # from asking to killing
GLANCE_SECONDS = 0.1


def follow(lines: Iterable[str]) -> list[int]:
    """The processes that are left when no line comes any more, last started first."""
    started: list[int] = []
    for line in lines:
        with contextlib.suppress(ValueError):
            pid = int(line[1:])
            if line.startswith("+"):
                started.append(pid)
            elif pid in started:
                started.remove(pid)
    return started[::-1]


def bury(pids: Iterable[int], *, patience: float = PATIENCE_SECONDS) -> None:
    """Ask each process, with all of its group, to end; kill what is left after a while."""
    left = [pid for pid in pids if _send(pid, signal.SIGTERM)]
    until = time.monotonic() + patience
    while left and time.monotonic() < until:
        time.sleep(GLANCE_SECONDS)
        left = [pid for pid in left if _send(pid, 0)]
    for pid in left:
        _send(pid, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Whether there was somebody to get it. Each process of a stack leads a group of its own."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends by the pipe alone
    bury(follow(sys.stdin))


if __name__ == "__main__":
    main()
