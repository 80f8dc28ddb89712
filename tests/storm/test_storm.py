"""A small storm over the running product: its processes, a database of its own, real sockets."""

import json
import subprocess
import sys

from demo.stack import ROOT

CALLS = 6


def test_webhooks_that_come_twice_late_or_out_of_order_double_nothing() -> None:
    command = [sys.executable, "-m", "tests.storm", "--calls", str(CALLS), "--at-once", str(CALLS), "--json"]
    run = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(run.stdout.splitlines()[-1])
    assert (figures["calls"], figures["bookings"]) == (CALLS, CALLS)
    assert min(figures["twice_at_once"], figures["again_late"], figures["answer_lost"], figures["out_of_order"]) > 0
