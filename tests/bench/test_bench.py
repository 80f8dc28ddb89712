"""The bench measures: a short run through the real processes."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Four calls through Ringside and through the bare proxy."""
    options = "--calls 4 --most 0 --rounds 1 --seconds 2 --settle 0.3 --pages 1 --only bare ringside --json"
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", *options.split()],
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": ""},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=180,
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("server", ["bare", "ringside"])
def test_every_piece_of_sound_arrives_in_order(measured: dict[str, Any], server: str) -> None:
    [played] = [one for one in measured["rounds"] if one["server"] == server]
    assert played["spoken"] > 200
    assert played["up"]["pieces"] + played["down"]["pieces"] > 0.8 * played["spoken"]  # the rest is on its way
    assert (played["up"]["gaps"], played["down"]["gaps"]) == (0, 0)


def test_what_a_call_costs_is_measured(measured: dict[str, Any]) -> None:
    [ours] = [one for one in measured["rounds"] if one["server"] == "ringside"]
    assert ours["cpu"] != 0 != ours["loop_cpu"]  # of the kernel's ticks; so short a run may be outdone by the idle one
    assert 0 < ours["up"]["p50"] <= ours["up"]["p95"] <= ours["up"]["p99"]
    assert measured["summary"]["CPU to bare"]["whole process"] > 0
