"""The conformance report of a whole run: what all its sandboxes checked, in this process, its workers and their stacks.

Each sandbox leaves its counts in the folder ``SANDBOX_CONFORMANCE`` names; the run adds them up. Imported by
``conftest.py``, so that its functions are hooks.
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The sum in one line; with -v the whole table."""
    if hasattr(config, "workerinput") or not (rows := report.added_up(Path(os.environ[_VARIABLE]))):
        return
    lines = report.table(rows)
    terminalreporter.section("messages the sandbox checked")
    for line in lines if config.get_verbosity() > 0 else [lines[0], lines[-1]]:
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_OWN, None):
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(_VARIABLE, None)
