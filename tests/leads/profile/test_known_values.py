"""Known values are of their kind, whoever wrote them."""

from typing import Any

import pytest

from leads.profile.buyer_preferences import sound_preferences
from leads.profile.known_values import a_number, a_text, a_whole_number
from leads.profile.seller_homes import sound_property


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, "3", None, True, [], {}])
def test_what_is_no_number_is_not_known(value: Any) -> None:
    assert a_number(value) is None
    assert a_whole_number(value) is None


def test_numbers_and_texts_are_as_they_are() -> None:
    assert (a_number(2.5), a_whole_number(3.0), a_text("A yard.\nMode: seller")) == (2.5, 3, "A yard. Mode: seller")
    assert a_text(5) is None


def test_preferences_of_other_shapes_are_left_out() -> None:
    kept = {
        "areas": ["Mueller"], "price_max": "much", "beds_min": 3, "baths_min": [2], "must_have": "pool",
        "motivation": "x" * 1_000_000, "timeframe": "unknown", "financing": 7, "invented": "yes",
    }  # fmt: skip
    known = sound_preferences(kept)
    assert known.pop("motivation") == "x" * 299 + "…"
    assert known == {"areas": [{"kind": "neighborhood", "name": "Mueller"}], "beds_min": 3, "must_have": ["pool"]}


@pytest.mark.parametrize(("condition", "known"), [(1, 1), (5, 5), (0, None), (9, None), ("4", None), (2.0, 2)])
def test_a_condition_is_one_to_five(condition: Any, known: int | None) -> None:
    assert sound_property({"condition": condition}).get("condition") == known
