"""Every rule of the database, broken through the back office: a sentence each, nothing saved, nothing typed is lost.

A rule of a model that has a form needs a row in VIOLATIONS; a new one without it fails here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import AutoField, Model, UUIDField
from django.test import Client, RequestFactory
from django.urls import reverse

from calls.models import Price
from leads.models import Appointment, BuyerPreferences, Lead, Listing, SellerProperty, StaffProfile, Suppression
from tests.leads.admin.typed import filled_in
from tests.people import make_lead, make_listing, make_staff

START = datetime(2030, 11, 26, 20, 0, tzinfo=UTC)
SHORT = "+683 4000"  # a real number, of Niue; too short to be called
DAY, TIME = "2030-11-26", "14:00:00"


@dataclass
class Submitted:
    """A page, what is typed on it, and what it has to say."""

    address: str
    typed: dict[str, Any]
    says: str


def new_lead(says: str, **typed: Any) -> Submitted:
    given = {"first_name": "Priya", "phone": "512-555-2001"}
    return Submitted(reverse("admin:leads_lead_add"), given | typed, says)


def inline(prefix: str, says: str, *rows: dict[str, Any]) -> Submitted:
    lead = make_lead()
    typed: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        typed |= {f"{prefix}-{number}-{name}": value for name, value in (INLINE_DEFAULTS[prefix] | row).items()}
        typed[f"{prefix}-{number}-lead"] = str(lead.pk)
    return Submitted(reverse("admin:leads_lead_change", args=[lead.pk]), typed, says)


INLINE_DEFAULTS: dict[str, dict[str, Any]] = {
    "preferences": {
        "areas": "[]",
        "property_sub_types": "[]",
        "must_have": "[]",
        "financing": "unknown",
        "preapproval": "unknown",
        "has_agent": "unknown",
    },
    "seller_properties": {
        "address": "22 Hickory Bend",
        "occupancy": "unknown",
        "timeframe": "unknown",
        "listed_elsewhere": "unknown",
    },
}


def new_appointment(says: str, **typed: Any) -> Submitted:
    agent = make_staff("agent")
    given = {
        "lead": str(make_lead().pk), "agent": agent.pk, "type": "buyer_consult", "status": "confirmed",
        "source": "staff", "timezone": "America/Chicago", "start_at_0": DAY, "start_at_1": TIME,
        "end_at_0": DAY, "end_at_1": "15:00:00",
    }  # fmt: skip
    return Submitted(reverse("admin:leads_appointment_add"), given | typed, says)


def booked(**fields: Any) -> Appointment:
    given = {"type": "buyer_consult", "timezone": "America/Chicago", "start_at": START}
    given |= {"end_at": START + timedelta(hours=1)} | fields
    given["lead"] = given.get("lead") or make_lead()
    given["agent"] = given.get("agent") or make_staff(f"agent{Appointment.objects.count()}")
    return Appointment.objects.create(**given)


def same_slot() -> Submitted:
    """The form's own rule, on travel, is looked at first; the other one says the same to whoever passes it."""
    kept = booked()
    return new_appointment("The agent has another appointment", agent=kept.agent_id)


def second_open_one() -> Submitted:
    kept = booked()
    later = {"start_at_0": "2030-11-28", "end_at_0": "2030-11-28"}
    return new_appointment("The lead has an open appointment of this type", lead=str(kept.lead_id), **later)


def same_test_call() -> Submitted:
    """Two bookings of one test call: the second is changed by hand to the first one's type."""
    call = "11111111-2222-4333-8444-555555555555"
    booked(call_id=call, is_test=True)
    other = booked(call_id=call, is_test=True, type="showing", start_at=START + timedelta(days=1),
                   end_at=START + timedelta(days=1, hours=1))  # fmt: skip
    address = reverse("admin:leads_appointment_change", args=[other.pk])
    return Submitted(address, {"type": "buyer_consult"}, "This test call has booked an appointment of this type")


def new_listing(says: str, **typed: Any) -> Submitted:
    given = {
        "listing_key": "SYN-1", "standard_status": "Active", "property_sub_type": "SingleFamilyResidence",
        "list_price": "425000", "original_list_price": "425000", "listing_contract_date": DAY,
        "unparsed_address": "14 Orchard Lane", "city": "Lakeside", "state_or_province": "TX", "postal_code": "78799",
        "bedrooms_total": "3", "bathrooms_total": "2", "living_area": "1850", "year_built": "2004",
    }  # fmt: skip
    return Submitted(reverse("admin:leads_listing_add"), given | typed, says)


def staff_page(says: str, **typed: Any) -> Submitted:
    user = make_staff("omar")
    address = reverse("admin:auth_user_change", args=[user.pk])
    return Submitted(address, {f"profile-0-{name}": value for name, value in typed.items()}, says)


