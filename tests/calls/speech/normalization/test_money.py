"""Prices, rents and percentages in words."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "It's $450,000.": "It's four hundred fifty thousand dollars.",
    "between $450K and $1.25M": "between four hundred fifty thousand dollars and one point two five million dollars",
    "about $1.2 million": "about one point two million dollars",
    "$450-475K": "four hundred fifty thousand dollars to four hundred seventy-five thousand dollars",
    "up to 450K": "up to four hundred fifty thousand",
    "$450,000, 3 bedrooms": "four hundred fifty thousand dollars, three bedrooms",
    "HOA dues of $85/mo": "H O A dues of eighty-five dollars per month",
    "$250/sq ft": "two hundred fifty dollars per square foot",
    "$1 or $3.50": "one dollar or three dollars and fifty cents",
    "in the low $400s, or the 500s": "in the low four hundreds, or the five hundreds",
    "30-yr fixed at 6.75%": "thirty-year fixed at six point seven five percent",
    "3.5% down": "three point five percent down",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_money_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
