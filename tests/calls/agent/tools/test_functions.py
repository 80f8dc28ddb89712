"""What each tool does for the caller: homes, times, bookings, facts saved, and the end of the call."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from calls.models import Call, CallEvent, Turn
from leads.models import Appointment, BuyerPreferences, SellerProperty, Suppression
from tests.calls.agent.tools.uses import YES, booking, data, error, slots, use
from tests.people import make_call, make_listing

pytestmark = pytest.mark.django_db


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


def test_a_demographic_wish_has_no_place_to_go(call: Call) -> None:
    refused = error(call, "search_listings", neighbors="families")
    assert refused["code"] == "INVALID_ARGUMENTS"
    assert refused["fields"] == ["neighbors"]
