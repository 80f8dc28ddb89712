"""Saving what a buyer looks for: a guess never replaces what was confirmed, and every value knows where it is from."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from leads.errors import ServiceError
from leads.models import Activity, BuyerPreferences, Lead
from leads.profile.buyer_preferences import StatedValue, known_preferences, save_preferences
from leads.profile.provenance import RejectedField, StatementSource
from tests.people import make_lead

CALL = uuid.uuid4()
SOURCE = StatementSource(at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC), call_id=CALL, turn=42)
pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> Lead:
    return make_lead(intent="unknown")


def save(lead: Lead, *, confirmed: bool = True, **values: Any) -> tuple[str, ...]:
    patch = {name: StatedValue(value, confidence=0.9, confirmed=confirmed) for name, value in values.items()}
    return save_preferences(lead, patch, source=SOURCE).fields


def refusal(lead: Lead, *, confirmed: bool = True, **values: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        save(lead, confirmed=confirmed, **values)
    return refused.value


def stored(lead: Lead) -> BuyerPreferences:
    return BuyerPreferences.objects.get(lead=lead)


AREA = [{"kind": "neighborhood", "name": "Willow Creek"}]


def test_what_was_said_is_saved_with_its_source(buyer: Lead) -> None:
    assert set(save(buyer, areas=AREA, price_max=450_000, timeframe="0_3m")) == {"areas", "price_max", "timeframe"}
    row = stored(buyer)
    buyer.refresh_from_db()
    assert (row.areas, row.price_max, buyer.timeframe) == (AREA, Decimal(450_000), "0_3m")
    assert row.provenance["price_max"] == {
        "call_id": str(CALL),
        "turn": 42,
        "confidence": 0.9,
        "confirmed": True,
        "at": "2026-11-23T15:00:00+00:00",
    }


def test_a_save_is_a_line_on_the_timeline_and_settles_the_intent(buyer: Lead) -> None:
    save(buyer, price_max=450_000, beds_min=3)
    line = Activity.objects.get(lead=buyer)
    assert line.summary == "Looking: up to $450,000; 3 or more bedrooms"
    assert (line.call_id, line.by_ai) == (CALL, True)
    buyer.refresh_from_db()
    assert buyer.intent == Lead.Intent.BUYER


def test_only_news_reaches_the_timeline(buyer: Lead) -> None:
    save(buyer, price_max=450_000)
    save(buyer, price_max=450_000)
    assert Activity.objects.filter(lead=buyer).count() == 1
    save(buyer, price_max=450_000, beds_min=3)
    assert Activity.objects.filter(lead=buyer).first().summary == "Looking: 3 or more bedrooms"  # type: ignore[union-attr]


def test_the_timeline_says_a_timeframe_in_words(buyer: Lead) -> None:
    save(buyer, timeframe="0_3m")
    assert Activity.objects.get(lead=buyer, kind="preferences").summary == "Looking: timeframe: 0–3 months"


def test_a_guess_does_not_replace_a_confirmed_value(buyer: Lead) -> None:
    save(buyer, beds_min=3)
    no = refusal(buyer, beds_min=2, confirmed=False)
    assert no.code == "CONFLICT"
    assert (no.details["old"], no.details["new"]) == (3, 2)
    assert stored(buyer).beds_min == 3


def test_a_confirmed_value_replaces_anything(buyer: Lead) -> None:
    save(buyer, beds_min=3)
    save(buyer, beds_min=2)
    assert stored(buyer).beds_min == 2


def test_a_guess_replaces_a_guess_and_the_same_value_is_no_conflict(buyer: Lead) -> None:
    save(buyer, beds_min=3, confirmed=False)
    save(buyer, beds_min=4, confirmed=False)
    save(buyer, beds_min=4)
    save(buyer, beds_min=4, confirmed=False)
    assert stored(buyer).beds_min == 4


def test_what_fits_is_saved_and_the_rest_is_named(buyer: Lead) -> None:
    save(buyer, beds_min=3)
    no = refusal(buyer, beds_min=2, baths_min=2.5, confirmed=False)
    assert no.code == "PARTIAL"
    assert no.details["saved"] == ["baths_min"]
    assert no.details["rejected"] == [{"field": "beds_min", "reason": "CONFLICT", "old": 3, "new": 2}]
    assert stored(buyer).baths_min == 2.5


def test_fields_left_out_before_are_named_too(buyer: Lead) -> None:
    with pytest.raises(ServiceError) as refused:
        save_preferences(
            buyer,
            {"beds_min": StatedValue(3)},
            source=SOURCE,
            rejected=[RejectedField("price_max", "INVALID_RANGE")],
        )
    assert refused.value.details["saved"] == ["beds_min"]
    assert refused.value.fields == ("price_max",)


def test_a_range_that_contradicts_itself_is_not_saved(buyer: Lead) -> None:
    no = refusal(buyer, price_min=500_000, price_max=400_000)
    assert no.code == "INVALID_RANGE"
    assert (stored(buyer).price_min, stored(buyer).price_max) == (None, None)


def test_a_new_limit_pushes_the_old_opposite_aside(buyer: Lead) -> None:
    save(buyer, price_min=400_000, confirmed=False)
    save(buyer, price_max=350_000)
    row = stored(buyer)
    assert (row.price_min, row.price_max) == (None, Decimal(350_000))
    assert "price_min" not in row.provenance


def test_a_guessed_limit_does_not_push_a_confirmed_one(buyer: Lead) -> None:
    save(buyer, price_min=400_000)
    assert refusal(buyer, price_max=350_000, confirmed=False).code == "CONFLICT"


def test_an_approved_amount_needs_an_approval(buyer: Lead) -> None:
    assert refusal(buyer, preapproval_amount=400_000).code == "NEEDS_APPROVAL"
    save(buyer, preapproval="approved", preapproval_amount=400_000)
    save(buyer, preapproval="none")
    assert stored(buyer).preapproval_amount is None


def test_what_speaks_of_people_is_not_kept(buyer: Lead) -> None:
    assert refusal(buyer, motivation="close to our church").code == "PROTECTED_CLASS"
    assert stored(buyer).motivation == ""
    save(buyer, motivation="closer to work")
    assert stored(buyer).motivation == "closer to work"


def test_known_preferences_are_ready_for_json(buyer: Lead) -> None:
    save(buyer, price_max=450_000, baths_min=2.5, must_have=["pool"])
    assert known_preferences(stored(buyer), "unknown") == {
        "price_max": 450_000,
        "baths_min": 2.5,
        "must_have": ["pool"],
    }
    assert known_preferences(None, "now") == {"timeframe": "now"}
