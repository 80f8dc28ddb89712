"""Read what the agent is told about a lead, as plain JSON, so that a comparison can freeze it for all of its calls."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from calls.agent.history import LONGEST_LINE, MOST_EARLIER_CALLS, MOST_LAST_LINES, EarlierCall, earlier_calls
from leads.listings.areas import neighborhood_names
from leads.listings.search import ON_OFFER, spoken_home
from leads.models import (
    Appointment,
    BuyerPreferences,
    Lead,
    Listing,
    SellerProperty,
    display_name,
    language_of,
    zone_of,
)
from leads.models.shapes import object_in, objects_in
from leads.profile.buyer_preferences import known_preferences, sound_preferences
from leads.profile.known_values import a_text
from leads.profile.seller_homes import known_property, sound_property
from leads.row_by_row import row_by_row
from leads.scheduling.booking import has_buyer_agreement
from leads.spoken_forms import spoken_when
from leads.text import one_line

ASKED_US = (
    Lead.Source.WEBSITE,
    Lead.Source.PORTAL,
    Lead.Source.OPEN_HOUSE,
    Lead.Source.SIGN_CALL,
    Lead.Source.SOCIAL,
    Lead.Source.PAID_SEARCH,
)
MOST_AREAS = 40
MOST_STREETS = 30
MOST_HOMES = 5
MOST_APPOINTMENTS = 5
LONGEST_NAME = 40
LONGEST_SUMMARY = 600
TEXTS = ("first_name", "full_name", "language", "timezone", "intent", "source", "asked_at", "inquiry")
CALL_TEXTS = ("date", "type", "outcome", "summary")
YEARS = range(1990, 2200)


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """Everything the agent knows when the phone rings. Times are ISO 8601 in UTC; texts are ready to be spoken."""

    first_name: str
    full_name: str
    language: str
    timezone: str
    intent: str
    source: str
    asked_at: str
    inquiry: str
    preferences: dict[str, Any] = field(default_factory=dict)
    agreement_signed: bool = False
    homes_to_sell: tuple[dict[str, Any], ...] = ()
    appointments: tuple[str, ...] = ()
    earlier_calls: tuple[dict[str, Any], ...] = ()
    areas: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


def facts_of(lead: Lead, *, now: datetime, before: datetime | None = None) -> LeadFacts:
    """Read what is known about the lead now, with the calls that began before `before`."""
    preferences = BuyerPreferences.objects.filter(lead=lead).first()
    homes = SellerProperty.objects.filter(lead=lead).order_by("created_at")[:MOST_HOMES]
    return from_json(
        {
            "first_name": lead.first_name,
            "full_name": lead.full_name,
            "language": lead.language,
            "timezone": lead.timezone,
            "intent": lead.intent,
            "source": lead.source,
            "asked_at": lead.captured_at.isoformat() if lead.source in ASKED_US else "",
            "inquiry": _inquiry(lead),
            "preferences": known_preferences(preferences, lead.timeframe),
            "agreement_signed": has_buyer_agreement(lead, now),
            "homes_to_sell": row_by_row(homes, known_property),
            "appointments": _appointments(lead, now),
            "earlier_calls": [asdict(call) for call in earlier_calls(lead, before=before or now)],
            "areas": neighborhood_names()[:MOST_AREAS],
            "streets": _streets(),
        }
    )


def to_json(facts: LeadFacts) -> dict[str, Any]:
    """Return the facts as a JSON column stores them."""
    return asdict(facts)


def from_json(kept: Mapping[str, Any]) -> LeadFacts:
    """Build the facts from `to_json`, now or a while ago: each in its shape, texts on one line, lists of some length.

    What is missing or of another shape counts as not known.
    """
    texts = {name: a_text(kept.get(name)) or "" for name in TEXTS}
    asked = moment_in(texts["asked_at"])
    return LeadFacts(
        **texts
        | {
            "first_name": one_line(texts["first_name"], LONGEST_NAME),
            "full_name": one_line(texts["full_name"], 2 * LONGEST_NAME),
            "language": language_of(texts["language"]),
            "timezone": zone_of(texts["timezone"]).key,
            "asked_at": asked.isoformat() if asked else "",
        },
        preferences=sound_preferences(object_in(kept.get("preferences"))),
        agreement_signed=kept.get("agreement_signed") is True,
        homes_to_sell=tuple(sound_property(home) for home in _objects(kept, "homes_to_sell", MOST_HOMES)),
        appointments=_lines(kept, "appointments", MOST_APPOINTMENTS),
        earlier_calls=tuple(_objects(kept, "earlier_calls", MOST_EARLIER_CALLS)),
        areas=_lines(kept, "areas", MOST_AREAS),
        streets=_lines(kept, "streets", MOST_STREETS),
    )


def earlier_calls_in(facts: LeadFacts) -> tuple[EarlierCall, ...]:
    """Return the earlier calls stored in the facts."""
    return tuple(
        EarlierCall(
            **{name: one_line(str(call.get(name) or ""), LONGEST_SUMMARY) for name in CALL_TEXTS},
            last_lines=_lines(call, "last_lines", MOST_LAST_LINES),
        )
        for call in facts.earlier_calls
    )


def moment_in(text: str) -> datetime | None:
    """Return the moment of an ISO 8601 text with its zone; None for any other text, and outside living memory."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year in YEARS else None


def _objects(kept: Mapping[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    value = kept.get(name)
    return objects_in(list(value) if isinstance(value, tuple) else value)[:most]


def _lines(kept: Mapping[str, Any], name: str, most: int) -> tuple[str, ...]:
    """Return the texts of a list, without those that are none."""
    value = kept.get(name)
    given = value if isinstance(value, list | tuple) else ()
    lines = (one_line(each, LONGEST_LINE) for each in given[:most] if isinstance(each, str))
    return tuple(line for line in lines if line)


def _inquiry(lead: Lead) -> str:
    listing = lead.inquiry_listing
    if listing is None:
        return ""
    return spoken_home(listing) if listing.standard_status in ON_OFFER else listing.unparsed_address


def _appointments(lead: Lead, now: datetime) -> tuple[str, ...]:
    booked = Appointment.objects.filter(
        lead=lead, status=Appointment.Status.CONFIRMED, is_test=False, start_at__gt=now
    ).select_related("agent")
    return tuple(row_by_row(booked[:MOST_APPOINTMENTS], _spoken_appointment))


def _spoken_appointment(booked: Appointment) -> str:
    when = spoken_when(booked.start_at.astimezone(zone_of(booked.timezone)))
    return f"{booked.get_type_display()} on {when} with {display_name(booked.agent)}"


def _streets() -> tuple[str, ...]:
    """Return street names of the newest homes on offer, as recognition hints."""
    addresses = Listing.objects.filter(standard_status__in=ON_OFFER).order_by("-listing_contract_date", "listing_key")
    names = (
        address.split(",")[0].lstrip("0123456789 ")
        for address in addresses.values_list("unparsed_address", flat=True)[: MOST_STREETS * 3]
    )
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_STREETS]
