"""Save what a seller says about a home: one row per home, found again by its address."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from leads.errors import ServiceError
from leads.fair_housing import mentions_people
from leads.listings.street_names import without_variants
from leads.models import Activity, Lead, SellerProperty
from leads.profile.known_values import Kind, a_number, a_text, a_whole_number, sound_values
from leads.profile.provenance import StatementSource
from leads.timeline.activities import record_activity

FIELDS = (
    "city",
    "state",
    "postal_code",
    "beds",
    "baths",
    "living_area",
    "year_built",
    "condition",
    "occupancy",
    "desired_price",
    "timeframe",
    "motivation",
    "listed_elsewhere",
)
KINDS: dict[str, Kind] = {
    "address": a_text,
    **dict.fromkeys(FIELDS, a_text),
    **dict.fromkeys(("beds", "living_area", "year_built", "desired_price"), a_whole_number),
    "baths": a_number,
    "condition": lambda value: condition if (condition := a_whole_number(value)) in range(1, 6) else None,
}


def save_seller_property(
    lead: Lead, address: str, details: Mapping[str, Any], *, source: StatementSource
) -> SellerProperty:
    """Add the given details to the lead's home at that address; None values are ignored.

    Raises ServiceError ADDRESS_AMBIGUOUS (candidates) when the address fits several of the lead's homes, and
    LISTED_ELSEWHERE, after saving that fact, when another brokerage has listed the home: such a seller may not be
    solicited (NAR art. 16).
    """
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk)
        home = _find(lead, address)
        given = {name: details[name] for name in FIELDS if details.get(name) is not None}
        if mentions_people(str(given.get("motivation", ""))):
            del given["motivation"]
        changed = _fill(home, given, source)
        _note(lead, home, changed, source)
    if home.listed_elsewhere == SellerProperty.Listed.YES:
        raise _listed_elsewhere()
    return home


def known_property(home: SellerProperty) -> dict[str, Any]:
    """Return the fields of the home that have a value, JSON-safe."""
    return sound_property({name: _json(name, getattr(home, name)) for name in ("address", *FIELDS)})


def sound_property(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value of their own kind, each text on one line: what anybody else may have kept."""
    return sound_values(values, KINDS)


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same apart from case, punctuation and abbreviated street suffixes."""
    return _plain(one) == _plain(other)


def _find(lead: Lead, address: str) -> SellerProperty:
    homes = list(SellerProperty.objects.filter(lead=lead))
    exact = [home for home in homes if same_address(home.address, address)]
    near = exact or [home for home in homes if _is_part(address, home.address)]
    if len(near) > 1:
        candidates = [home.address for home in near]
        raise ServiceError(
            "ADDRESS_AMBIGUOUS",
            "the address fits several homes of this lead",
            say=f"Which home do you mean: {' or '.join(candidates)}?",
            retryable=True,
            fields=["address"],
            candidates=candidates,
        )
    return near[0] if near else SellerProperty(lead=lead, address=address)


def _is_part(said: str, known: str) -> bool:
    """Whether one contains the other ("Orchard Lane", "14 Orchard Lane, Lakeside") with no other house number."""
    short, long = sorted((_plain(said), _plain(known)), key=len)
    numbers = {word for word in short.split() if word.isdigit()}
    if numbers - set(long.split()):
        return False
    return bool(short) and f" {short} " in f" {long} "


def _plain(address: str) -> str:
    return without_variants(re.sub(r"[^a-z0-9 ]", " ", address.casefold()))


def _fill(home: SellerProperty, given: Mapping[str, Any], source: StatementSource) -> list[str]:
    """Set the fields, save, and return the names of those that changed (`address` for a new home)."""
    changed = ["address"] if home._state.adding else []
    for name, value in given.items():
        typed = Decimal(str(value)) if name in ("baths", "desired_price") else value
        if getattr(home, name) != typed:
            setattr(home, name, typed)
            changed.append(name)
        home.provenance[name] = source.stamp()
    home.save()
    return changed


def _note(lead: Lead, home: SellerProperty, changed: list[str], source: StatementSource) -> None:
    Lead.objects.filter(pk=lead.pk, intent=Lead.Intent.UNKNOWN).update(intent=Lead.Intent.SELLER)
    if home.timeframe != Lead.Timeframe.UNKNOWN:
        Lead.objects.filter(pk=lead.pk, timeframe=Lead.Timeframe.UNKNOWN).update(timeframe=home.timeframe)
    if not changed:
        return
    named = ", ".join(name.replace("_", " ") for name in changed)
    record_activity(
        lead.pk,
        Activity.Kind.SELLER_DETAILS,
        f"{home.address}: {named} noted",
        by_ai=source.call_id is not None,
        call_id=source.call_id,
        data={"property": str(home.pk), "fields": changed},
    )


def _listed_elsewhere() -> ServiceError:
    return ServiceError(
        "LISTED_ELSEWHERE",
        "saved; the home is listed with another brokerage, so stop asking for the listing and say goodbye kindly",
        say="Since your home is listed with another brokerage, I'll leave it in their hands. Thank you for telling me.",
        fields=["listed_elsewhere"],
    )


def _json(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return None if not value.is_finite() else float(value) if name == "baths" else int(value)
    return value
