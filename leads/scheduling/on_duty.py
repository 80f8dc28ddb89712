"""Find a member of staff: by the name a caller uses, or by who is at work now."""

from datetime import datetime

from django.contrib.auth.models import User

from leads.errors import ServiceError
from leads.models import StaffProfile, short_name, zone_of
from leads.row_by_row import row_by_row
from leads.scheduling.availability import workdays_of
from leads.spoken_forms import spoken_list


def find_agent(name: str) -> User:
    """Find a bookable member of staff by first name, full name or username.

    Raises ServiceError UNKNOWN_AGENT with up to three suggestions.
    """
    profiles = StaffProfile.objects.filter(user__is_active=True, user__is_staff=True).select_related("user")
    people = [profile.user for profile in profiles.order_by("user__first_name", "pk")]
    wanted = name.strip().casefold()
    for person in people:
        if wanted in (person.first_name.casefold(), person.get_full_name().casefold(), person.username.casefold()):
            return person
    suggestions = [short_name(person) for person in people[:3]]
    others = f" I can book you with {spoken_list(suggestions)}." if suggestions else ""
    raise ServiceError(
        "UNKNOWN_AGENT",
        "no bookable agent has that name",
        say=f"I don't find an agent called {name.strip()}.{others}",
        retryable=True,
        fields=["agent"],
        suggestions=suggestions,
    )


def is_on_duty(profile: StaffProfile, at: datetime) -> bool:
    """Whether `at` lies within this person's working hours, in their own zone."""
    local = at.astimezone(zone_of(profile.timezone))
    return local.weekday() in workdays_of(profile) and profile.works_from <= local.time() < profile.works_until


def on_duty(at: datetime) -> list[StaffProfile]:
    """List the staff at work who have a phone."""
    profiles = StaffProfile.objects.filter(user__is_active=True, user__is_staff=True).exclude(phone="")
    known = profiles.select_related("user").order_by("pk")
    return [profile for profile, at_work in row_by_row(known, lambda one: (one, is_on_duty(one, at))) if at_work]
