"""Calls on which something goes wrong, seen from outside: nobody is left in silence, nothing is lost or doubled."""

from typing import Any

import pytest

from tests.journeys.ringside import Ringside

pytestmark = pytest.mark.journey


@pytest.fixture
def stepped_down(ringside: Ringside, stepping_down: str) -> dict[str, Any]:
    """The call that lost its model for good, after it ended."""
    return ringside.wait_until_ended(stepping_down)


def test_a_call_that_loses_its_model_goes_on_in_the_conversational_chain(
    ringside: Ringside, stepped_down: dict[str, Any]
) -> None:
    engines = [span["engine"] for span in stepped_down["engines"]]
    assert engines == ["realtime", "conversation"]
    assert stepped_down["status"] == "completed"
    assert stepped_down["outcome"] == "appointment_set", ringside.story(stepped_down["id"])


def test_the_chain_knows_what_was_said_and_does_not_greet_again(stepped_down: dict[str, Any]) -> None:
    agent = [turn["text"] for turn in stepped_down["transcript"] if turn["speaker"] == "agent"]
    assert sum("AI assistant calling for" in text for text in agent) == 1
    assert {turn["engine"] for turn in stepped_down["transcript"]} == {"realtime", "conversation"}


def test_only_one_appointment_is_booked_across_the_engines(stepped_down: dict[str, Any]) -> None:
    assert len(stepped_down["appointments"]) == 1


def test_a_second_call_to_a_number_on_the_line_is_refused(ringside: Ringside, spare_leads: list[str]) -> None:
    lead = ringside.lead_with_phone(spare_leads[1])
    first = ringside.call(lead, type="realtime").raise_for_status().json()
    second = ringside.call(lead, type="conversational")
    ringside.api.post(f"/api/calls/{first['id']}/end").raise_for_status()
    assert second.status_code == 409
    assert [block["rule"] for block in second.json()["blocked"]] == ["D11"]
    assert ringside.wait_until_ended(first["id"])["status"] in ("completed", "canceled")


def test_a_carrier_that_refuses_fails_the_call_and_says_why(ringside: Ringside, spare_leads: list[str]) -> None:
    ringside.fault("twilio.create_error", status=429, code=20429)
    answer = ringside.call(ringside.lead_with_phone(spare_leads[2]), type="realtime")
    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == "carrier_refused"
    assert "20429" in answer.text


def test_repeated_and_reordered_status_callbacks_leave_one_ended_call(
    ringside: Ringside, spare_leads: list[str]
) -> None:
    ringside.fault("twilio.status_duplicate", times=4)
    ringside.fault("twilio.status_reorder", times=1)
    call = ringside.call(ringside.lead_with_phone(spare_leads[3]), type="conversational").raise_for_status().json()
    ringside.wait_for(call["id"], lambda seen: seen["status"] == "in_progress")
    ringside.api.post(f"/api/calls/{call['id']}/end").raise_for_status()
    assert ringside.wait_until_ended(call["id"])["status"] == "completed"
    ringside.vendors.delete("/sandbox/faults")
