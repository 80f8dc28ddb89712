"""Draining, in a process of its own: it cannot be undone."""

import subprocess
import sys

SCRIPT = """
from calls.operations.draining import begin_draining, is_draining
print(is_draining(), begin_draining(), is_draining(), begin_draining(), is_draining())
"""


def test_a_process_drains_from_the_first_request_on_and_for_good() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.split() == ["False", "True", "True", "False", "True"]
