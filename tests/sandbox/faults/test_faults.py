"""Asking for faults: what waits, when it strikes, what is refused, scenarios, the catalog and what is said of it."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import faults
from sandbox.faults import KINDS, Faults, Scenario, ScenarioError
from sandbox.faults.failure_modes import MODES
from sandbox.faults.tables import tables
from tests.sandbox.serving import serving

HANDBOOK = Path("docs/sandbox.md")


# waiting and striking ----------------------------------------------------------------------------------------------


def test_a_fault_strikes_once_and_not_before_its_second():
    waiting = Faults()
    waiting.add("realtime.drop", at=5.0)
    assert waiting.take("realtime.drop", elapsed=4.9) is None
    assert waiting.take("realtime.drop", elapsed=5.0) is not None
    assert waiting.take("realtime.drop", elapsed=6.0) is None
    assert waiting.struck == {"realtime.drop": 1}


def test_where_there_is_no_clock_the_second_counts_from_the_asking():
    waiting = Faults()
    waiting.add("polly.error", at=3600.0)
    waiting.add("polly.throttle")
    assert waiting.take("polly.error") is None
    assert waiting.take("polly.throttle") is not None


def test_a_fault_for_one_call_leaves_the_others_alone():
    waiting = Faults()
    waiting.add("stream.drop", call="CA1", times=2)
    assert waiting.take("stream.drop", elapsed=0.0, call="CA2") is None
    assert waiting.take("stream.drop", elapsed=0.0, call="CA1") is not None
    assert [fault.times for fault in waiting.pending()] == [1]


def test_an_address_is_known_by_its_end_and_a_model_by_its_beginning():
    waiting = Faults()
    waiting.add("webhook.dead", url="/voice")
    waiting.add("chat.slow", model="gpt-4o")
    assert waiting.take("webhook.dead", url="http://app/turn") is None
    assert waiting.take("webhook.dead", url="http://app/voice") is not None
    assert waiting.take("chat.slow", model="gpt-6-luna") is None
    assert waiting.take("chat.slow", model="gpt-4o-mini-2024-07-18") is not None


def test_a_fault_of_no_probability_never_strikes():
    waiting = Faults(seed=7)
    waiting.add("polly.error", probability=0.0)
    assert all(waiting.take("polly.error") is None for _ in range(50))


def strikes(seed: int, *, disturbed: bool = False) -> list[bool]:
    waiting = Faults(seed=seed)
    waiting.add("polly.error", probability=0.5, times=1000)
    waiting.add("polly.slow", probability=0.5, times=1000)
    found = []
    for _ in range(200):
        found.append(waiting.take("polly.error") is not None)
        if disturbed:
            waiting.take("polly.slow")
    return found


def test_half_the_tries_strike_at_even_odds_and_a_seed_repeats_them():
    assert 60 < sum(strikes(1)) < 140
    assert strikes(1) == strikes(1) != strikes(2)


def test_what_other_faults_do_changes_nothing_for_one():
    assert strikes(1) == strikes(1, disturbed=True)


def test_a_stream_asked_about_at_every_frame_throws_its_dice_once():
    waiting = Faults(seed=3)
    waiting.add("stream.drop", probability=0.5, times=1000)
    streams = [
        [waiting.take("stream.drop", elapsed=1.0, subject=f"MZ{n}") is not None for _ in range(9)] for n in range(60)
    ]
    assert all(len(set(outcomes)) == 1 for outcomes in streams)
    assert 15 < sum(outcomes[0] for outcomes in streams) < 45


def test_a_name_no_part_of_the_sandbox_may_ask_for_is_a_mistake():
    with pytest.raises(KeyError):
        Faults().take("stream.hiccup")


def test_a_parameters_former_name_is_understood():
    assert Faults().add("twilio.create_timeout", dialled=False).params["dialed"] is False


# refusals ----------------------------------------------------------------------------------------------------------

WRONG: list[dict[str, Any]] = [
    {"name": "polly.error", "at": -1.0},
    {"name": "polly.error", "at": "soon"},
    {"name": "polly.error", "times": 0},
    {"name": "polly.error", "times": 1.5},
    {"name": "polly.error", "probability": 2.0},
    {"name": "polly.slow", "seconds": "many"},
    {"name": "polly.slow", "seconds": -1.0},
    {"name": "polly.slow", "seconds": float("inf")},
    {"name": "polly.slow", "minutes": 1.0},
    {"name": "realtime.refuse", "status": 401.5},
    {"name": "twilio.create_timeout", "dialed": 1},
    {"name": "stream.hiccup"},
    {"name": None},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Faults().add(**wrong)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with serving(faults.routes(Faults())) as address, httpx.Client(base_url=f"http://{address}") as client:
        yield client


@pytest.mark.parametrize("body", ["nonsense", {"at": 2}, 7, [{"name": "polly.error"}, {"name": "x"}], *WRONG])
def test_a_refusal_over_http_names_what_there_is_and_takes_nothing(client, body):
    answer = client.post("/sandbox/faults", content=json.dumps(body))
    assert answer.status_code == 400
    assert answer.json()["faults"] == list(KINDS)
    assert client.get("/sandbox/faults").json()["faults"] == []


def test_an_unknown_parameter_is_answered_with_those_there_are(client):
    answer = client.post("/sandbox/faults", json={"name": "stream.stall", "second": 2})
    assert "stream.stall has no second; it has at, times, probability, seconds, call, to" in answer.json()["error"]


# control -----------------------------------------------------------------------------------------------------------


def test_faults_are_asked_for_listed_and_cleared_over_http(client):
    wanted = [{"name": "polly.throttle", "times": 2}, {"name": "realtime.drop", "at": 3.5, "code": 1012}]
    assert client.post("/sandbox/faults", json=wanted).status_code == 201
    listed = client.get("/sandbox/faults").json()
    assert [(fault["name"], fault["at"]) for fault in listed["faults"]] == [
        ("polly.throttle", 0.0),
        ("realtime.drop", 3.5),
    ]
    assert listed["faults"][1]["code"] == 1012
    assert {kind["name"] for kind in listed["catalog"]} == set(KINDS)
    assert listed["catalogue"] == listed["catalog"], "its former spelling"
    assert client.delete("/sandbox/faults").status_code == 204
    assert client.get("/sandbox/faults").json()["faults"] == []


def test_a_scenario_takes_the_place_of_what_waited(client):
    client.post("/sandbox/faults", json={"name": "polly.error"})
    scenario = {"seed": 7, "faults": [{"name": "chat.slow", "probability": 0.2}]}
    assert client.put("/sandbox/faults", json=scenario).status_code == 200
    listed = client.get("/sandbox/faults").json()
    assert (listed["seed"], [fault["name"] for fault in listed["faults"]]) == (7, ["chat.slow"])
    assert client.put("/sandbox/faults", json={"faults": [{"name": "x"}]}).status_code == 400


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


# the catalog -------------------------------------------------------------------------------------------------------


def fault_tests() -> Iterator[str]:
    """The names of the tests that show what faults do on the wire."""
    for path in Path("tests/sandbox").rglob("test_*faults.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def fault_of(test: str) -> str:
    """The fault a test is named for; ``chat.slow`` has none in a test of ``chat.slow_tool_turn``."""
    named = [name for name in KINDS if test.startswith(f"test_{name.replace('.', '_')}_")]
    return max(named, key=len, default="")


def test_every_fault_has_a_test_named_for_it():
    assert set(KINDS) - {fault_of(test) for test in fault_tests()} == set()


@pytest.mark.parametrize("number", MODES)
def test_each_of_the_25_failure_modes_can_be_provoked(number):
    assert [kind for kind in KINDS.values() if number in kind.modes] or MODES[number].otherwise


def test_there_are_25_failure_modes_and_no_fault_provokes_another():
    assert list(MODES) == list(range(1, 26))
    assert all(kind.modes and set(kind.modes) <= set(MODES) for kind in KINDS.values())


def test_the_handbook_shows_the_catalog_as_it_is():
    assert tables() in HANDBOOK.read_text(encoding="utf-8"), "python -m sandbox.faults prints the tables"
