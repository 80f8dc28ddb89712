"""Whatever ends a stack, its processes end with it."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.stack import ROOT, Stack, StackError
from demo.undertaker import bury, follow

STACK = """
import sys
from pathlib import Path
from demo.stack import Stack

import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background has it ignored

class Sleepers(Stack):
    def start(self):
        for name in ("web", "worker"):
            self._spawn(name, "-c", "import time; time.sleep(120)")

with Sleepers(Path(sys.argv[1])).running() as stack:
    print(*(process.popen.pid for process in stack.processes), stack.undertaker.pid, flush=True)
    stack.watch()
"""


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int], *, within: float = 12.0) -> bool:
    until = time.monotonic() + within
    while any(map(is_there, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(is_there, pids))


@contextmanager
def started(folder: Path, **options: Any) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A stack in a process of its own, and the processes it has started; ended in the end."""
    command = [sys.executable, "-c", STACK, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options) as stack:
        assert stack.stdout is not None
        try:
            yield stack, [int(word) for word in stack.stdout.readline().split()]
        finally:
            stack.terminate()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_stack_that_started_it(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path) as (stack, pids):
        assert len(pids) == 3
        assert all(map(is_there, pids))
        stack.send_signal(number)
        stack.wait(20)
        assert gone(pids)


def test_closing_the_terminal_ends_all_of_it(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with started(tmp_path, stdin=theirs, stderr=theirs, preexec_fn=lambda: _lead_terminal(theirs)) as (stack, pids):
        os.close(theirs)
        os.close(ours)
        stack.wait(20)
        assert gone(pids)


def _lead_terminal(terminal: int) -> None:
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_a_second_stack_on_the_folder_says_where_the_first_one_is(tmp_path: Path) -> None:
    with started(tmp_path) as (stack, _):
        told = rf"A demo runs on .* at http://127.0.0.1:\d+ \(process {stack.pid}\)"
        with pytest.raises(StackError, match=told), Stack(tmp_path)._alone():
            pass
    with Stack(tmp_path)._alone():
        pass  # the folder is free again


def test_what_was_stopped_in_order_is_left_alone() -> None:
    assert follow(["+11\n", "+12\n", "+13\n", "-12\n", "nonsense\n", "-99\n", "\n"]) == [13, 11]


def test_whoever_does_not_end_when_asked_is_killed() -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", deaf]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        bury([process.pid], patience=0.3)
        assert process.wait(10) == -signal.SIGKILL
