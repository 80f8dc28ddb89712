"""A short outage under a few live calls: processes, a database of its own, real sockets."""

import json
import subprocess
import sys

from demo.stack import ROOT

CALLS = 4


def test_an_outage_of_seconds_loses_no_wish_no_word_and_no_call() -> None:
    command = [sys.executable, "-m", "tests.database_away", "--calls", str(CALLS), "--seconds", "4", "--json"]
    run = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(run.stdout.splitlines()[-1])["outages"][0]
    assert (figures["calls"], figures["wishes"]) == (CALLS, CALLS)
    assert figures["lines"] > CALLS
