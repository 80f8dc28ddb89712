"""Days, hours and fractions in words."""

import pytest

from calls.speech.normalization import normalize

EXAMPLES = {
    "10/14 at 2:30 PM": "October fourteenth at two thirty P.M.",
    "Sat 10/14, 2-4 pm": "Saturday October fourteenth, two to four P.M.",
    "on 1/2 at 10:05 a.m.": "on January second at ten oh five A.M.",
    "10/14/2026": "October fourteenth, twenty twenty-six",
    "2026-10-14": "October fourteenth, twenty twenty-six",
    "Oct. 14th, 2026": "October fourteenth, twenty twenty-six",
    "Tuesday, November twenty-fourth at 2 PM": "Tuesday, November twenty-fourth at two P.M.",
    "at 14:30 or 9:00": "at fourteen thirty or nine o'clock",
}


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_dates_are_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said