def new_suppression(says: str, **typed: Any) -> Submitted:
    given = {"phone": "512-555-2001", "scope": "company", "reason": "manual"}
    return Submitted(reverse("admin:leads_suppression_add"), given | typed, says)


def new_price(says: str, **typed: Any) -> Submitted:
    given = {"meter": "test.meter", "model": "", "unit_price": "0.5", "effective_from": DAY, "source": "x"}
    return Submitted(reverse("admin:calls_price_add"), given | typed, says)


def beside(row: Model, submitted: Submitted) -> Submitted:
    """What is submitted while that row is there."""
    assert row.pk
    return submitted


TOO_SHORT = "The phone number is too short or too long to be called from here."
SAME_HOME = "The lead has this home already."
NOT_NEGATIVE = "greater than or equal to 0"
VIOLATIONS: dict[str, Callable[[], Submitted]] = {
    "lead_phone_is_e164": lambda: new_lead(TOO_SHORT, phone=SHORT),
    "lead_is_reachable": lambda: new_lead("A lead needs a phone number or an e-mail address.", phone=""),
    "lead_score_0_100": lambda: new_lead("less than or equal to 100", score="101"),
    "lead_lost_has_reason": lambda: new_lead("Say why the lead is lost.", stage="lost"),
    "lead_phone_once": lambda: beside(make_lead(phone="+15125552001"), new_lead("Another lead has this phone number.")),
    "Lead.score": lambda: new_lead(NOT_NEGATIVE, score="-1"),
    "buyer_price_range": lambda: inline(
        "preferences", "The lowest price is above the highest.", {"price_min": "2", "price_max": "1"}
    ),
    "buyer_amount_needs_approval": lambda: inline(
        "preferences", "A pre-approved amount needs an approval", {"preapproval_amount": "400000"}
    ),
    "BuyerPreferences.lead": lambda: inline(
        "preferences", "Please correct the duplicate", {"motivation": "first"}, {"motivation": "second"}
    ),
    "BuyerPreferences.beds_min": lambda: inline("preferences", NOT_NEGATIVE, {"beds_min": "-1"}),
    "BuyerPreferences.living_area_min": lambda: inline("preferences", NOT_NEGATIVE, {"living_area_min": "-1"}),
    "seller_property_once_per_lead": lambda: inline(
        "seller_properties", SAME_HOME, {"address": "22 Hickory Bend"}, {"address": "22 HICKORY bend"}
    ),
    "seller_condition_1_5": lambda: inline("seller_properties", "from 1 (poor) to 5", {"condition": "6"}),
    "SellerProperty.beds": lambda: inline("seller_properties", NOT_NEGATIVE, {"beds": "-1"}),
    "SellerProperty.living_area": lambda: inline("seller_properties", NOT_NEGATIVE, {"living_area": "-1"}),
    "SellerProperty.year_built": lambda: inline("seller_properties", NOT_NEGATIVE, {"year_built": "-1"}),
    "SellerProperty.condition": lambda: inline("seller_properties", NOT_NEGATIVE, {"condition": "-1"}),
    "appointment_ends_after_start": lambda: new_appointment("An appointment ends after it starts.", end_at_1=TIME),
    "appointment_slot_once": same_slot,
    "appointment_open_once_per_type": second_open_one,
    "appointment_test_once_per_call": same_test_call,
    "listing_price_positive": lambda: new_listing("A price is more than zero.", list_price="0"),
    "listing_closed_has_price_and_date": lambda: new_listing("A closed listing has", standard_status="Closed"),
    "Listing.listing_key": lambda: beside(make_listing(listing_key="SYN-1"), new_listing("already exists")),
    "Listing.bedrooms_total": lambda: new_listing(NOT_NEGATIVE, bedrooms_total="-1"),
    "Listing.living_area": lambda: new_listing(NOT_NEGATIVE, living_area="-1"),
    "Listing.year_built": lambda: new_listing(NOT_NEGATIVE, year_built="-1"),
    "Listing.stories": lambda: new_listing(NOT_NEGATIVE, stories="-1"),
    "Listing.garage_spaces": lambda: new_listing(NOT_NEGATIVE, garage_spaces="-1"),
    "staff_phone_is_e164": lambda: staff_page(TOO_SHORT, phone=SHORT),
    "staff_day_has_hours": lambda: staff_page("The working day ends before it begins.", works_until="08:00:00"),
    "suppression_phone_is_e164": lambda: new_suppression(TOO_SHORT, phone=SHORT),
    "Suppression.phone": lambda: beside(
        Suppression.objects.create(phone="+15125552001", reason="manual"), new_suppression("already exists")
    ),
    "price_not_negative": lambda: new_price("A price is not below zero.", unit_price="-1"),
    "price_once_per_date": lambda: beside(
        Price.objects.create(meter="test.meter", unit_price=1, effective_from=DAY),
        new_price("This meter has a price from that date already."),
    ),
}
MODELS: tuple[type[Model], ...] = (
    Lead,
    Listing,
    Appointment,
    BuyerPreferences,
    SellerProperty,
    StaffProfile,
    Suppression,
    Price,
)
ONE_A_PAGE = {"StaffProfile.user"}  # the page is the user's own, and has room for one profile
NOT_TYPED = {
    "Appointment.idempotency_key",  # written by bookings
    "Lead.attempts",  # counted
    "ApiToken.digest",  # written when it is issued
}


