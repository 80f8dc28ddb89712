"""Time zones: which of the tz database is meant by what somebody wrote, and the brokerage's own for where none is."""

import re
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

from leads.models.base import KnownNameField

EVERYDAY = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}
_LETTERS = {
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "akst": "America/Anchorage", "akdt": "America/Anchorage", "hst": "Pacific/Honolulu",
    "utc": "UTC", "gmt": "UTC", "z": "UTC",
}  # fmt: skip
_MEANT = {name.casefold(): zone for zone, name in EVERYDAY.items()} | _LETTERS
_ALSO_SAID = re.compile(r"\b(standard|daylight|time|zone|us|usa|canada|and)\b|[()&,./-]")
_NO_PLACES = {"Factory", "localtime"}
LONGEST = 64


def find_zone(written: object) -> str | None:
    """Return the IANA name of the zone that is meant: by that name in any case, or as people say it ("Central", "CST").

    None when it is not clear which one is meant.
    """
    return _found(written) if isinstance(written, str) and len(written) <= LONGEST else None


def zone_of(written: object) -> ZoneInfo:
    """Return the zone that is meant, and the brokerage's own where none is."""
    return ZoneInfo(find_zone(written) or brokerage_zone())


def brokerage_zone() -> str:
    """Return the IANA name of the zone the brokerage is in: `TIME_ZONE`."""
    return find_zone(settings.TIME_ZONE) or "UTC"


def zone_choices() -> list[Any]:
    """Return the zones for a form: those of the United States first, by the names people have for them."""
    usual = [(zone, f"{name} ({zone})") for zone, name in EVERYDAY.items()]
    return [("United States", usual), ("All others", [(zone, zone) for zone in sorted(_known() - EVERYDAY.keys())])]


class ZoneField(KnownNameField):
    """A time zone, the brokerage's own unless another is given."""

    says = "That is no time zone we know. Give one of the tz database, such as America/Chicago."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(*args, **kwargs)

    def find(self, written: object) -> str | None:
        """The zone that was meant."""
        return find_zone(written)

    def fallback(self) -> str:
        """The brokerage's own zone."""
        return brokerage_zone()

    def names(self) -> list[Any]:
        """The zones of the tz database."""
        return zone_choices()


@lru_cache(maxsize=1024)
def _found(written: str) -> str | None:
    plain = " ".join(written.split()).casefold()
    exact = _LETTERS.get(plain) or _by_plain_name().get(plain.replace(" ", "_"))
    return exact or _MEANT.get(" ".join(_ALSO_SAID.sub(" ", plain).split()))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACES)


@lru_cache(maxsize=1)
def _by_plain_name() -> dict[str, str]:
    return {name.casefold(): name for name in _known()}
