"""The tools: functions the agent may call, each a thin layer over a CRM service. Their signatures become the schemas.

A tool's docstring is the description the models get, so it is written to the model.
"""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from calls.agent.colleagues import engine_of, request_transfer
from calls.agent.outcome import ProposedOutcome, propose_outcome
from calls.agent.tools.arguments import (
    Address,
    AgentName,
    AllAreas,
    AreaArgument,
    Areas,
    Baths,
    Beds,
    City,
    Condition,
    EmptyAsNull,
    EndReason,
    Features,
    ForTheColleague,
    Limit,
    ListingKey,
    LivingArea,
    Name,
    Note,
    PartOfDay,
    Phrase,
    PostalCode,
    Price,
    SlotId,
    State,
    Stated,
    SubTypes,
    Summary,
    Timeframe,
    TransferReason,
    YearBuilt,
)
from calls.agent.tools.registry import Json, Registry, ToolUseContext
from calls.call_log.callbacks import file_call_back
from calls.models import Transfer
from leads.errors import ServiceError
from leads.listings.areas import Area
from leads.listings.search import HomeSearch, Sort, find_homes, listing_as_json
from leads.models import Appointment, BuyerPreferences, Listing, SellerProperty, display_name
from leads.profile.buyer_preferences import StatedValue, save_preferences
from leads.profile.seller_homes import known_property, save_seller_property
from leads.scheduling.availability import find_availability, read_slot_id, slot_as_json
from leads.scheduling.booking import BookingRequest, appointment_as_json, book_appointment, has_buyer_agreement
from leads.scheduling.on_duty import find_agent
from leads.spoken_forms import spoken_list

registry = Registry()


@registry.tool()
def search_listings(
    use: ToolUseContext,
    areas: Annotated[Areas | None, EmptyAsNull] = None,
    price_min: Price | None = None,
    price_max: Price | None = None,
    beds_min: Beds | None = None,
    baths_min: Baths | None = None,
    living_area_min: LivingArea | None = None,
    sub_types: Annotated[SubTypes | None, EmptyAsNull] = None,
    must_have: Annotated[Features | None, EmptyAsNull] = None,
    sort: Sort | None = None,
    limit: Limit | None = None,
) -> Json:
    """Find homes on the market by place, price, rooms and features. Name at most three of them to the caller, with
    address, price, bedrooms and baths exactly as returned. Areas, prices and homes come from here only."""
    wanted = HomeSearch(
        areas=tuple(Area(area.kind.value, area.name) for area in areas or ()),
        price_min=price_min,
        price_max=price_max,
        beds_min=beds_min,
        baths_min=baths_min,
        living_area_min=living_area_min,
        sub_types=tuple(kind.value for kind in sub_types or ()),
        must_have=tuple(feature.value for feature in must_have or ()),
        sort=sort or Sort.PRICE_ASC,
        limit=limit or 3,
    )
    found = find_homes(wanted, now=use.now)
    return {
        "total": found.total,
        "items": [listing_as_json(home) for home in found.homes],
        "areas": [{"kind": area.kind, "name": area.name} for area in found.areas],
    }


@registry.tool()
def check_availability(
    use: ToolUseContext,
    type: Appointment.Type,
    date_from: Annotated[date, Field(description="First day that suits the caller")],
    date_to: Annotated[date, Field(description="Last day that suits, at most 14 days later")],
    part_of_day: PartOfDay | None = None,
    listing_key: Annotated[ListingKey | None, EmptyAsNull] = None,
    agent: Annotated[AgentName | None, EmptyAsNull] = None,
) -> Json:
    """Free times for a meeting. A showing needs the listing_key of the home. Offer the caller two of the slots as
    spoken, then book the chosen one with its slot_id within ten minutes."""
    listing = _listing(listing_key)
    offer = find_availability(
        use.call.lead,
        type,
        first=date_from,
        last=date_to,
        now=use.now,
        part_of_day=part_of_day or "any",
        listing=listing,
        agent=find_agent(agent) if agent else None,
    )
    slots = [slot_as_json(slot, offer.zone, holder=str(use.call_id)) for slot in offer.slots]
    needs_agreement = type == Appointment.Type.SHOWING and not has_buyer_agreement(use.call.lead, use.now)
    return {"type": type.value, "timezone": offer.zone.key, "slots": slots, "agreement_needed": needs_agreement}


