"""Read what the agent is told about a lead, as plain JSON, so that a comparison can freeze it for all of its calls."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from calls.agent.history import EarlierCall, earlier_calls
from leads.listings.areas import neighborhood_names
from leads.listings.search import ON_OFFER, spoken_home
from leads.models import Appointment, BuyerPreferences, Lead, Listing, SellerProperty, display_name
from leads.profile.buyer_preferences import known_preferences
from leads.profile.seller_homes import known_property
from leads.scheduling.booking import has_buyer_agreement
from leads.spoken_forms import spoken_when

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
    homes = SellerProperty.objects.filter(lead=lead).order_by("created_at")
    return LeadFacts(
        first_name=lead.first_name,
        full_name=lead.full_name,
        language=lead.language,
        timezone=lead.timezone,
        intent=lead.intent,
        source=lead.source,
        asked_at=lead.captured_at.isoformat() if lead.source in ASKED_US else "",
        inquiry=_inquiry(lead),
        preferences=known_preferences(preferences, lead.timeframe),
        agreement_signed=has_buyer_agreement(lead, now),
        homes_to_sell=tuple(known_property(home) for home in homes),
        appointments=_appointments(lead, now),
        earlier_calls=tuple(asdict(call) for call in earlier_calls(lead, before=before or now)),
        areas=tuple(neighborhood_names()[:MOST_AREAS]),
        streets=_streets(),
    )


def to_json(facts: LeadFacts) -> dict[str, Any]:
    """Return the facts as a JSON column stores them."""
    return asdict(facts)


def from_json(kept: dict[str, Any]) -> LeadFacts:
    """Rebuild the facts from `to_json`; unknown keys are ignored."""
    known = {name: kept[name] for name in LeadFacts.__slots__ if name in kept}
    lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return LeadFacts(**(known | lists))


def earlier_calls_in(facts: LeadFacts) -> tuple[EarlierCall, ...]:
    """Return the earlier calls stored in the facts."""
    return tuple(EarlierCall(**call | {"last_lines": tuple(call["last_lines"])}) for call in facts.earlier_calls)


def _inquiry(lead: Lead) -> str:
    listing = lead.inquiry_listing
    if listing is None:
        return ""
    return spoken_home(listing) if listing.standard_status in ON_OFFER else listing.unparsed_address


def _appointments(lead: Lead, now: datetime) -> tuple[str, ...]:
    booked = Appointment.objects.filter(
        lead=lead, status=Appointment.Status.CONFIRMED, is_test=False, start_at__gt=now
    ).select_related("agent")
    return tuple(
        f"{each.get_type_display()} on {spoken_when(each.start_at.astimezone(ZoneInfo(each.timezone)))} "
        f"with {display_name(each.agent)}"
        for each in booked
    )


def _streets() -> tuple[str, ...]:
    """Return street names of the newest homes on offer, as recognition hints."""
    addresses = Listing.objects.filter(standard_status__in=ON_OFFER).order_by("-listing_contract_date", "listing_key")
    names = (
        address.split(",")[0].lstrip("0123456789 ")
        for address in addresses.values_list("unparsed_address", flat=True)[: MOST_STREETS * 3]
    )
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_STREETS]
