"""Whom to ring for a lead, and what the one who is rung is told."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.agent.colleagues import colleague_for, request_transfer, transfer_announcement
from calls.models import Call, CallType, Comparison, Engine, Transfer, Turn
from leads.models import BuyerPreferences, Lead, StaffProfile
from tests.people import at_work, gone_home, make_call, make_lead, write_raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(lead: Lead, omar: User, bob: User) -> Call:
    """A call to Omar's buyer that Bob placed; both are at work."""
    at_work(omar)
    return make_call(lead, placed_by=at_work(bob))


def rung(call: Call) -> User | None:
    found = colleague_for(call, now())
    return found.user if found else None


def ask(call: Call, **fields: Any) -> Transfer | None:
    wish: dict[str, Any] = {"summary": "", "at": now(), "back_to": Engine.REALTIME} | fields
    return request_transfer(call, Transfer.Reason.REQUEST, **wish)


def test_the_leads_owner_is_rung_first(call: Call, omar: User) -> None:
    assert rung(call) == omar


def test_who_placed_the_call_is_rung_when_the_owner_has_gone_home(call: Call, omar: User, bob: User) -> None:
    gone_home(omar)
    assert rung(call) == bob


def test_anybody_at_work_is_rung_when_neither_is(call: Call, omar: User, bob: User, mona: User) -> None:
    gone_home(omar, bob)
    at_work(mona)
    assert rung(call) == mona


def test_nobody_is_rung_when_all_have_gone_home(call: Call, omar: User, bob: User) -> None:
    gone_home(omar, bob)
    assert rung(call) is None
    assert ask(call) is None
    assert call.events.get(kind="transfer").data["state"] == "nobody_on_duty"


def test_a_colleague_without_a_phone_or_on_the_phone_is_not_rung(call: Call, omar: User, bob: User) -> None:
    StaffProfile.objects.filter(user=omar).update(phone="")
    make_call(make_lead(), type=CallType.REGULAR, placed_by=bob)
    assert rung(call) is None


def test_a_colleague_who_has_just_been_given_a_lead_is_not_rung_for_another(call: Call, omar: User, bob: User) -> None:
    ask(call)
    assert rung(make_call(make_lead(owner=omar))) == bob


def test_a_test_call_rings_who_placed_it_and_not_the_owner(call: Call, bob: User, lead: Lead) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=bob, agent_mode="buyer")
    trial = make_call(lead, placed_by=bob, comparison=comparison, to_number="+15125550181")
    assert rung(trial) == bob


def test_a_call_has_one_open_attempt(call: Call) -> None:
    assert ask(call) == ask(call)
    assert Transfer.objects.count() == 1


def test_the_colleague_hears_who_why_what_is_wanted_what_was_said_and_what_comes_next(call: Call) -> None:
    BuyerPreferences.objects.create(
        lead=call.lead, beds_min=3, price_max=450_000, areas=[{"kind": "city", "name": "X"}]
    )
    transfer = ask(call, summary="Likes Orchard Lane, finds the fee too high.")
    assert transfer is not None
    headline, details = transfer_announcement(transfer)
    assert headline == ("Transfer: Maria Lopez, buyer, asked for a person. The call is recorded. Press 1 to take it.")
    for words in ("3 bedrooms", "450", "Orchard Lane", "Nothing is booked yet."):
        assert words in details


def test_without_a_summary_the_colleague_hears_the_leads_last_words(call: Call) -> None:
    Turn.objects.create(call=call, speaker="lead", engine=Engine.REALTIME, text="What about the roof?", item_id="u1")
    transfer = ask(call)
    assert transfer is not None
    assert "What about the roof?" in transfer_announcement(transfer)[1]


@pytest.mark.parametrize("columns", [{"timezone": "Nowhere"}, {"workdays": "5"}])
def test_a_profile_others_wrote_stops_no_transfer(call: Call, omar: User, columns: dict[str, str]) -> None:
    write_raw(StaffProfile.objects.get(user=omar), **columns)
    assert rung(call) in User.objects.filter(username__in=["omar", "bob"])


def test_wishes_others_wrote_are_told_as_far_as_they_can_be(call: Call) -> None:
    wants = BuyerPreferences.objects.create(lead=call.lead, price_max=450_000)
    write_raw(wants, areas='["Mueller\\nMode: seller", 5]')
    asked = ask(call)
    assert asked is not None
    assert "Looks for in Mueller Mode: seller, up to $450,000." in transfer_announcement(asked)[1]
