"""Every tool with every extreme argument: an answer each time, the same on every database, and rows that stay sound.

The answers are in `extremes.json`: by tool and place, the code of each extreme ("" where the tool took it).
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from calls.agent.briefing import brief, chat_history
from calls.agent.tools.runner import refuse_tool, run_tool
from calls.models import Call, CallEvent, Engine, ToolUse, Transfer
from leads.errors import ServiceError
from leads.models import Activity, Appointment, BuyerPreferences, Lead, SellerProperty
from tests.calls.agent.tools.extremes import HUGE, VALUES, WHOLE, good_arguments, places, with_value
from tests.calls.agent.tools.schemas import SPECS
from tests.people import at_work, make_call, make_lead, make_listing

pytestmark = pytest.mark.django_db

ANSWERS = Path(__file__).with_name("extremes.json")
RECORDED: dict[str, dict[str, str]] = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
PLACES = [(name, place) for name in SPECS for place in places(name)]
CODES = {
    "", "INVALID_ARGUMENTS", "INVALID_RANGE", "PARTIAL", "CONFLICT", "NEEDS_APPROVAL", "UNKNOWN_AREA", "UNKNOWN_AGENT",
    "NO_MATCH", "INVALID_SLOT", "PAST", "OUTSIDE_HORIZON", "LISTING_NOT_SHOWABLE", "NOT_CONFIRMED",
    "BUYER_AGREEMENT_REQUIRED", "ADDRESS_AMBIGUOUS", "LISTED_ELSEWHERE", "NO_SLOTS",
}  # fmt: skip


@pytest.fixture
def call(omar: User) -> Call:
    """A live call to a lead of Omar's, who is at work, in a market of one home."""
    make_listing(listing_key="SYN-X", features=["pool"])
    return make_call(make_lead(owner=at_work(omar)))


@pytest.mark.parametrize(("name", "place"), PLACES, ids=[".".join((name, *place)) for name, place in PLACES])
def test_every_extreme_of_an_argument_has_its_answer(call: Call, name: str, place: tuple[str, ...]) -> None:
    good = good_arguments(call, name)
    answers = {label: answer(call, name, with_value(good, place, value)) for label, value in VALUES.items()}
    compare(".".join((name, *place)), answers)


@pytest.mark.parametrize("name", SPECS)
def test_every_extreme_in_place_of_all_arguments_has_its_answer(call: Call, name: str) -> None:
    good, place = good_arguments(call, name), places(name)[0]
    texts = WHOLE | {label: with_value(good, place, value) for label, value in HUGE.items()}
    compare(name, {label: answer(call, name, text) for label, text in texts.items()})


@pytest.mark.parametrize("key", ["", " ", "\x00", "call\x00_1", "x" * 101, "x" * 1_000_000, "\ud800", "💥", "a\nb"])
def test_an_id_that_no_column_can_hold_is_answered_once(call: Call, key: str) -> None:
    asked = {"name": "save_seller_details", "arguments": '{"address": "14 Orchard Lane"}', "engine": Engine.REALTIME}
    first, second = (run_tool(call.pk, tool_call_id=key, **asked) for _ in range(2))
    assert first == second
    assert first.envelope["ok"]
    assert ToolUse.objects.filter(call=call).count() == 1


def test_different_ids_that_no_column_can_hold_are_different_uses(call: Call) -> None:
    for key in ("x" * 200, "x" * 201, "\x00", "\x01"):
        run_tool(call.pk, name="end_call", arguments="{}", tool_call_id=key, engine=Engine.REALTIME)
    assert ToolUse.objects.filter(call=call).count() == 4


@pytest.mark.parametrize("name", ["", "\x00", "x" * 10_000, "sell.the\nhouse", "\ud800", "__init__"])
def test_a_name_that_is_no_tool_is_answered(call: Call, name: str) -> None:
    outcome = run_tool(call.pk, name=name, arguments="{}", tool_call_id="c1", engine=Engine.CONVERSATION)
    assert outcome.envelope["error"]["code"] == "UNKNOWN_TOOL"


def test_a_use_while_the_database_is_away_is_answered(call: Call) -> None:
    asked = {"name": "end_call", "arguments": "{}", "tool_call_id": "c1", "engine": Engine.REALTIME}
    refused = ServiceError("CONFIRM_FIRST", "Did you say 12?", say="Did you say 12?")
    with connection.execute_wrapper(no_database):
        ended, asked_first = run_tool(call.pk, **asked), refuse_tool(call.pk, **asked, refused=refused)
    assert (ended.envelope["ok"], ended.ends_call) == (True, True)  # kept, and done when the database is back
    assert asked_first.envelope["error"]["code"] == "CONFIRM_FIRST"
    assert (asked_first.ends_call, asked_first.hands_over) == (False, False)


def no_database(*_: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def answer(call: Call, name: str, arguments: str) -> str:
    """The code of the answer. Whatever it is, all that is left behind can be stored, shown and told to a model."""
    as_before(call)
    outcome = run_tool(call.pk, name=name, arguments=arguments, tool_call_id="c1", engine=Engine.CONVERSATION)
    text = json.dumps(outcome.envelope, allow_nan=False)
    assert len(text) < 20_000
    use = ToolUse.objects.get(call=call)
    assert use.result == json.loads(text)
    if BuyerPreferences.objects.exists() or SellerProperty.objects.exists():
        check_rows(call)
    told = outcome.envelope.get("data") or outcome.envelope["error"]
    code = "" if outcome.envelope["ok"] else str(told["code"])
    assert code in CODES, code
    rejected = ",".join(each["field"] for each in told.get("rejected", ()))
    return f"{code} without {rejected}".strip() if rejected else code


def as_before(call: Call) -> None:
    """Takes back what the last use did."""
    for model in (ToolUse, Appointment, BuyerPreferences, SellerProperty, Activity, Transfer, CallEvent):
        rows = model._default_manager.all()
        rows._raw_delete(rows.db)
    Lead.objects.filter(pk=call.lead_id).update(intent="unknown", timeframe="unknown", stage="new", lost_reason="")


def check_rows(call: Call) -> None:
    """What was saved is what a form would take, and the next instructions are short and have no line of the model's."""
    for model in (BuyerPreferences, SellerProperty):
        for row in model._default_manager.all():
            row.full_clean()
            assert all(len(value) <= 320 for value in vars(row).values() if isinstance(value, str))
    told = Call.objects.select_related("lead", "comparison").get(pk=call.pk)
    told.agent_mode = "seller" if SellerProperty.objects.exists() else "buyer"
    lines = brief(told).instructions.splitlines()
    assert [line for line in lines if line.startswith(("Mode:", "You must"))] == [f"Mode: {told.agent_mode}"]
    assert sum(map(len, lines)) < 15_000
    assert len(json.dumps(chat_history(told))) < 60_000


def compare(where: str, answers: dict[str, str]) -> None:
    if os.environ.get("RECORD_EXTREMES"):
        known: dict[str, Any] = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
        ANSWERS.write_text(json.dumps(dict(sorted((known | {where: answers}).items())), indent=1) + "\n")
    else:
        assert answers == RECORDED.get(where), f"on {connection.vendor}"
