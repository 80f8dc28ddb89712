"""The conformance report of a whole run: what all its sandboxes checked, in this process, its workers and their stacks.

Each sandbox leaves its counts in the folder ``SANDBOX_CONFORMANCE`` names; the run adds them up, and has failed when
something did not conform that no test sent on purpose. Imported by ``conftest.py``, so that its functions are hooks.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from sandbox.conformance import report

_VARIABLE = "SANDBOX_CONFORMANCE"
_OWN = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """A folder for this run, unless there is one; workers and stacks inherit it."""
    if _VARIABLE not in os.environ:
        config.stash[_OWN] = Path(os.environ.setdefault(_VARIABLE, tempfile.mkdtemp(prefix="checked-")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Also the stacks have had their say: they end before the session does. Whose folder it is not judges nothing."""
    own = session.config.stash.get(_OWN, None)
    if own and session.exitstatus == pytest.ExitCode.OK and report.unexpected(report.added_up(own)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _rows(config: pytest.Config) -> list[report.Row]:
    """Of a run; none in a worker, which is a part of one."""
    return [] if hasattr(config, "workerinput") else report.added_up(Path(os.environ[_VARIABLE]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The sum in one line, and what did not conform; with -v the whole table."""
    if not (rows := _rows(config)):
        return
    lines = report.table(rows)
    terminalreporter.section("messages the sandbox checked")
    for line in lines if config.get_verbosity() > 0 else [lines[0], lines[-1]]:
        terminalreporter.write_line(line)
    for line in report.unexpected(rows):
        terminalreporter.write_line(line, red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_OWN, None):
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(_VARIABLE, None)
