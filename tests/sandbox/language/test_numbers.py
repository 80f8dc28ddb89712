"""Numbers as spoken and as a recognizer writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.language import numbers


@pytest.mark.parametrize(
    ("said", "dollars"),
    [
        ("Up to four hundred fifty thousand dollars.", [450_000]),
        ("up to $450,000.", [450_000]),
        ("about 450 thousand", [450_000]),
        ("450k", [450_000]),
        ("four fifty", [450_000]),
        ("450", [450_000]),
        ("$4.50", [450_000]),
        ("half a million", [500_000]),
        ("1.2 million dollars", [1_200_000]),
        ("one point two million", [1_200_000]),
        ("one and a half million", [1_500_000]),
        ("four hundred and twenty five thousand", [425_000]),
        ("between 400 and 450 thousand", [400_000, 450_000]),
        ("three bedrooms and two baths", []),
        ("within three months", []),
        ("at 10 AM", []),
        ("no idea", []),
    ],
)
def test_prices_are_heard_as_a_buyer_means_them(said: str, dollars: list[int]) -> None:
    assert numbers.money_in(said) == dollars


@given(st.integers(min_value=10_000, max_value=50_000_000))
def test_every_price_survives_being_said_in_words_and_in_figures(price: int) -> None:
    assert numbers.money_in(numbers.in_words(price) + " dollars") == [price]
    assert numbers.money_in(f"${price:,}") == [price]


@given(st.text(max_size=60))
def test_no_text_upsets_it(text: str) -> None:
    assert all(10_000 <= price <= 50_000_000 for price in numbers.money_in(text))
    numbers.count_before(text, "bed")
    numbers.with_figures(text)


@pytest.mark.parametrize(
    ("said", "beds"),
    [
        ("Three bedrooms and two bathrooms.", 3),
        ("3 bedroom", 3),
        ("a four bedroom house", 4),
        ("for bedrooms", 4),
        ("three big bedrooms", 3),
        ("two or three bedrooms", 3),
        ("the bedrooms", None),
    ],
)
def test_the_count_before_a_noun(said: str, beds: int | None) -> None:
    assert numbers.count_before(said, "bed") == beds


def test_house_numbers_become_figures() -> None:
    assert numbers.with_figures("twelve Orchard Lane") == "12 Orchard Lane"
    assert numbers.with_figures("twelve ninety Mill Road") == "1290 Mill Road"
