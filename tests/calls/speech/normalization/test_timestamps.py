"""What machines write as times, in words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.speech.normalization import normalize

SECONDS = st.integers(946_684_800, 4_102_444_799)
DAYS_AND_TIMES = SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None))


@given(DAYS_AND_TIMES, st.sampled_from(["", "Z", "-06:00", "+05:30", "+0000"]))
def test_a_timestamp_is_said_as_its_day_and_time(at: datetime, zone: str) -> None:
    written = f"{at:%B} {at.day}, {at.year} at {at.hour % 12 or 12}:{at.minute:02d} {at:%p}"
    said = normalize(at.isoformat() + zone)
    assert said == normalize(written) + (" U T C" if zone == "Z" else "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-12-05T24:00:00", "December fifth, twenty twenty-six at twelve A.M."),
        ("at 3 PM PDT", "at three P.M. Pacific time"),
        ("noon ET", "noon Eastern time"),
        ("I saw ET.", "I saw ET."),
        ("Europe/Berlin time", "Berlin time"),
        ("PT1H30M", "one hour thirty minutes"),
        ("PT", "PT"),
    ],
)
def test_zones_and_durations_are_named(written: str, said: str) -> None:
    assert normalize(written) == said
