"""Spoken forms of dates, times, prices and counts, for callers to hear."""

from datetime import datetime
from decimal import Decimal

from leads.models.zones import EVERYDAY
from leads.number_words import ordinal


def spoken_date(at: datetime) -> str:
    """ "Tuesday, November twenty-fourth" of a local time."""
    return f"{at:%A}, {at:%B} {ordinal(at.day)}"


def spoken_time(at: datetime) -> str:
    """ "2 PM" or "2:30 PM" of a local time."""
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'AM' if at.hour < 12 else 'PM'}"


def spoken_when(at: datetime) -> str:
    """ "Tuesday, November twenty-fourth at 2 PM" of a local time."""
    return f"{spoken_date(at)} at {spoken_time(at)}"


def spoken_zone(zone: str) -> str:
    """ "Central time"; a zone without an everyday name is named after its city."""
    name = EVERYDAY.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    return f"{name} time"


def spoken_price(amount: Decimal | int) -> str:
    """ "$425,000": whole dollars, which every voice reads correctly."""
    return f"${int(amount):,}"


def spoken_count(number: Decimal | float | int) -> str:
    """ "3" or "2.5"."""
    return f"{number:.1f}".removesuffix(".0")


def spoken_list(words: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
