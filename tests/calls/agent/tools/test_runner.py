"""Running tools as a model calls them: results, refusals, repetition, and rows."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import localdate, now

from calls.agent.tools.runner import ToolOutcome, refuse_tool, run_tool, tool_specs
from calls.models import Call, CallEvent, Comparison, Engine, ToolUse, Turn
from leads.errors import ServiceError
from leads.models import Appointment, BuyerPreferences, Lead, SellerProperty, Suppression
from tests.people import make_call, make_lead, make_listing

pytestmark = pytest.mark.django_db
YES = "Yes, the first one works for me."


@pytest.fixture
def call(lead: Lead) -> Call:
    return make_call(lead)


@pytest.fixture
def trial(lead: Lead, omar: User) -> Call:
    """A comparison's call to a test line."""
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    return make_call(lead, comparison=comparison, to_number="+15125550181")


_ids = iter(range(1, 10_000))


def use(call: Call, name: str, *, id: str = "", **arguments: Any) -> ToolOutcome:
    return run_tool(
        call.pk,
        name=name,
        arguments=json.dumps(arguments),
        tool_call_id=id or f"call_{next(_ids)}",
        engine=Engine.REALTIME,
    )


def data(call: Call, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = use(call, name, **arguments).envelope
    assert envelope["ok"], envelope
    found: dict[str, Any] = envelope["data"]
    return found


def error(call: Call, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = use(call, name, **arguments).envelope
    assert not envelope["ok"], envelope
    found: dict[str, Any] = envelope["error"]
    return found


def slots(call: Call, kind: str = "buyer_consult", **more: Any) -> list[dict[str, Any]]:
    first = localdate() + timedelta(days=1)
    window = {"date_from": first.isoformat(), "date_to": (first + timedelta(days=10)).isoformat()}
    found: list[dict[str, Any]] = data(call, "check_availability", type=kind, **window, **more)["slots"]
    return found


def booking(slot: dict[str, Any], kind: str = "buyer_consult", **more: Any) -> dict[str, Any]:
    return {"slot_id": slot["slot_id"], "type": kind, "attendee_name": "Maria Lopez", "confirm_phrase": YES} | more


def test_every_call_has_all_tools(call: Call) -> None:
    assert len(tool_specs()) == 7


def test_a_search_finds_homes_with_keys_and_spoken_lines(call: Call) -> None:
    listing = make_listing()
    found = data(call, "search_listings", areas=[{"kind": "neighborhood", "name": "Willow Creek"}], price_max=450_000)
    assert found["total"] == 1
    assert found["items"][0]["listing_key"] == listing.listing_key
    assert found["items"][0]["price"] == 425_000


def test_nulls_and_empty_lists_mean_no_wish(call: Call) -> None:
    make_listing()
    everything = dict.fromkeys(["areas", "price_min", "price_max", "beds_min", "sub_types", "sort", "limit"])
    assert data(call, "search_listings", **everything)["total"] == 1
    assert data(call, "search_listings", areas=[], must_have=[])["total"] == 1


def test_fm21_a_buyer_is_booked_from_offer_to_row(call: Call, omar: User) -> None:
    offered = slots(call)
    assert len(offered) == 6
    told = data(call, "schedule_appointment", **booking(offered[0], notes="Interested in 14 Orchard Lane."))
    assert told["spoken"] == offered[0]["spoken"]
    assert offered[0]["spoken"] in told["say"]
    appointment = Appointment.objects.get()
    assert (appointment.agent, appointment.call_id, appointment.source) == (omar, call.pk, "ai_call")
    assert appointment.confirm_phrase == YES
    assert not appointment.is_test


def test_a_comparisons_booking_is_a_test(trial: Call) -> None:
    data(trial, "schedule_appointment", **booking(slots(trial)[0]))
    assert Appointment.objects.get().is_test


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


def test_a_slot_of_another_call_is_refused(call: Call) -> None:
    offered = slots(call)[0]
    assert error(make_call(call.lead, to_number="+15125550198"), "schedule_appointment", **booking(offered))[
        "code"
    ] == ("INVALID_SLOT")


def test_a_slot_serves_the_type_it_was_offered_for(call: Call) -> None:
    assert error(call, "schedule_appointment", **booking(slots(call)[0], "listing_consult"))["code"] == "INVALID_SLOT"


def test_a_showing_without_agreement_becomes_a_consultation(call: Call) -> None:
    key = make_listing().listing_key
    offered = slots(call, "showing", listing_key=key)
    refused = error(call, "schedule_appointment", **booking(offered[0], "showing", listing_key=key))
    assert refused["code"] == "BUYER_AGREEMENT_REQUIRED"
    assert "consultation" in refused["say"]
    data(call, "schedule_appointment", **booking(offered[0], "buyer_consult"))
    assert Appointment.objects.get().type == "buyer_consult"


def test_an_unknown_home_cannot_be_shown(call: Call) -> None:
    first = localdate() + timedelta(days=1)
    wanted = {"type": "showing", "date_from": str(first), "date_to": str(first), "listing_key": "SYN-none"}
    assert error(call, "check_availability", **wanted)["code"] == "LISTING_NOT_SHOWABLE"


def test_an_agent_can_be_asked_for_by_name(call: Call, bob: User) -> None:
    data(call, "schedule_appointment", **booking(slots(call, agent="Bob")[0]))
    assert Appointment.objects.get().agent == bob
    day = str(localdate() + timedelta(days=1))
    wanted = {"type": "buyer_consult", "date_from": day, "date_to": day, "agent": "Nobody"}
    assert error(call, "check_availability", **wanted)["suggestions"] == ["Bob", "Omar"]


def test_preferences_are_saved_with_call_and_turn(call: Call) -> None:
    turn = Turn.objects.create(call=call, speaker="lead", engine="realtime", text="Three bedrooms", item_id="i1")
    said = {"value": 3, "confidence": 0.95, "confirmed": True}
    assert data(call, "save_lead_preferences", beds_min=said, price_max=None) == {"saved": ["beds_min"]}
    provenance = BuyerPreferences.objects.get(lead=call.lead).provenance["beds_min"]
    assert (provenance["call_id"], provenance["turn"]) == (str(call.pk), turn.pk)


def test_a_value_out_of_range_does_not_cost_the_others(call: Call) -> None:
    said = {"confidence": 0.9, "confirmed": True}
    refused = error(call, "save_lead_preferences", beds_min=said | {"value": 3}, price_max=said | {"value": 5})
    assert refused["code"] == "PARTIAL"
    assert refused["saved"] == ["beds_min"]
    assert refused["rejected"] == [{"field": "price_max", "reason": "INVALID_RANGE"}]


def test_nothing_to_save_is_no_save(call: Call) -> None:
    assert error(call, "save_lead_preferences")["code"] == "INVALID_ARGUMENTS"
    assert not BuyerPreferences.objects.exists()


def test_a_sellers_home_is_saved(call: Call) -> None:
    saved = data(call, "save_seller_details", address="14 Orchard Lane", beds=3, baths=2.5, occupancy="owner")
    assert saved["property"] == {"address": "14 Orchard Lane", "beds": 3, "baths": 2.5, "occupancy": "owner"}
    assert SellerProperty.objects.get().lead == call.lead


def test_a_sellers_odd_value_is_left_out_and_named(call: Call) -> None:
    saved = data(call, "save_seller_details", address="14 Orchard Lane", beds=3, condition=9)
    assert saved["rejected"] == [{"field": "condition", "reason": "INVALID_RANGE"}]
    assert SellerProperty.objects.get().beds == 3


def test_ending_the_call_notes_outcome_summary_and_goodbye(call: Call) -> None:
    outcome = use(
        call, "end_call", disposition="qualified_nurture", summary="Wants 3 bedrooms.", next_action="Call Friday"
    )
    assert outcome.ends_call
    assert outcome.envelope["data"]["disposition"] == "qualified_nurture"
    call.refresh_from_db()
    assert (call.outcome, call.outcome_by_ai, call.summary) == ("qualified_nurture", True, "Wants 3 bedrooms.")
    assert CallEvent.objects.get(call=call, kind="goodbye").data["disposition"] == "qualified_nurture"
    assert call.lead.activities.get(kind="task").summary == "Next: Call Friday"


def test_an_invalid_disposition_does_not_end_the_call(call: Call) -> None:
    outcome = use(call, "end_call", disposition="bored", summary="")
    assert outcome.envelope["error"]["code"] == "INVALID_ARGUMENTS"
    assert outcome.envelope["error"]["fields"] == ["disposition"]
    assert not outcome.ends_call


def test_a_summary_too_long_is_cut(call: Call) -> None:
    use(call, "end_call", disposition="not_interested", summary="x" * 2000)
    call.refresh_from_db()
    assert len(call.summary) == 600


def test_a_wish_not_to_be_called_outlives_the_call(call: Call) -> None:
    use(call, "end_call", disposition="do_not_call", summary="Asked to stop.")
    assert Suppression.objects.get().phone == call.lead.phone


@pytest.mark.parametrize("arguments", ["{", "[]", '{"summary": 1', "nonsense"])
def test_unreadable_arguments_are_an_answer_not_an_exception(call: Call, arguments: str) -> None:
    outcome = run_tool(call.pk, name="end_call", arguments=arguments, tool_call_id="c1", engine="realtime")
    assert outcome.envelope["error"]["code"] == "INVALID_ARGUMENTS"
    assert not outcome.ends_call


def test_an_unknown_tool_is_an_answer_not_an_exception(call: Call) -> None:
    assert error(call, "sell_the_house", price=1)["code"] == "UNKNOWN_TOOL"


def test_a_demographic_wish_has_no_place_to_go(call: Call) -> None:
    refused = error(call, "search_listings", neighbors="families")
    assert refused["code"] == "INVALID_ARGUMENTS"
    assert refused["fields"] == ["neighbors"]


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
