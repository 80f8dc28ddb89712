"""Running tools as a model calls them: results, refusals, repetition, and rows."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import now

from calls.agent.tools.runner import refuse_tool, run_tool, tool_specs
from calls.database.writes import take_in
from calls.models import Call, CallEvent, Engine, ToolUse
from leads.errors import ServiceError
from leads.models import Activity, Appointment
from tests.calls.agent.tools.uses import booking, data, error, slots, use
from tests.calls.outage import database_away, nothing_taken_in_by_itself
from tests.people import make_call, make_lead, make_listing

pytestmark = pytest.mark.django_db


def test_every_call_has_all_tools(call: Call) -> None:
    assert len(tool_specs()) == 7


def test_fm21_a_repeated_tool_call_books_once_and_answers_the_same(call: Call) -> None:
    wanted = booking(slots(call)[0])
    first = use(call, "schedule_appointment", id="call_twice", **wanted)
    second = use(call, "schedule_appointment", id="call_twice", **wanted)
    assert first == second
    assert Appointment.objects.count() == 1
    assert ToolUse.objects.filter(tool_call_id="call_twice").count() == 1


def test_the_same_id_on_another_call_is_another_use(call: Call) -> None:
    make_listing()
    use(call, "search_listings", id="call_1")
    assert use(make_call(), "search_listings", id="call_1").envelope["ok"]
    assert ToolUse.objects.count() == 2


@pytest.mark.parametrize("arguments", ["{", "[]", '{"summary": 1', "nonsense"])
def test_unreadable_arguments_are_an_answer_not_an_exception(call: Call, arguments: str) -> None:
    outcome = run_tool(call.pk, name="end_call", arguments=arguments, tool_call_id="c1", engine="realtime")
    assert outcome.envelope["error"]["code"] == "INVALID_ARGUMENTS"
    assert not outcome.ends_call


def test_an_unknown_tool_is_an_answer_not_an_exception(call: Call) -> None:
    assert error(call, "sell_the_house", price=1)["code"] == "UNKNOWN_TOOL"


def test_the_second_failure_of_a_kind_offers_a_person(call: Call) -> None:
    make_listing()
    wanted = {"areas": [{"kind": "city", "name": "Atlantis"}]}
    first, second = error(call, "search_listings", **wanted), error(call, "search_listings", **wanted)
    assert "agents can call you" not in first["say"]
    assert "agents can call you" in second["say"]
    assert not second["retryable"]


def test_twelve_uses_a_minute_are_enough_but_the_call_may_always_end(call: Call) -> None:
    make_listing()
    for _ in range(12):
        data(call, "search_listings")
    assert error(call, "search_listings")["code"] == "TOO_MANY_CALLS"
    assert use(call, "end_call", disposition="qualified_nurture", summary="").ends_call


def test_each_use_is_a_row_and_two_events(call: Call) -> None:
    make_listing()
    use(call, "search_listings", beds_min=3)
    row = ToolUse.objects.get()
    assert (row.name, row.arguments, row.ok, row.engine) == ("search_listings", {"beds_min": 3}, True, "realtime")
    assert row.finished_at is not None
    states = [event.data["state"] for event in CallEvent.objects.filter(call=call, kind="tool")]
    assert states == ["started", "finished"]


def test_a_use_still_running_is_told_to_wait(call: Call) -> None:
    ToolUse.objects.create(call=call, name="search_listings", tool_call_id="c1", engine="realtime")
    outcome = use(call, "search_listings", id="c1")
    assert outcome.envelope["error"]["code"] == "IN_PROGRESS"
    assert outcome.envelope["error"]["retryable"]


def test_a_use_whose_process_died_is_run_again(call: Call) -> None:
    make_listing()
    died = now() - timedelta(minutes=1)
    ToolUse.objects.create(call=call, name="search_listings", tool_call_id="c1", engine="realtime", started_at=died)
    assert use(call, "search_listings", id="c1").envelope["ok"]
    assert ToolUse.objects.get().ok


def test_a_booking_left_unanswered_by_a_dead_process_is_not_made_twice(call: Call) -> None:
    wanted = booking(slots(call)[0])
    use(call, "schedule_appointment", id="c1", **wanted)
    died = now() - timedelta(minutes=1)
    ToolUse.objects.filter(tool_call_id="c1").update(result=None, ok=None, finished_at=None, started_at=died)
    assert use(call, "schedule_appointment", id="c1", **wanted).envelope["ok"]
    assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_tool_call_delivered_twice_at_once_has_one_effect(omar: User) -> None:
    call = make_call(make_lead(owner=omar))
    wanted = booking(slots(call)[0])
    gate = threading.Barrier(2)
    answers: list[dict[str, Any]] = []

    def deliver() -> None:
        try:
            gate.wait(timeout=10)
            answers.append(use(call, "schedule_appointment", id="c1", **wanted).envelope)
        finally:
            connection.close()

    deliveries: list[Callable[[], None]] = [deliver, deliver]
    threads = [threading.Thread(target=each) for each in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Appointment.objects.count() == 1
    codes = sorted(answer.get("error", {}).get("code", "") for answer in answers)
    assert codes in (["", ""], ["", "IN_PROGRESS"])


def test_a_refused_request_is_a_finished_row_and_leaves_its_key_free(call: Call) -> None:
    asked = {"name": "save_seller_details", "arguments": '{"address": "12 Orchard Lane"}', "tool_call_id": "call_77"}
    doubt = ServiceError("CONFIRM_FIRST", "Did you say 12?", say="Did you say 12?", retryable=True, fields=["address"])
    for _ in range(2):
        outcome = refuse_tool(call.pk, **asked, engine=Engine.CONVERSATION, refused=doubt)
        assert outcome.envelope == {"ok": False, "error": doubt.as_error()}
    assert run_tool(call.pk, **asked, engine=Engine.CONVERSATION).envelope["ok"]
    assert [(use.ok, use.finished_at is None) for use in ToolUse.objects.filter(call=call)] == [
        (False, False),
        (True, False),
    ]
    assert all(len(use.tool_call_id) <= 40 for use in ToolUse.objects.filter(call=call))


# --- the database is away ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_booking_under_way_is_made_when_the_database_is_back_once_and_a_person_confirms_it(call: Call) -> None:
    wanted = booking(slots(call)[0])
    with nothing_taken_in_by_itself():
        with database_away():
            told = use(call, "schedule_appointment", id="call_away", **wanted).envelope
        assert told["error"]["code"] == "KEPT"
        assert "confirm" in told["error"]["say"]
        take_in(seconds=5.0)
    assert Appointment.objects.get().call_id == call.pk
    assert use(call, "schedule_appointment", id="call_away", **wanted).envelope["ok"]
    assert Appointment.objects.count() == 1
    assert Activity.objects.get(lead=call.lead, kind=Activity.Kind.TASK).summary.startswith("Call back: confirm")


@pytest.mark.django_db(transaction=True)
def test_a_booking_whose_outage_came_in_the_middle_is_not_made_twice(call: Call) -> None:
    wanted = booking(slots(call)[0])
    with nothing_taken_in_by_itself():
        ToolUse.objects.create(call=call, name="schedule_appointment", tool_call_id="half", engine=Engine.REALTIME)
        for _ in range(2):
            with database_away():
                use(call, "schedule_appointment", id="half", **wanted)
        take_in(seconds=5.0)
    assert Appointment.objects.count() == 1
    assert ToolUse.objects.get(tool_call_id="half").ok


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("search_listings", {}, "UNAVAILABLE"),
        ("check_availability", {"type": "buyer_consult"}, "UNAVAILABLE"),
        ("save_lead_preferences", {"beds_min": {"value": 3, "confidence": 0.9, "confirmed": True}}, "KEPT"),
        ("transfer_to_human", {"reason": "asked", "summary": "Wants a person."}, "NO_AGENT"),
        ("no_such_tool", {}, "UNAVAILABLE"),
    ],
)
def test_each_tool_has_an_answer_without_a_database(
    call: Call, name: str, arguments: dict[str, Any], code: str
) -> None:
    with nothing_taken_in_by_itself(), database_away():
        envelope = use(call, name, **arguments).envelope
    assert envelope["error"]["code"] == code
    assert envelope["error"]["say"]


@pytest.mark.django_db(transaction=True)
def test_a_goodbye_ends_the_call_without_a_database_and_its_outcome_is_kept(call: Call) -> None:
    with nothing_taken_in_by_itself():
        with database_away():
            outcome = use(call, "end_call", disposition="not_interested", summary="No need.", next_action=None)
        assert outcome.ends_call
        take_in(seconds=5.0)
    call.refresh_from_db()
    assert call.outcome == "not_interested"


@pytest.mark.django_db(transaction=True)
def test_whoever_asked_for_a_person_is_called_back(call: Call) -> None:
    with nothing_taken_in_by_itself():
        with database_away():
            assert not use(call, "transfer_to_human", reason="asked", summary="x").hands_over
        take_in(seconds=5.0)
    assert call.events.filter(kind="call_back_promised").count() == 1
