"""Find the values in a tool's arguments that may not be saved wrongly, with the phrases that name them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from calls.understanding.spoken_numbers import twin
from calls.understanding.spoken_values import emails_in, phones_written_in
from leads.models.shapes import LONGEST_AREA, MOST_AREAS
from leads.spoken_forms import spoken_count, spoken_list, spoken_price, spoken_when
from leads.text import one_line

GUARDED_TOOLS = ("save_lead_preferences", "save_seller_details", "schedule_appointment")
PRICES = {
    "price_min": "a price of at least {}",
    "price_max": "a budget of up to {}",
    "preapproval_amount": "a pre-approval of {}",
    "desired_price": "a hoped-for price of {}",
}
ROOMS = {"beds_min": "bed", "beds": "bed", "baths_min": "bath", "baths": "bath"}
SIZES = ("living_area_min", "living_area")
FREE_TEXT = ("notes", "motivation")
NAME_FIELDS = ("attendee_name",)
# Beyond these the tool itself refuses the value, so there is nothing to ask.
TOO_LARGE = 10**9
LONGEST_TEXT = 300
TIMEFRAME_PHRASES = {
    "now": "an immediate timeframe",
    "0_3m": "a timeframe of three months",
    "3_6m": "a timeframe of six months",
    "6_12m": "a timeframe of a year",
    "12m_plus": "a timeframe of more than a year",
}


@dataclass(frozen=True, slots=True)
class CriticalValue:
    """A critical value of a tool's argument. `phrase` names it as it is said: "a budget of up to $450,000"."""

    field: str
    kind: str
    value: Any
    phrase: str

    @property
    def twin(self) -> "CriticalValue | None":
        """The value with the number this one is mistaken for on the phone, None if there is no such number."""
        other = _twin_address(self.value) if self.kind == "address" else _twin_number(self.value)
        return None if other is None else CriticalValue(self.field, self.kind, other, "")

    @property
    def is_typable(self) -> bool:
        """Whether the caller can type it on the keypad."""
        return self.kind in ("price", "phone", "size", "year", "digits")


def critical_values_of(
    name: str, arguments: Mapping[str, Any], *, start: datetime | None = None
) -> tuple[CriticalValue, ...]:
    """Return the critical values of a tool request. `start` is the local time of the slot to book, if known."""
    if name not in GUARDED_TOOLS:
        return ()
    plain = {field: _unwrapped(given) for field, given in arguments.items()}
    found = [value for field, given in plain.items() if given is not None for value in _values(field, given)]
    if name == "schedule_appointment" and start is not None:
        found.append(CriticalValue("slot_id", "time", start, spoken_when(start)))
    return tuple(found)


def said_as_list(values: Iterable[CriticalValue]) -> str:
    """Say several values as one list: "a budget of up to $450,000, 3 bedrooms and 2 bathrooms"."""
    values = list(values)
    areas = [str(value.value) for value in values if value.field == "areas"]
    together = f"{spoken_list(areas)} as the {'areas' if len(areas) > 1 else 'area'}" if areas else ""
    phrases = [together if value.field == "areas" else value.phrase for value in values]
    return spoken_list(list(dict.fromkeys(phrases)))


def _twin_number(value: Any) -> float | None:
    return twin(value) if isinstance(value, (int, float)) else None


def _twin_address(address: str) -> str | None:
    """Return 15 Orchard Lane for 50 Orchard Lane."""
    house = re.match(r"\d{1,9}(?!\d)", address)
    other = twin(int(house[0])) if house else None
    return None if house is None or other is None else f"{other:.0f}{address[house.end() :]}"


def _unwrapped(given: Any) -> Any:
    """Return the bare value of an argument that comes with its confidence."""
    return given["value"] if isinstance(given, Mapping) and "value" in given else given


def _values(field: str, given: Any) -> Iterable[CriticalValue]:
    number = _number(given) if field in (*PRICES, *ROOMS, *SIZES, "year_built") else None
    if number is not None:
        yield _counted(field, number)
    elif field == "areas" and isinstance(given, list):
        named = (each for each in given[:MOST_AREAS] if isinstance(each, Mapping) and each.get("name"))
        yield from map(_area, named)
    elif isinstance(given, str) and len(given) <= LONGEST_TEXT:
        yield from _written(field, given)


def _number(given: Any) -> float | None:
    """Return the number the tool's own check will accept, None if it will refuse it."""
    try:
        number = float(given)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) and 0 <= number < TOO_LARGE and not isinstance(given, bool) else None


def _counted(field: str, number: float) -> CriticalValue:
    if field in PRICES:
        return CriticalValue(field, "price", int(number), PRICES[field].format(spoken_price(int(number))))
    if field in ROOMS:
        noun = f"{ROOMS[field]}room" + ("" if number == 1 else "s")
        return CriticalValue(field, ROOMS[field], number, f"{spoken_count(number)} {noun}")
    if field in SIZES:
        return CriticalValue(field, "size", int(number), f"{int(number):,} square feet")
    return CriticalValue(field, "year", int(number), f"{int(number)} as the year it was built")


def _area(given: Mapping[str, Any]) -> CriticalValue:
    name = one_line(str(given["name"]), LONGEST_AREA)
    return CriticalValue("areas", "digits" if name.isdigit() else "name", name, f"{name} as the area")


def _written(field: str, given: str) -> Iterable[CriticalValue]:
    if field == "address":
        yield CriticalValue(field, "address", given, f"{given} as the address")
    elif field in NAME_FIELDS and re.search(r"[A-Z]", given):
        yield CriticalValue(field, "name", given, f"the name {given}")
    elif field == "postal_code" and given.isdigit():
        yield CriticalValue(field, "digits", given, f"the postal code {' '.join(given)}")
    elif field == "timeframe" and given in TIMEFRAME_PHRASES:
        yield CriticalValue(field, "timeframe", given, TIMEFRAME_PHRASES[given])
    elif field in FREE_TEXT:
        yield from (_mail(field, found.value) for found in emails_in(given))
        yield from (_phone(field, number) for number in phones_written_in(given))


def _mail(field: str, address: str) -> CriticalValue:
    return CriticalValue(field, "email", address, f"the e-mail address {_mail_aloud(address)}")


def _phone(field: str, number: str) -> CriticalValue:
    return CriticalValue(field, "phone", number, f"the phone number {_phone_aloud(number)}")


def _mail_aloud(address: str) -> str:
    marks = {".": " dot ", "@": " at ", "_": " underscore ", "-": " dash ", "+": " plus "}
    return " ".join("".join(marks.get(letter, letter) for letter in address).split())


def _phone_aloud(number: str) -> str:
    """Say a phone number in groups, digit by digit, without the country code of North America."""
    national = number.removeprefix("+1") if number.startswith("+1") else number.lstrip("+")
    groups = (national[:3], national[3:6], national[6:])
    return ", ".join(" ".join(group) for group in groups if group)
