"""What is told of the older part of a call."""

import json
from typing import Any

import pytest

from calls.agent.recap import HEADING, Message, recap
from tests.calls.agent.test_history_budget import agent, booked, lead, refused, saved, searched, use


def lines(*messages: list[Message]) -> list[str]:
    told = recap([message for part in messages for message in part])
    text = told.text(offered=len(told.offered), said=len(told.said))
    assert text.splitlines()[0] == HEADING
    return [line.removeprefix("- ") for line in text.splitlines()[1:]]


def test_an_appointment_is_told_with_day_hour_zone_agent_and_home() -> None:
    assert lines(booked("c1", "a-1")) == [
        "Booked: showing on Tuesday, November twenty-fourth at 2 PM Central time with Omar Haddad, home SYN-7 "
        "(appointment a-1)"
    ]


def test_of_what_was_said_twice_the_last_counts() -> None:
    assert lines(saved("c1", "price_max", 400_000), saved("c2", "beds_min", 3), saved("c3", "price_max", 450_000)) == [
        "Saved of the buyer's wishes: price max 450000; beds min 3"
    ]


def test_a_wish_the_caller_has_not_agreed_to_is_marked() -> None:
    areas = {"value": [{"kind": "neighborhood", "name": "Willow Creek"}], "confidence": 0.4, "confirmed": False}
    assert lines(use("c", "save_lead_preferences", {"areas": areas}, {"ok": True, "data": {"saved": ["areas"]}})) == [
        "Saved of the buyer's wishes: areas Willow Creek (not confirmed)"
    ]


def test_each_home_to_sell_is_told_as_it_was_last_saved() -> None:
    home = {"address": "12 Oak Street", "beds": 3}
    data = [{"property": home, "rejected": []}, {"property": home | {"baths": 2.5}, "rejected": []}]
    uses = [use(f"c{place}", "save_seller_details", {}, {"ok": True, "data": each}) for place, each in enumerate(data)]
    assert lines(*uses) == ["Saved of the home to sell: address 12 Oak Street; beds 3; baths 2.5"]


def test_a_home_found_twice_is_told_once_with_its_key() -> None:
    assert lines(searched("c1", [1, 2]), searched("c2", [1])) == [
        "Home found: 2 Orchard Lane, $425,000, 3 bedrooms (listing_key SYN-2)",
        "Home found: 1 Orchard Lane, $425,000, 3 bedrooms (listing_key SYN-1)",
    ]


def test_only_the_last_times_offered_are_told() -> None:
    offers = [[{"slot_id": "x", "spoken": f"Day {day}"}] for day in (1, 2)]
    uses = [
        use(f"c{place}", "check_availability", {}, {"ok": True, "data": {"slots": slots}})
        for place, slots in enumerate(offers)
    ]
    assert lines(*uses) == ["Times offered, to be looked up again before one is booked: Day 2"]


def test_what_did_not_succeed_is_told_once() -> None:
    assert lines(refused("c1", "SLOT_TAKEN"), refused("c2", "SLOT_TAKEN")) == [
        "schedule appointment did not succeed: SLOT_TAKEN"
    ]


def test_any_other_effect_is_told_with_what_came_of_it() -> None:
    rung = use("c1", "transfer_to_human", {"reason": "request"}, {"ok": True, "data": {"ringing": "Omar Haddad"}})
    other = use("c2", "send_brochure", {}, {"ok": True, "data": {"sent_to": ["a", "b"]}})
    bare = use("c3", "wave", {}, {"ok": True, "data": {}})
    assert lines(rung, other, bare) == [
        "A colleague was rung: Omar Haddad",
        "send brochure: sent to a, b",
        "wave: done",
    ]


def test_older_lines_are_short_and_the_latest_are_worth_most() -> None:
    told = recap([lead("I would like to see it " + "very " * 40 + "soon."), agent("When?"), lead("Tuesday.")])
    assert told.text(offered=0, said=2).splitlines()[1:] == ["- You: When?", "- Caller: Tuesday."]
    assert told.said[0].endswith("very…")
    assert len(told.said[0]) <= 130


@pytest.mark.parametrize("broken", ["", "no json", "[1]", '{"ok": true}', '{"ok": true, "data": 3}', '{"ok": false}'])
@pytest.mark.parametrize("name", ["schedule_appointment", "save_lead_preferences", "search_listings", "end_call"])
def test_what_cannot_be_read_is_told_as_far_as_it_can(name: str, broken: str) -> None:
    function: dict[str, Any] = {"name": name, "arguments": "{"}
    asked = {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": function}]}
    assert isinstance(lines([asked, {"role": "tool", "tool_call_id": "c", "content": broken}]), list)
    assert json.loads(json.dumps(lines([asked]))) == lines([asked])