def forms() -> dict[type[Model], set[str]]:
    """The models of ours that somebody can write in the back office, with the fields of their forms."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True, pk=1)
    found: dict[type[Model], set[str]] = {}
    for model, pages in admin.site._registry.items():
        if pages.has_add_permission(request) or pages.has_change_permission(request):
            found[model] = set(pages.get_form(request).base_fields)
        for inline_of in pages.get_inline_instances(request):
            if inline_of.has_add_permission(request, None) or inline_of.has_change_permission(request):
                found[inline_of.model] = set(inline_of.get_formset(request).form.base_fields)
    return {model: fields for model, fields in found.items() if model._meta.app_label in ("leads", "calls")}


def rules(model: type[Model]) -> Iterator[str]:
    """What the database refuses of that model: its constraints, unique columns, and numbers below zero."""
    yield from (constraint.name for constraint in model._meta.constraints)
    for column in model._meta.concrete_fields:
        if column.primary_key or isinstance(column, AutoField | UUIDField):
            continue
        if column.unique or "Positive" in column.get_internal_type():
            yield f"{model.__name__}.{column.name}"


@pytest.mark.django_db
def test_every_rule_of_every_model_with_a_form_is_broken_here() -> None:
    written = forms()
    assert {Lead, Listing, Appointment, BuyerPreferences, SellerProperty, StaffProfile, Suppression, Price} <= set(
        written
    )
    wanted = {rule for model in written for rule in rules(model)}
    assert wanted - set(VIOLATIONS) - NOT_TYPED - ONE_A_PAGE == set()
    assert set(VIOLATIONS) - wanted == set()


@pytest.mark.django_db
def test_what_is_not_typed_stands_on_no_form() -> None:
    fields = {f"{model.__name__}.{name}" for model, names in forms().items() for name in names}
    assert NOT_TYPED & fields == set()


def test_every_constraint_has_a_sentence_of_its_own() -> None:
    for model in apps.get_models():
        if model._meta.app_label in ("leads", "calls"):
            for constraint in model._meta.constraints:
                sentence = str(constraint.get_violation_error_message())
                assert constraint.name not in sentence
                assert sentence.endswith("."), constraint.name


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_rule_broken_in_the_back_office_is_said_in_a_sentence_and_nothing_is_saved(office: Client, rule: str) -> None:
    submitted = VIOLATIONS[rule]()
    before = [list(model._default_manager.values()) for model in MODELS]
    page = office.get(submitted.address)
    answer = office.post(submitted.address, filled_in(page) | submitted.typed)
    said = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 200
    assert submitted.says in said
    assert "violated" not in said
    assert rule not in said
    assert [list(model._default_manager.values()) for model in MODELS] == before


@pytest.mark.parametrize(
    "typed",
    [
        {"start_at_0": "0001-01-01", "start_at_1": "00:00:00"},
        {"start_at_0": "9999-12-31", "start_at_1": "23:59:59", "end_at_0": "9999-12-31", "end_at_1": "23:59:59"},
        {"lead": "abc"},
        {"agent": "9" * 30},
        {"notes": "\0"},
        {"timezone": "Nowhere/Land"},
        {"type": "dinner"},
    ],
)
def test_what_no_column_holds_is_a_sentence_too(office: Client, typed: dict[str, str]) -> None:
    submitted = new_appointment("", **typed)
    assert office.post(submitted.address, submitted.typed).status_code == 200
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "areas",
    [
        '["\\u0000"]',
        "NaN",
        "[1e999]",
        "[" * 2000,
        "{",
        '"x"',
        '["\\ud800"]',
        '{"\\udfff": 1}',
        "[" * 100_000,
        "[" + "9" * 5000,
    ],
)
def test_a_list_that_no_database_stores_is_a_sentence_too(office: Client, areas: str) -> None:
    submitted = inline("preferences", "", {"areas": areas, "motivation": "closer to work"})
    answer = office.post(submitted.address, filled_in(office.get(submitted.address)) | submitted.typed)
    assert answer.status_code in (200, 302)
    assert answer.status_code == 302 or not BuyerPreferences.objects.exists()
