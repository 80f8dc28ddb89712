"""What a lead hears when the AI is not enough: a colleague, the AI again, or a promise; always on the same line."""

from typing import Any

import pytest

from tests.journeys.ringside import Ringside
from tests.tries import Tries

pytestmark = pytest.mark.journey
STAFF = """
from datetime import time
from django.contrib.auth.models import User
from leads.models import Lead, StaffProfile
for number, (name, phone, lead) in enumerate({people}):
    user = User.objects.create_user(name, is_staff=True, first_name=name.title())
    StaffProfile.objects.create(user=user, phone=phone, works_from=time.min, works_until=time.max,
                                workdays=list(range(7)))
    Lead.objects.filter(phone=lead).update(owner=user)
"""
TASKS = "from leads.models import Activity; print(Activity.objects.filter(kind='task', call_id='{call}').count())"
WANTS_A_PERSON = ["Yes, this is a good time.", "I would rather talk to a real person, please."]
PHONES = {name: f"+1512555017{number}" for number, name in enumerate(("ada", "ben", "cleo", "dora"))}


@pytest.fixture(scope="module")
def numbers(ringside: Ringside, spare_leads: list[str]) -> dict[str, str]:
    """The lead of each of four colleagues at work: Ada answers, Ben and Dora do not, Cleo's phone rings for long."""
    numbers = dict(zip(PHONES, spare_leads[10:14], strict=True))
    people = [(name, phone, numbers[name]) for name, phone in PHONES.items()]
    ringside.stack.manage("shell", "-v0", "-c", STAFF.format(people=people)).check_returncode()
    hangs_up = [{"after": 8, "hang_up": True}]
    waits = {"patience": 60}  # while a phone rings, on a busy machine
    ready, wish = WANTS_A_PERSON
    book = {
        PHONES["ada"]: {"persona": "staff", "name": "Ada"},
        PHONES["ben"]: {"persona": "staff", "outcome": "no-answer"},
        PHONES["cleo"]: {"persona": "staff", "ring_seconds": 18},
        PHONES["dora"]: {"persona": "staff", "outcome": "no-answer"},
        numbers["ada"]: {
            "script": [*WANTS_A_PERSON, "All right.", "Hello, I have a question.", "Thank you, goodbye.", *hangs_up],
            "temper": waits,
        },
        numbers["ben"]: {
            "script": [*WANTS_A_PERSON, "All right.", "That is fine, thank you. Goodbye.", *hangs_up],
            "temper": waits,
        },
        numbers["cleo"]: {"script": [{"say": ready, "after": 2}, wish, *hangs_up], "temper": waits},
        numbers["dora"]: {"script": ["Yes, this is a good time.", "Willow Creek, please.", *hangs_up]},
    }
    ringside.vendors.patch("/sandbox/phone-book", json=book).raise_for_status()
    return numbers


@pytest.fixture
def ended(
    request: pytest.FixtureRequest, tries: Tries, ringside: Ringside, numbers: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """The four calls, by the colleague's name, after their end."""
    return tries.of("ladder", request.node, lambda: _placed_and_ended(ringside, numbers))


def _placed_and_ended(ringside: Ringside, numbers: dict[str, str]) -> dict[str, dict[str, Any]]:
    ringside.fault("chat.rate_limited", code="insufficient_quota", times=20)
    placed = {"dora": _place(ringside, numbers["dora"], "conversational")}
    ringside.wait_for(placed["dora"], lambda seen: _engines(seen)[-1:] != ["conversation"] and _engines(seen) != [])
    ringside.vendors.delete("/sandbox/faults").raise_for_status()
    placed |= {name: _place(ringside, numbers[name], type_) for name, type_ in OTHERS.items()}
    return {name: ringside.wait_until_ended(call) for name, call in placed.items()}


OTHERS = {"ada": "realtime", "ben": "realtime", "cleo": "conversational"}


def _place(ringside: Ringside, number: str, type_: str) -> str:
    lead = ringside.lead_with_phone(number)
    return str(ringside.call(lead, type=type_, agentMode="buyer").raise_for_status().json()["id"])


def _engines(seen: dict[str, Any]) -> list[str]:
    return [span["engine"] for span in seen["engines"]]


def _said(call: dict[str, Any]) -> str:
    """Who said what, for a failure's message."""
    return "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in call["transcript"])


def _tasks(ringside: Ringside, call: dict[str, Any]) -> int:
    return int(ringside.stack.manage("shell", "-v0", "-c", TASKS.format(call=call["id"])).stdout.split()[-1])


def test_a_lead_who_asks_for_a_person_is_put_through_to_the_owner(ended: dict[str, dict[str, Any]]) -> None:
    call = ended["ada"]
    assert _engines(call) == ["realtime", "ringing", "human"], _said(call)
    assert call["outcome"] == "transferred"


def test_when_nobody_answers_the_ai_talks_on_with_its_memory_and_a_task_is_filed(
    ringside: Ringside, ended: dict[str, dict[str, Any]]
) -> None:
    call = ended["ben"]
    assert _engines(call)[:3] == ["realtime", "ringing", "realtime"]
    said = [turn["text"] for turn in call["transcript"] if turn["speaker"] == "agent"]
    assert sum("AI assistant calling for" in text for text in said) == 1
    assert any("nobody is free right now" in text for text in said)
    assert _tasks(ringside, call) >= 1


def test_an_ai_without_a_model_gives_the_call_to_a_colleague_and_promises_a_call_back(
    ringside: Ringside, ended: dict[str, dict[str, Any]]
) -> None:
    call = ended["dora"]
    assert _engines(call) == ["conversation", "ringing", "promise"]
    assert call["engines"][0]["end_reason"] == "the AI failed (insufficient_quota)"
    assert call["status"] == "completed"
    assert _tasks(ringside, call) == 1


def test_a_lead_who_hangs_up_stops_the_ringing(ringside: Ringside, ended: dict[str, dict[str, Any]]) -> None:
    assert _engines(ended["cleo"]) == ["conversation", "ringing"], _said(ended["cleo"])
    calls = ringside.vendors.get("/sandbox/calls").json()["calls"]
    *_, rung = [call for call in calls if call["to"] == PHONES["cleo"]]
    assert rung["status"] in ("canceled", "no-answer")
    assert _tasks(ringside, ended["cleo"]) == 1


def test_the_vendors_had_nothing_to_complain_of(ringside: Ringside, ended: dict[str, dict[str, Any]]) -> None:
    assert ringside.vendors.get("/sandbox/complaints").json()["complaints"] == []
