"""Filling tools by their schemas, of shapes this agent has never seen."""

from typing import Any

import pytest

from sandbox.openai.agent.arguments import CannotFill, Known, choose, fill

KNOWN = Known(
    {"area": "Willow Creek", "price_max": 450_000, "beds": 3, "baths": 2.5, "timeframe": "0_3m", "condition": 4},
    unconfirmed=frozenset({"beds"}),
)


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def test_names_are_matched_to_facts_by_meaning() -> None:
    schema = object_of(max_price={"type": "integer"}, bedrooms={"type": "number"}, location={"type": "string"})
    assert fill(schema, KNOWN) == {"max_price": 450_000, "bedrooms": 3, "location": "Willow Creek"}


def test_an_area_takes_the_shape_it_is_asked_in() -> None:
    kinds = {"type": "string", "enum": ["city", "neighborhood"]}
    place = object_of(kind=kinds, name={"type": "string"})
    assert fill(object_of(areas={"type": "array", "items": place}), KNOWN) == {
        "areas": [{"kind": "neighborhood", "name": "Willow Creek"}]
    }
    assert fill(object_of(areas={"type": "array", "items": {"type": "string"}}), KNOWN) == {"areas": ["Willow Creek"]}
    postal = Known({"area": "78745"})
    assert fill(object_of(area=object_of(kind={"enum": ["city", "postal"]}, name={"type": "string"})), postal) == {
        "area": {"kind": "postal", "name": "78745"}
    }


def test_a_value_given_under_that_very_name_goes_before_what_the_name_means_elsewhere() -> None:
    schema = object_of(reason={"enum": ["request", "complaint"], "type": "string"})
    assert fill(schema, Known({"motivation": "A new job", "reason": ("request",)})) == {"reason": "request"}


def test_what_nobody_said_is_null_when_it_may_be_and_left_out_when_it_may_not() -> None:
    nullable = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    schema = {"type": "object", "properties": {"year_built": {"type": ["integer", "null"]}, "garage": nullable}}
    assert fill(schema | {"required": ["year_built", "garage"]}, KNOWN) == {"year_built": None, "garage": None}
    optional = {"type": "object", "properties": {"notes": {"type": "string"}}, "required": []}
    assert fill(optional, KNOWN) == {}


def test_a_required_field_nobody_knows_keeps_the_tool_from_being_called() -> None:
    with pytest.raises(CannotFill):
        fill(object_of(slot_id={"type": "string"}), KNOWN)


def test_patches_carry_their_evidence() -> None:
    def heard(schema: dict[str, Any]) -> dict[str, Any]:
        return object_of(value=schema, confidence={"type": "number"}, confirmed={"type": "boolean"})

    filled = fill(object_of(price_max=heard({"type": "integer"}), beds_min=heard({"type": "integer"})), KNOWN)
    assert filled["price_max"] == {"value": 450_000, "confidence": 0.95, "confirmed": True}
    assert filled["beds_min"] == {"value": 3, "confidence": 0.6, "confirmed": False}


def test_a_list_of_named_fields_is_filled_too() -> None:
    item = object_of(field={"type": "string", "enum": ["beds_min", "pool"]}, value={"type": "integer"})
    assert fill(object_of(patches={"type": "array", "items": item}), KNOWN) == {
        "patches": [{"field": "beds_min", "value": 3}]
    }


def test_references_are_followed() -> None:
    schema = object_of(beds={"$ref": "#/$defs/Beds"}) | {"$defs": {"Beds": {"type": "integer", "maximum": 10}}}
    assert fill(schema, KNOWN) == {"beds": 3}


def test_a_value_outside_the_bounds_is_not_sent() -> None:
    with pytest.raises(CannotFill):
        fill(object_of(price_max={"type": "integer", "maximum": 1000}), KNOWN)


@pytest.mark.parametrize(
    ("fact", "value", "options", "chosen"),
    [
        ("timeframe", "0_3m", ["now", "0-3 months", "later"], "0-3 months"),
        ("timeframe", "0_3m", ["ASAP", "within_3_months"], "within_3_months"),
        ("condition", 4, ["excellent", "good", "fair"], "good"),
        ("disposition", ("callback_requested", "qualified_nurture"), ["qualified_nurture"], "qualified_nurture"),
        ("preapproval", "approved", ["yes", "no"], "yes"),
    ],
)
def test_options_are_chosen_by_meaning(fact: str, value: Any, options: list[str], chosen: str) -> None:
    assert choose(fact, value, options) == chosen
