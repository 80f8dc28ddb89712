"""Rooms, sizes, years and listing numbers in words."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "3 bd / 2.5 ba": "three bedrooms, two and a half baths",
    "4BR/3.5BA, 2,450 sqft": "four bedrooms, three and a half baths, two thousand four hundred fifty square feet",
    "1 bd, 1 ba": "one bedroom, one bath",
    "a 3/2 in Zilker": "a three two in Zilker",
    "1850 sq. ft. of space": "one thousand eight hundred fifty square feet of space",
    "12500 sq ft": "twelve thousand five hundred square feet",
    "MLS #1234567": "M L S number one two three four five six seven",
    "built in 1987, remodeled 2019": "built in nineteen eighty-seven, remodeled twenty nineteen",
    "from the 1980s": "from the nineteen eighties",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_measures_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
