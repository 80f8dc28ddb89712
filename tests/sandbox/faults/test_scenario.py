"""Scenarios: read from a file, refused when they cannot be played."""

import json
import subprocess
import sys

import pytest

from sandbox import faults
from sandbox.faults import Faults, Scenario, ScenarioError

TOML = 'seed = 7\n[[faults]]\nname = "stream.drop"\nat = 12.5\nprobability = 0.5\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rough.toml", TOML),
        ("rough.json", json.dumps({"seed": 7, "faults": [{"name": "stream.drop", "at": 12.5, "probability": 0.5}]})),
    ],
)
def test_a_scenario_is_read_from_a_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    waiting = Faults()
    faults.load(tmp_path / name).set_up(waiting)
    (fault,) = waiting.pending()
    assert (waiting.seed, fault.name, fault.at, fault.probability) == (7, "stream.drop", 12.5, 0.5)


@pytest.mark.parametrize(
    "data", [[], {"sed": 1}, {"seed": "7"}, {"faults": {}}, {"faults": ["drop"]}, {"faults": [{"name": "x"}]}]
)
def test_what_is_no_scenario_is_refused(data):
    with pytest.raises(ScenarioError):
        Scenario.read_from(data)


def test_the_command_refuses_a_scenario_it_cannot_play(tmp_path):
    (tmp_path / "bad.toml").write_text(TOML.replace("stream.drop", "stream.hiccup"))
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--scenario", str(tmp_path / "bad.toml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "no fault is called 'stream.hiccup'" in done.stderr
