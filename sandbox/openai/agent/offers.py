"""Homes and times on offer: read from tool results, put into words, and matched with what the person chose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.language import numbers, words
from sandbox.language.replies import bare, says_no, says_yes

WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
FIRST = re.compile(r"\b(first|former|earlier|earliest|1st|sooner|either|both|any|whichever|whatever)\b")
SECOND = re.compile(r"\b(second|latter|later|last|2nd|other)\b")
THIRD = re.compile(r"\b(third|3rd)\b")


@dataclass(frozen=True, slots=True)
class Home:
    """A listing as far as it is spoken; key is the listing's key, price in dollars or 0."""

    key: str
    address: str
    price: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time; start is the local start, None when only its spoken form is known."""

    slot_id: str
    spoken: str
    start: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The slot a person took, in their own words."""

    slot: Slot
    words: str
    at: int


def _get(item: Mapping[str, Any], *names: str) -> Any:
    plain = {re.sub(r"[^a-z]", "", key.lower()): value for key, value in item.items()}
    return next((plain[name] for name in names if plain.get(name) not in (None, "")), None)


def _dicts(data: Mapping[str, Any], *names: str) -> list[Mapping[str, Any]]:
    lists = [data[name] for name in names if isinstance(data.get(name), list)]
    lists += [value for value in data.values() if isinstance(value, list)]
    return [item for item in (lists[0] if lists else []) if isinstance(item, Mapping)]


def homes_in(data: Mapping[str, Any]) -> tuple[Home, ...]:
    """The listings of a search result."""
    return tuple(_home(item) for item in _dicts(data, "items", "listings", "homes", "results"))


def _home(item: Mapping[str, Any]) -> Home:
    price = re.sub(r"[^\d.]", "", str(_get(item, "listprice", "price", "priceusd") or 0)) or "0"
    address = str(_get(item, "unparsedaddress", "address", "streetaddress", "street") or "a home").split(",")[0]
    return Home(
        key=str(_get(item, "listingkey", "listingid", "key", "id") or ""),
        address=address,
        price=int(float(price)),
    )


def slots_in(data: Mapping[str, Any]) -> tuple[Slot, ...]:
    """The free times of an availability result, or the alternatives of a refused booking."""
    found = [_slot(item) for item in _dicts(data, "slots", "alternatives")]
    return tuple(slot for slot in found if slot is not None)


def _slot(item: Mapping[str, Any]) -> Slot | None:
    start = _time(_get(item, "startlocal", "start", "startat", "startslocal", "startsat", "when"))
    spoken = _get(item, "spoken", "label", "spokentime", "text") or (spoken_time(start) if start else "")
    slot_id = _get(item, "slotid", "id", "slot", "appointmentid")
    return Slot(str(slot_id or ""), str(spoken), start) if spoken else None


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def spoken_time(start: datetime) -> str:
    """ "Tuesday, November 24 at 10 AM"."""
    hour = f"{start.hour % 12 or 12}" + (f":{start.minute:02d}" if start.minute else "")
    return f"{start:%A}, {start:%B} {start.day} at {hour} {'AM' if start.hour < 12 else 'PM'}"


def two_of(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Two times that differ: the first, and the next on another day or in another half of the day."""
    if len(slots) < 3:
        return tuple(slots)
    first = slots[0]
    other = next((slot for slot in slots[1:] if _half(slot) != _half(first)), slots[1])
    return first, other


def _half(slot: Slot) -> tuple[str, bool]:
    return (slot.start.date().isoformat(), slot.start.hour < 12) if slot.start else (slot.spoken, False)


def choose_slot(text: str, slots: Sequence[Slot]) -> Slot | None:
    """The slot the words refer to: by order, by day or time, the first on a plain yes; else None."""
    if not slots:
        return None
    said = bare(text)
    by_time = _by_time(said, slots)
    if says_no(said):
        return by_time if by_time and re.search(r"\bbut\b", said) else None
    if by_time:
        return by_time
    for place, pattern in enumerate((FIRST, SECOND, THIRD)):
        if pattern.search(said):
            return slots[min(place, len(slots) - 1)]
    return slots[0] if says_yes(said) or re.search(r"\bworks?\b", said) else None


def _by_time(said: str, slots: Sequence[Slot]) -> Slot | None:
    scores = [_likeness(said, slot) for slot in slots]
    best = max(scores)
    return slots[scores.index(best)] if best > 0 and scores.count(best) == 1 else None


def _likeness(said: str, slot: Slot) -> int:
    spoken = bare(slot.spoken)
    start = slot.start
    day = start.strftime("%A").lower() if start else next((day for day in WEEKDAYS if day in spoken), "-")
    hour = start.hour % 12 or 12 if start else _spoken_hour(spoken)
    counts = numbers.small_counts(
        re.sub(r"\b(first|second|that|this|the|other|last|either) one\b|\bone of\b", " ", said)
    )
    half = "morning" if (start and start.hour < 12) or re.search(r"\ba ?m\b|morning", spoken) else "afternoon"
    return 2 * (hour in counts) + 2 * (day in said) + (half in said)


def _spoken_hour(spoken: str) -> int:
    match = re.search(r"\bat (\w+)", spoken)
    counts = numbers.small_counts(match[1]) if match else []
    return int(counts[0]) if counts else -1


def choose_home(text: str, homes: Sequence[Home]) -> Home | None:
    """The home the words refer to, by order or by its address; None on a plain yes, a refusal or something else."""
    said = bare(text)
    if not homes or re.search(r"\b(neither|none|don'?t like)\b", said):
        return None
    scores = [len(set(bare(home.address).split()) & set(said.split()) - {"street", "the"}) for home in homes]
    if max(scores) and scores.count(max(scores)) == 1:
        return homes[scores.index(max(scores))]
    for place, pattern in enumerate((re.compile(r"\b(first|1st)\b"), SECOND, THIRD)):
        if pattern.search(said):
            return homes[min(place, len(homes) - 1)]
    return None
