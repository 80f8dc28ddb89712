"""What a model may send to a tool: shapes, bounds, and texts cut to their length."""

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from calls.agent.tools.arguments import Areas, EmptyAsNull, ForTheColleague, Name, Note, Stated, Summary
from calls.agent.tools.functions import registry
from tests.calls.agent.tools.schemas import SPECS, nodes, validator


def test_no_schema_has_a_place_for_people() -> None:
    names = {name for spec in SPECS.values() for node in nodes(spec.parameters) for name in node.get("properties", {})}
    assert not {"race", "religion", "family", "children", "nationality", "age", "school", "safety"} & names


def test_optional_values_are_nullable_and_required_ones_are_not() -> None:
    properties = SPECS["schedule_appointment"].parameters["properties"]
    assert properties["slot_id"]["type"] == "string"
    assert properties["notes"]["type"] == ["string", "null"]
    assert properties["type"]["enum"] == ["buyer_consult", "showing", "listing_consult", "callback"]


def test_nullable_choices_allow_null_in_the_list() -> None:
    assert SPECS["search_listings"].parameters["properties"]["sort"]["enum"] == [
        "price_asc",
        "price_desc",
        "newest",
        None,
    ]


def test_a_saved_field_carries_confidence_and_confirmation() -> None:
    beds = SPECS["save_lead_preferences"].parameters["properties"]["beds_min"]
    assert beds["type"] == ["object", "null"]
    assert list(beds["properties"]) == ["value", "confidence", "confirmed"]
    assert (beds["properties"]["value"]["minimum"], beds["properties"]["value"]["maximum"]) == (0, 10)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("search_listings", {"price_max": 450_000}, {"price_max": 9_999}),
        ("search_listings", {"limit": 5}, {"limit": 6}),
        ("search_listings", {"baths_min": 1.5}, {"baths_min": 1.3}),
        (
            "search_listings",
            {"areas": [{"kind": "city", "name": "Lakeside"}]},
            {"areas": [{"kind": "moon", "name": "X"}]},
        ),
        ("search_listings", {"sort": "newest"}, {"religion": "any"}),
    ],
)
def test_the_schema_and_the_check_agree(name: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    tool = registry.find(name)
    assert tool is not None
    complete = dict.fromkeys(SPECS[name].parameters["properties"])
    assert validator(name).is_valid(complete | good)
    assert not validator(name).is_valid(complete | bad)
    tool.arguments.model_validate(complete | good)
    with pytest.raises(ValueError, match="validation error"):
        tool.arguments.model_validate(complete | bad)


@pytest.mark.parametrize(("kind", "length"), [(Summary, 600), (ForTheColleague, 400), (Note, 300)])
def test_a_long_text_is_cut_and_not_refused(kind: Any, length: int) -> None:
    assert TypeAdapter(kind).validate_python("  " + "x" * 1000) == "x" * length


@pytest.mark.parametrize("blank", ["", []])
def test_a_blank_is_taken_for_null(blank: object) -> None:
    optional: Any = Annotated[str | None, EmptyAsNull]
    assert TypeAdapter(optional).validate_python(blank) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_has_letters_and_an_end(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(name)


def test_at_most_five_places_are_searched() -> None:
    place = {"kind": "city", "name": "Lakeside"}
    assert len(TypeAdapter(Areas).validate_python([place] * 5)) == 5
    with pytest.raises(ValidationError):
        TypeAdapter(Areas).validate_python([place] * 6)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, "high"])
def test_a_stated_value_needs_a_confidence_between_0_and_1(confidence: object) -> None:
    with pytest.raises(ValidationError):
        Stated[int].model_validate({"value": 3, "confidence": confidence, "confirmed": True})
