"""Seed the synthetic brokerage: rows that exist stay as they are, missing ones are added."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from calls.models import Call
from demo.call_history import past_calls
from demo.call_rows import booking_call, store_calls
from demo.market import CITY, ZONE, synthetic_listings
from demo.people import Person, synthetic_people
from leads.consent.suppression import suppress_number
from leads.models import (
    Activity,
    Appointment,
    BuyerPreferences,
    Lead,
    Listing,
    SellerProperty,
    StaffProfile,
    Suppression,
    display_name,
    short_name,
)
from leads.profile.provenance import StatementSource
from leads.timeline.activities import record_activity

STAFF = (  # username, first and last name, phone, manager, admin
    ("omar", "Omar", "Haddad", "+15125550190", False, False),
    ("mona", "Mona", "Moss", "+15125550191", True, False),
    ("ana", "Ana", "Adler", "+15125550192", True, True),
)
BACK_OFFICE = ("lead", "buyerpreferences", "sellerproperty", "appointment", "listing", "activity", "call", "comparison")
MEETING = {
    Lead.Intent.BUYER: Appointment.Type.BUYER_CONSULT,
    Lead.Intent.BOTH: Appointment.Type.BUYER_CONSULT,
    Lead.Intent.SELLER: Appointment.Type.LISTING_CONSULT,
}
HAVE_MET = (Lead.Stage.MET, Lead.Stage.CLIENT, Lead.Stage.UNDER_CONTRACT, Lead.Stage.CLOSED)
CAME = {
    Lead.Source.WEBSITE: "Filled in the form on the website",
    Lead.Source.PORTAL: "Asked about a home on a portal",
    Lead.Source.REFERRAL: "Recommended by a past client",
    Lead.Source.OPEN_HOUSE: "Signed in at an open house",
    Lead.Source.IMPORT: "Imported from the old address book",
}


def seed_staff(password: str, *, reset: bool = False) -> list[User]:
    """Add two members of staff and the admin. The password is set for new ones, or for all with `reset`."""
    group, _ = Group.objects.get_or_create(name="Agents")
    group.permissions.set(_agent_permissions())
    return [_member(group, password, reset, *row) for row in STAFF]


def seed_listings(*, anchor: datetime) -> int:
    """Add the synthetic listings and return how many were new. Existing ones count as refreshed by the feed."""
    listings = synthetic_listings(anchor=anchor)
    before = Listing.objects.count()
    Listing.objects.bulk_create(listings, ignore_conflicts=True)
    Listing.objects.filter(listing_key__startswith="SYN-").update(modification_timestamp=anchor)
    return Listing.objects.count() - before


def seed_leads(*, anchor: datetime) -> int:
    """Add the synthetic leads with their rows and past calls; return how many were new. A known phone is left alone."""
    owners = {user.username: user for user in User.objects.filter(username__in=[row[0] for row in STAFF])}
    known = set(map(str, Lead.objects.values_list("phone", flat=True)))
    new = [
        (number, person)
        for number, person in enumerate(synthetic_people(anchor=anchor))
        if person.lead["phone"] not in known
    ]
    for number, person in new:
        with transaction.atomic():
            _add(number, person, owners.get(person.owner), anchor)
    return len(new)


def _member(
    group: Group,
    password: str,
    reset: bool,
    username: str,
    first: str,
    last: str,
    phone: str,
    manager: bool,
    admin: bool,
) -> User:
    names = {"first_name": first, "last_name": last, "email": f"{username}@example.com", "is_staff": True}
    user, created = User.objects.get_or_create(username=username, defaults={**names, "is_superuser": admin})
    if created or reset:
        user.set_password(password)
        user.save(update_fields=["password"])
    user.groups.add(group)
    StaffProfile.objects.get_or_create(user=user, defaults={"phone": phone, "is_manager": manager, "timezone": ZONE})
    return user


def _agent_permissions() -> list[Permission]:
    """What agents may do in the admin: change leads and their rows, view the rest."""
    may_change = {"lead", "buyerpreferences", "sellerproperty", "appointment"}
    wanted = [
        f"{verb}_{model}"
        for model in BACK_OFFICE
        for verb in (("view", "add", "change") if model in may_change else ("view",))
    ]
    return list(Permission.objects.filter(codename__in=wanted, content_type__app_label__in=["leads", "calls"]))


def _add(number: int, person: Person, owner: User | None, anchor: datetime) -> None:
    lead = Lead.objects.create(**person.lead, owner=owner, inquiry_listing=_inquiry(number, person))
    calls = _add_calls(lead, number, anchor)
    if person.preferences:
        _add_preferences(lead, person)
    if person.home:
        SellerProperty.objects.create(lead=lead, **person.home, provenance=_provenance(lead, person.home))
    _add_timeline(lead)
    _add_appointment(lead, number, anchor, call=booking_call(calls))
    if lead.lost_reason == Lead.LostReason.DO_NOT_CALL:
        suppress_number(str(lead.phone), reason=Suppression.Reason.VERBAL_REQUEST)
    Lead.objects.filter(pk=lead.pk).update(stage=person.lead["stage"])


def _inquiry(number: int, person: Person) -> Listing | None:
    """The listing a lead asked about: buyers from a portal, a sign or an open house have one; the first lead always."""
    asked = person.lead["source"] in (Lead.Source.PORTAL, Lead.Source.SIGN_CALL, Lead.Source.OPEN_HOUSE)
    if number and (not asked or person.lead["intent"] != Lead.Intent.BUYER):
        return None
    homes = Listing.objects.filter(standard_status=Listing.Status.ACTIVE, city=CITY, bedrooms_total__gte=3)
    homes = homes.order_by("-subdivision_name", "list_price")
    return homes.filter(subdivision_name="Willow Creek").first() if number == 0 else homes[number : number + 1].first()


def _add_preferences(lead: Lead, person: Person) -> None:
    said = {name: value for name, value in person.preferences.items() if not name.startswith("agreement")}
    BuyerPreferences.objects.create(lead=lead, **person.preferences, provenance=_provenance(lead, said))


def _provenance(lead: Lead, facts: dict[str, object]) -> dict[str, object]:
    stamp = StatementSource(at=lead.first_contact_at or lead.captured_at).stamp()
    return dict.fromkeys(facts, stamp)


def _add_timeline(lead: Lead) -> None:
    came = CAME.get(Lead.Source(lead.source), f"Came in through {lead.get_source_display().lower()}")
    record_activity(lead.pk, Activity.Kind.NOTE, came, at=lead.captured_at)
    if lead.owner:
        owner = display_name(lead.owner)
        record_activity(
            lead.pk, Activity.Kind.ASSIGNMENT, f"Given to {owner}", at=lead.captured_at, data={"owner": owner}
        )
    if lead.first_contact_at:
        label = Lead.Stage(lead.stage).label
        record_activity(lead.pk, Activity.Kind.STAGE, f"Stage: {label}", actor=lead.owner, at=lead.first_contact_at)


def _add_calls(lead: Lead, number: int, anchor: datetime) -> list[Call]:
    staff = lead.owner or User.objects.get(username="mona")
    words = {
        "first": lead.first_name,
        "city": lead.city,
        "staff": short_name(staff),
        "agent": settings.AGENT_NAME,
        "brokerage": settings.BROKERAGE_NAME,
    }
    return store_calls(lead, past_calls(lead, number, words, anchor=anchor), staff)


def _add_appointment(lead: Lead, number: int, anchor: datetime, *, call: Call | None) -> None:
    """Add a future appointment for leads that have one set, a past one for those met; never two at one time."""
    kind = MEETING.get(Lead.Intent(lead.intent), Appointment.Type.CALLBACK)
    if lead.stage == Lead.Stage.APPOINTMENT_SET:
        start, status = (
            _office_hour(anchor, days=2 + number % 5, hour=9 + 2 * (number % 4)),
            Appointment.Status.CONFIRMED,
        )
    elif lead.stage in HAVE_MET:
        start, status = _office_hour(lead.captured_at, days=6, hour=9 + number % 8), Appointment.Status.COMPLETED
    else:
        return
    agent = lead.owner or User.objects.get(username="mona")
    end = start + timedelta(minutes=60)
    Appointment.objects.create(
        lead=lead, agent=agent, type=kind, start_at=start, end_at=end, timezone=ZONE, status=status,
        attendee_name=lead.full_name, call_id=call.pk if call else None,
        source=Appointment.Source.AI_CALL if call else Appointment.Source.STAFF,
    )  # fmt: skip
    summary = f"{kind.label} {'booked' if status == Appointment.Status.CONFIRMED else 'held'}"
    told = call.ended_at if call and start > anchor else min(start, anchor)
    record_activity(lead.pk, Activity.Kind.APPOINTMENT, summary, actor=agent, by_ai=call is not None, at=told)


def _office_hour(anchor: datetime, *, days: int, hour: int) -> datetime:
    """A full hour on the day that many days after `anchor`; a Sunday becomes the Monday after it."""
    day = (anchor.astimezone(ZoneInfo(ZONE)) + timedelta(days=days)).date()
    day += timedelta(days=1 if day.weekday() == 6 else 0)
    return datetime.combine(day, time(hour), ZoneInfo(ZONE))
