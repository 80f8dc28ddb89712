"""Rules for what machines write as times: ISO 8601 with zones, and zones by their abbreviations or their city. Pure.

They are written again the way people write ("December 5, 2026 at 2:00 PM"); the rules of dates say that.
"""

import re

from calls.speech.normalization.patterns import rule, word_list

ABBREVIATIONS = {
    "E": "Eastern",
    "C": "Central",
    "M": "Mountain",
    "P": "Pacific",
    "AK": "Alaska",
    "H": "Hawaii",
}
EVERYDAY = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}
REGIONS = word_list("Africa America Antarctica Asia Atlantic Australia Europe Indian Pacific US")
_MONTHS = word_list("January February March April May June July August September October November December")
_DAY = r"(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_COMPACT_DAY = r"(?P<year>20[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::[0-6][0-9](?:[.,][0-9]+)?)?"
_COMPACT_CLOCK = r"(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?:[0-6][0-9])?"
_ZONE = r"(?P<zone>\s?Z\b|\s?[+−-](?:0[0-9]|1[0-4]):?(?:[0-5][0-9])?(?![0-9]))?"
_CITY = r"(?:\s?\[(?P<city>[A-Za-z]+(?:/[A-Za-z_]+){1,2})\])?"
_AFTER_A_TIME = r"(?P<before>(?:[0-9]|[ap]\.?m\.?|noon|midnight|o'clock)\s)"


def _moment(match: re.Match[str]) -> str:
    """Write a moment as people do. Its offset is dropped: times are told in the zone of whoever is called."""
    zone, city = (match["zone"] or "").strip(), match["city"]
    day = f"{_MONTHS[int(match['month']) - 1]} {int(match['day'])}, {match['year']}"
    after = f" {_zone(city)}" if city else " UTC" if zone == "Z" else ""
    return f"{day} at {_clock(int(match['hour']) % 24, match['minute'])}{after}"


def _zone(name: str) -> str:
    """Say a zone by its everyday name, or after its city."""
    return f"{EVERYDAY.get(name) or name.rpartition('/')[2].replace('_', ' ')} time"


def _clock(hour: int, minute: str) -> str:
    return f"{hour % 12 or 12}:{minute} {'AM' if hour < 12 else 'PM'}"


def _abbreviated(match: re.Match[str]) -> str:
    return f"{match['before']}{ABBREVIATIONS[match['zone'].upper()]} time"


RULES = (
    rule(r"(?<=[0-9Z])/(?=[12][0-9]{3}-[01][0-9]-[0-3][0-9]T)", " to "),
    rule(rf"\b{_DAY}(?:[Tt]|\s){_CLOCK}{_ZONE}{_CITY}(?![0-9])", _moment),
    rule(rf"\b{_COMPACT_DAY}T{_COMPACT_CLOCK}{_ZONE}{_CITY}(?![0-9])", _moment),
    rule(
        rf"{_AFTER_A_TIME}\(?(?P<zone>AK|[ECMPH])[SD]?T\b\)?(?!\.?\s(?:scan))",
        _abbreviated,
        re.IGNORECASE,
    ),
    rule(
        rf"\b(?P<city>(?:{'|'.join(REGIONS)})/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b(?:\stime\b)?",
        lambda match: _zone(match["city"]),
    ),
    rule(
        r"\bPT(?:(?P<hours>[0-9]{1,2})H)?(?:(?P<minutes>[0-9]{1,3})M)?(?<=[HM])\b",
        lambda match: " ".join(
            f"{match[name]} {name.removesuffix('s') if match[name].lstrip('0') == '1' else name}"
            for name in ("hours", "minutes")
            if match[name]
        ),
    ),
)