@registry.tool()
def schedule_appointment(
    use: ToolUseContext,
    slot_id: SlotId,
    type: Appointment.Type,
    attendee_name: Name,
    confirm_phrase: Annotated[Phrase, Field(description="The caller's own words agreeing to this time")],
    listing_key: Annotated[ListingKey | None, EmptyAsNull] = None,
    notes: Annotated[Note | None, EmptyAsNull] = None,
) -> Json:
    """Book the time the caller agreed to. Only after this returned ok may you say it is booked; then read back weekday,
    date, time and time zone."""
    agent_id, start, offered_for = read_slot_id(slot_id, holder=str(use.call_id))
    _check_type(type, offered_for)
    appointment = book_appointment(
        BookingRequest(
            lead=use.call.lead,
            agent_id=agent_id,
            type=type,
            start=start,
            key=use.key,
            attendee_name=attendee_name,
            confirm_phrase=confirm_phrase,
            listing=_listing(listing_key),
            notes=notes or "",
            call_id=use.call_id,
            source=Appointment.Source.AI_CALL,
            is_test=use.is_test,
        ),
        now=use.now,
    )
    told = appointment_as_json(appointment)
    say = f"You're booked for {told['spoken']} {told['spoken_zone']} with {told['agent_name']}."
    return told | {"say": say}


@registry.tool(by_field=True)
def save_lead_preferences(
    use: ToolUseContext,
    areas: Stated[AllAreas] | None = None,
    property_sub_types: Stated[SubTypes] | None = None,
    price_min: Stated[Price] | None = None,
    price_max: Stated[Price] | None = None,
    beds_min: Stated[Beds] | None = None,
    baths_min: Stated[Baths] | None = None,
    living_area_min: Stated[LivingArea] | None = None,
    must_have: Stated[Features] | None = None,
    motivation: Stated[Note] | None = None,
    financing: Stated[BuyerPreferences.Financing] | None = None,
    preapproval: Stated[BuyerPreferences.Preapproval] | None = None,
    preapproval_amount: Stated[Price] | None = None,
    has_agent: Stated[BuyerPreferences.HasAgent] | None = None,
    timeframe: Stated[Timeframe] | None = None,
) -> Json:
    """Save what the buyer looks for as soon as it is said; null for what was not said. confirmed is true when the
    caller stated it plainly or agreed when you repeated it."""
    stated: dict[str, Stated[Any] | None] = {
        "areas": areas,
        "property_sub_types": property_sub_types,
        "price_min": price_min,
        "price_max": price_max,
        "beds_min": beds_min,
        "baths_min": baths_min,
        "living_area_min": living_area_min,
        "must_have": must_have,
        "motivation": motivation,
        "financing": financing,
        "preapproval": preapproval,
        "preapproval_amount": preapproval_amount,
        "has_agent": has_agent,
        "timeframe": timeframe,
    }
    patch = {
        name: StatedValue(_plain(each.value), each.confidence, each.confirmed)
        for name, each in stated.items()
        if each is not None
    }
    if not patch and not use.rejected:
        raise ServiceError("INVALID_ARGUMENTS", "no field has a value", say="", retryable=True)
    saved = save_preferences(use.call.lead, patch, source=use.source, rejected=use.rejected)
    return {"saved": list(saved.fields)}


