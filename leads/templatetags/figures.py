"""Template filters for figures: durations, money, phone numbers, moments and names, written the same on every page."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.timezone import now
from phonenumber_field.phonenumber import PhoneNumber

from leads.models import display_name, find_zone
from leads.phone_numbers import shown_extension

register = template.Library()
register.filter("display_name", display_name)


@register.filter
def clock(seconds: float | None) -> str:
    """75 as `1:15`; nothing for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


@register.filter
def clock_ms(milliseconds: int | None) -> str:
    """75 000 as `1:15`."""
    return "" if milliseconds is None else clock(milliseconds / 1000)


@register.filter
def money(amount: Decimal | None) -> str:
    """Whole dollars: `$425,000`."""
    return "" if amount is None else f"${amount:,.0f}"


@register.filter
def phone(number: Any, extension: str = "") -> str:
    """An E.164 number as people of that country write it, foreign ones with their country code; and its extension."""
    if not number:
        return ""
    known = number if isinstance(number, PhoneNumber) else PhoneNumber.from_string(str(number))
    written = str(known.as_national if known.country_code == 1 else known.as_international)
    return f"{written}{shown_extension(extension)}"


@register.filter
def tel(number: Any, extension: str = "") -> str:
    """The link that dials a number; a comma waits before the keys of its extension."""
    return f"tel:{number},{extension}" if extension else f"tel:{number}"


@register.filter
def ago(moment: datetime | None) -> str:
    """A past moment, roughly: `just now`, `12 min ago`, `3 h ago`, `5 d ago`, then the date."""
    if moment is None:
        return ""
    past = now() - moment
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{past.seconds // 60} min ago"
    if past < timedelta(days=1):
        return f"{past.seconds // 3600} h ago"
    return f"{past.days} d ago" if past.days < 30 else f"{timezone.localtime(moment):%b %-d, %Y}"


@register.filter
def due(moment: datetime | None) -> str:
    """When something is due, in the viewer's zone: `Overdue 3 h`, `Today 14:30`, `Tomorrow 09:00`, `Tue Dec 1`."""
    if moment is None:
        return "Nothing due"
    late = now() - moment
    if late >= timedelta(days=1):
        return f"Overdue {late.days} d"
    if late >= timedelta(0):
        return f"Overdue {late.seconds // 3600} h" if late >= timedelta(hours=1) else "Due now"
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate()).days
    if days < 2:
        return f"{'Tomorrow' if days else 'Today'} {local:%H:%M}"
    return f"{local:%a %b %-d}"


@register.filter
def is_overdue(moment: datetime | None) -> bool:
    """Whether that moment has passed."""
    return moment is not None and moment <= now()


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment on the wall clock of an IANA zone; unchanged when the name is unknown."""
    known = find_zone(zone)
    return timezone.localtime(moment, ZoneInfo(known)) if known else moment


@register.filter
def words(code: str) -> str:
    """`fenced_yard` as `fenced yard`."""
    return str(code).replace("_", " ")


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """The value at that key, or None."""
    return mapping.get(key)


@register.simple_tag
def clock_there(zone: str) -> str:
    """What the clock shows now in an IANA zone: `21:40 CST`."""
    there = in_zone(now(), zone)
    return f"{there:%H:%M} {there.tzname()}"


@register.simple_tag
def when(moment: datetime, zone: str = "") -> str:
    """A moment on the viewer's clock, and on the clock of `zone` too when the two differ."""
    here = timezone.localtime(moment)
    there = in_zone(moment, zone) if zone else here
    text = f"{here:%a %b %-d, %H:%M}"
    return text if there.utcoffset() == here.utcoffset() else f"{text} ({there:%a %H:%M} {there.tzname()})"
