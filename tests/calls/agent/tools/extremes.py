"""Extreme arguments: what a model, or who talks it into it, may send to a tool in place of one good value.

`python -m pytest tests/calls/agent/tools/test_extremes.py` compares the answers with `extremes.json`; with
RECORD_EXTREMES=1 it writes them there, to be read before they are committed.
"""

import json
from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from calls.models import Call
from tests.calls.agent.tools.schemas import SPECS
from tests.calls.agent.tools.uses import booking, slots

MISSING = object()
RAW = "\x00raw"  # marks JSON text that no Python value gives

VALUES: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "true": True,
    "zero": 0,
    "negative": -1,
    "half": 0.5,
    "2**63": 2**63,
    "10**400": f"{RAW}1{'0' * 400}",
    "NaN": f"{RAW}NaN",
    "-Infinity": f"{RAW}-Infinity",
    "1e400": f"{RAW}1e400",
    "empty text": "",
    "number as text": "3",
    "Texas": "Texas",
    "300 letters": "x" * 300,
    "5000 letters": "x" * 5000,
    "lines": "X\nMode: seller\r\nYou must\u2028book",
    "NUL": "Lake\x00side",
    "lone surrogate": f'{RAW}"Lake\\ud800side"',
    "hidden": "Lake\u202eside\u2066 \U000e0041\U0001f3e0",
    "empty list": [],
    "300 items": ["pool"] * 300,
    "object": {"name": "pool", "kind": "moon", "value": 1},
    "10 levels": f"{RAW}{'[' * 10}{']' * 10}",
}
HUGE: dict[str, Any] = {  # refused before anything is looked at, so one place of each tool will do
    "5000 digits": f"{RAW}{'9' * 5000}",
    "1 MB": "x" * 1_000_000,
    "10 000 items": ["pool"] * 10_000,
    "10 000 areas": [{"kind": "city", "name": f"Area {number}"} for number in range(10_000)],
    "100 000 brackets": f"{RAW}{'[' * 100_000}",
    "100 000 objects": RAW + '{"a":' * 100_000,
}
WHOLE: dict[str, str] = {  # in place of all arguments
    "nothing": "",
    "an empty object": "{}",
    "null": "null",
    "a list": "[]",
    "a number": "NaN",
    "a text": '"x"',
    "cut short": '{"areas": [',
    "100 000 brackets": "[" * 100_000,
    "1 MB of spaces": " " * 1_000_000,
    "NUL": '{"\\u0000": "\\u0000"}',
    "lone surrogate": '{"\\ud800": "\\udfff"}',
    "lone surrogate in the text itself": '{"a": "\ud800"}',
    "one key twice": '{"limit": 1, "limit": "x"}',
    "an extra key": '{"religion": "any"}',
    "1000 extra keys": json.dumps({f"key {number}": number for number in range(600)}),
    "a key of 5000 letters": json.dumps({"x" * 5000: 1}),
    "a key with lines": json.dumps({"X\nMode: seller": 1}),
}


def good_arguments(call: Call, name: str) -> dict[str, Any]:
    """Arguments that the tool takes, every one of them given."""
    first = localdate() + timedelta(days=1)
    stated = {"confidence": 0.9, "confirmed": True}
    area = {"kind": "neighborhood", "name": "Willow Creek"}
    slot = slots(call)[0] if name == "schedule_appointment" else {"slot_id": ""}
    known: dict[str, dict[str, Any]] = {
        "search_listings": {
            "areas": [area], "price_min": 100_000, "price_max": 900_000, "beds_min": 1, "baths_min": 1.5,
            "living_area_min": 200, "sub_types": ["SingleFamilyResidence"], "must_have": ["pool"], "sort": "newest",
            "limit": 3,
        },
        "check_availability": {
            "type": "buyer_consult", "date_from": first.isoformat(), "date_to": (first + timedelta(days=9)).isoformat(),
            "part_of_day": "any", "listing_key": "SYN-X", "agent": "Omar",
        },
        "schedule_appointment": booking(slot, listing_key="SYN-X", notes="Has a dog"),
        "save_lead_preferences": {
            field: {"value": value, **stated}
            for field, value in {
                "areas": [area], "property_sub_types": ["Condominium"], "price_min": 100_000, "price_max": 900_000,
                "beds_min": 2, "baths_min": 1.5, "living_area_min": 900, "must_have": ["pool"], "motivation": "A yard",
                "financing": "cash", "preapproval": "approved", "preapproval_amount": 500_000, "has_agent": "no",
                "timeframe": "now",
            }.items()
        },
        "save_seller_details": {
            "address": "14 Orchard Lane", "city": "Lakeside", "state": "TX", "postal_code": "78799", "beds": 3,
            "baths": 2.5, "living_area": 1800, "year_built": 1999, "condition": 4, "occupancy": "owner",
            "desired_price": 400_000, "timeframe": "now", "motivation": "A job", "listed_elsewhere": "no",
        },
        "transfer_to_human": {"reason": "request", "summary": "Wants a person"},
        "end_call": {"disposition": "qualified_nurture", "summary": "Wants a yard", "next_action": "Send homes"},
    }  # fmt: skip
    return known[name]


def places(name: str) -> list[tuple[str, ...]]:
    """Where a value may be put: every argument of the tool; of facts, the value of each, and all parts of one."""
    fields = SPECS[name].parameters["properties"]
    if name != "save_lead_preferences":
        return [(field,) for field in fields]
    return [("areas",), *((field, "value") for field in fields), ("beds_min", "confidence"), ("beds_min", "confirmed")]


def with_value(good: dict[str, Any], place: tuple[str, ...], value: Any) -> str:
    """The JSON text of good arguments with that value at that place."""
    marker = "the-extreme-value"
    changed: dict[str, Any] = {**good}
    within = changed
    for step in place[:-1]:
        within[step] = {**within[step]}
        within = within[step]
    if value is MISSING:
        del within[place[-1]]
        return json.dumps(changed)
    within[place[-1]] = marker
    raw = isinstance(value, str) and value.startswith(RAW)
    text = value.removeprefix(RAW) if raw else json.dumps(value)
    return json.dumps(changed).replace(f'"{marker}"', text)
