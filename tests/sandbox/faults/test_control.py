"""``/sandbox/faults``: requesting, listing and clearing faults over HTTP."""

import json
from collections.abc import Iterator

import httpx
import pytest

from sandbox import faults
from sandbox.faults import KINDS, Faults
from tests.sandbox.faults.test_pending import WRONG
from tests.sandbox.serving import serving


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