@registry.tool(by_field=True)
def save_seller_details(
    use: ToolUseContext,
    address: Annotated[Address, Field(description="Street address of the home")],
    city: Annotated[City | None, EmptyAsNull] = None,
    state: Annotated[State | None, EmptyAsNull] = None,
    postal_code: Annotated[PostalCode | None, EmptyAsNull] = None,
    beds: Beds | None = None,
    baths: Baths | None = None,
    living_area: LivingArea | None = None,
    year_built: YearBuilt | None = None,
    condition: Condition | None = None,
    occupancy: SellerProperty.Occupancy | None = None,
    desired_price: Price | None = None,
    timeframe: Timeframe | None = None,
    motivation: Annotated[Note | None, EmptyAsNull] = None,
    listed_elsewhere: SellerProperty.Listed | None = None,
) -> Json:
    """Save what the seller tells about the home, as soon as it is said; null for what was not said."""
    details: dict[str, Any] = {
        "city": city,
        "state": state,
        "postal_code": postal_code,
        "beds": beds,
        "baths": baths,
        "living_area": living_area,
        "year_built": year_built,
        "condition": condition,
        "occupancy": occupancy,
        "desired_price": desired_price,
        "timeframe": timeframe,
        "motivation": motivation,
        "listed_elsewhere": listed_elsewhere,
    }
    given = {name: _plain(value) for name, value in details.items()}
    home = save_seller_property(use.call.lead, address, given, source=use.source)
    return {"property": known_property(home), "rejected": [rejection.as_json() for rejection in use.rejected]}


@registry.tool(hands_over=True)
def transfer_to_human(use: ToolUseContext, reason: TransferReason, summary: ForTheColleague) -> Json:
    """Put the caller through to a colleague: on request, for a complaint, a legal question, an offer, distress, or what
    you may not or cannot do. Before calling it, say in one short sentence that you are putting the caller through. On
    NO_AGENT nobody is free: offer one of the callback_slots and book it as a callback."""
    engine = engine_of(use.call)
    why = Transfer.Reason(reason)
    asked = request_transfer(use.call, why, summary=summary, at=use.now, back_to=engine)
    if asked is not None:
        return {"ringing": display_name(asked.colleague)}
    file_call_back(use.call, reason=f"{why.label.lower()}. {summary}")
    raise ServiceError(
        "NO_AGENT",
        "no colleague is free; a call back is on the staff's list",
        say="Nobody is free right now, but a colleague will call you back. When would suit you?",
        callback_slots=_callback_slots(use),
    )


@registry.tool(ends_call=True)
def end_call(
    use: ToolUseContext,
    disposition: EndReason,
    summary: Summary,
    next_action: Annotated[Note | None, EmptyAsNull] = None,
) -> Json:
    """End the call after you have said goodbye, with what came of it, a summary for the agent and the next step."""
    outcome = propose_outcome(use.call, ProposedOutcome(disposition, summary, next_action or ""), at=use.now)
    return {"disposition": outcome.value, "ended": True}


def _listing(listing_key: str | None) -> Listing | None:
    return Listing.objects.filter(listing_key=listing_key).first() if listing_key else None


def _callback_slots(use: ToolUseContext) -> list[Json]:
    """Return the next two times at which a colleague can call back."""
    kind, today = Appointment.Type.CALLBACK, use.now.date()
    try:
        offer = find_availability(use.call.lead, kind, first=today, last=today + timedelta(days=3), now=use.now)
    except ServiceError:
        return []
    return [slot_as_json(slot, offer.zone, holder=str(use.call_id)) for slot in offer.slots[:2]]


def _check_type(wanted: Appointment.Type, offered_for: Appointment.Type) -> None:
    """Refuse a slot offered for another type; one offered for a showing may also become the consultation before it."""
    allowed = [offered_for, *([Appointment.Type.BUYER_CONSULT] if offered_for == Appointment.Type.SHOWING else [])]
    if wanted not in allowed:
        raise ServiceError(
            "INVALID_SLOT",
            f"the slot was offered for {spoken_list([kind.value for kind in allowed])}",
            say="Let me look at the times again.",
            retryable=True,
            fields=["slot_id", "type"],
        )


def _plain(value: Any) -> Any:
    """Turn enums and models into plain JSON values."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, AreaArgument):
        return {"kind": value.kind.value, "name": value.name}
    return getattr(value, "value", value)
