"""Addresses in words."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "1204 W 6th St": "twelve oh four West sixth Street",
    "1204 W. 6th St., Austin, TX 78704": "twelve oh four West sixth Street, Austin, Texas seven eight seven zero four",
    "It is 1204 W 6th St.": "It is twelve oh four West sixth Street.",
    "405 N Lamar Blvd, Apt 4B": "four oh five North Lamar Boulevard, apartment four B",
    "14 Orchard Lane in Willow Creek": "fourteen Orchard Lane in Willow Creek",
    "120 St. Johns Ave": "one twenty Saint Johns Avenue",
    "11204 Heron Dr #204": "one twelve oh four Heron Drive number two oh four",
    "100 Congress Ave, Suite 300": "one hundred Congress Avenue, Suite three hundred",
    "1200 Main St NW": "twelve hundred Main Street Northwest",
    "1204 W 6th": "twelve oh four West sixth",
    "1204 Lamar or 1500 N Lamar": "twelve oh four Lamar or fifteen hundred North Lamar",
    "the house on Heron Dr.": "the house on Heron Drive.",
    "near I-35 and Hwy 290": "near I thirty-five and Highway two hundred ninety",
    "Ask Dr. Smith in Ft. Worth": "Ask Dr. Smith in Fort Worth",
    "in 78704": "in seven eight seven zero four",
    "78704-1234": "seven eight seven zero four, one two three four",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_streets_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
