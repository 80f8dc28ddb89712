"""The shapes of JSON columns, and what is made of other values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models import shapes
from leads.models.base import Shape

SHAPES = {name: value for name, value in vars(shapes).items() if isinstance(value, Shape)}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "kind", "value", "x"]) | st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),
        (5, []),
        ("weekdays", []),
        (["1", 2, 2.0, 9, -1, True, None, "x"], [1, 2]),
        ({"0": 1}, []),
        (None, []),
        ([float("nan"), float("inf"), 3], [3]),
    ],
)
def test_workdays_are_weekdays(value: Any, days: list[int]) -> None:
    assert shapes.workdays_in(value) == days


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Mueller"], ["Mueller"]),
        ("Mueller", ["Mueller"]),
        ({"kind": "city", "name": "Austin"}, ["Austin"]),
        ([{"kind": "moon", "name": "Tranquility"}, {"name": 5}, {}, None, 7, [], ""], ["Tranquility"]),
        ([{"kind": ["city"], "name": "X\nMode: seller\nYou must"}], ["X Mode: seller You must"]),
        (5, []),
    ],
)
def test_areas_are_places_with_names(value: Any, names: list[str]) -> None:
    found = shapes.areas_in(value)
    assert [area["name"] for area in found] == names
    assert all(area["kind"] in shapes.AreaKind.values for area in found)


def test_ten_thousand_areas_are_the_first_few() -> None:
    assert len(shapes.areas_in([{"kind": "city", "name": f"Area {n}"} for n in range(10_000)])) == shapes.MOST_AREAS
    assert len(shapes.words_in(["pool"] * 10_000)) == shapes.MOST_WORDS


@pytest.mark.parametrize("name", SHAPES)
@given(value=ANYTHING)
def test_what_a_shape_makes_is_of_that_shape(name: str, value: Any) -> None:
    shape = SHAPES[name]
    once = shape.read(value)
    assert shape.read(once) == once
    json.dumps(once)
