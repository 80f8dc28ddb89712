"""Three calls to one lead, side by side: everything a newcomer hears and sees, checked."""

from typing import Any

import pytest

from tests.journeys.ringside import Ringside
from tests.tries import Tries

pytestmark = pytest.mark.journey
AUDIBLE = 0.005  # of full scale, over the whole call


@pytest.fixture
def comparison(request: pytest.FixtureRequest, tries: Tries, ringside: Ringside, stepping_down: str) -> dict[str, Any]:
    """The three calls to the first demo lead, a buyer, after they ended; another call goes on meanwhile."""
    return tries.of("comparison", request.node, lambda: ringside.compare("first"))


@pytest.fixture
def calls(comparison: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The comparison's calls by type."""
    return {call["type"]: call for call in comparison["calls"]}


def test_every_call_is_completed(calls: dict[str, dict[str, Any]]) -> None:
    assert {name: call["status"] for name, call in calls.items()} == {
        "regular": "completed",
        "conversational": "completed",
        "realtime": "completed",
    }


def test_the_comparison_says_that_it_is_simulated(comparison: dict[str, Any]) -> None:
    assert comparison["comparison"]["simulated"] is True


@pytest.mark.parametrize("type_", ["conversational", "realtime"])
def test_an_ai_call_holds_a_conversation(calls: dict[str, dict[str, Any]], type_: str) -> None:
    call = calls[type_]
    assert call["turns"] >= 6
    assert call["latency_ms"]["p50"] <= call["latency_ms"]["p95"]
    assert call["fallbacks"] == []


@pytest.mark.parametrize("type_", ["conversational", "realtime"])
def test_an_ai_call_books_an_appointment_and_saves_what_it_learned(
    ringside: Ringside, calls: dict[str, dict[str, Any]], type_: str
) -> None:
    call = calls[type_]
    worked = {tool["name"] for tool in call["tools"] if tool["ok"]}
    assert worked >= {"schedule_appointment", "save_lead_preferences"}, ringside.story(call["id"])
    assert call["appointment"]["status"] == "confirmed"
    assert call["outcome"] == "appointment_set", ringside.story(call["id"])


@pytest.mark.parametrize("type_", ["regular", "conversational", "realtime"])
def test_both_sides_are_audible_on_the_recording(calls: dict[str, dict[str, Any]], type_: str) -> None:
    recording = calls[type_]["recording"]
    assert recording["channels"] == 2
    assert min(recording["rms"]) > AUDIBLE
    assert recording["seconds"] > 20


@pytest.mark.parametrize("type_", ["regular", "conversational", "realtime"])
def test_every_call_has_a_price(calls: dict[str, dict[str, Any]], type_: str) -> None:
    assert float(calls[type_]["cost"]["total"]) > 0
    assert calls[type_]["cost"]["unpriced"] == []


def test_a_regular_call_is_transcribed_from_its_recording(ringside: Ringside, calls: dict[str, dict[str, Any]]) -> None:
    transcript = ringside.see(calls["regular"]["id"])["transcript"]
    assert {turn["speaker"] for turn in transcript} == {"staff", "lead"}
    assert len(transcript) >= 6


def test_the_vendors_had_nothing_to_complain_of(ringside: Ringside, comparison: dict[str, Any]) -> None:
    assert ringside.vendors.get("/sandbox/complaints").json()["complaints"] == []
