"""How times and prices are said."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from leads.spoken_forms import spoken_count, spoken_list, spoken_price, spoken_when, spoken_zone

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 14, 0, tzinfo=CHICAGO), "Tuesday, November twenty-fourth at 2 PM"),
        (datetime(2026, 12, 1, 9, 30, tzinfo=CHICAGO), "Tuesday, December first at 9:30 AM"),
        (datetime(2026, 12, 31, 12, 0, tzinfo=CHICAGO), "Thursday, December thirty-first at 12 PM"),
        (datetime(2026, 12, 2, 0, 5, tzinfo=CHICAGO), "Wednesday, December second at 12:05 AM"),
    ],
)
def test_a_time_is_said_with_weekday_and_ordinal(at: datetime, said: str) -> None:
    assert spoken_when(at) == said


def test_zones_have_everyday_names_where_there_is_one() -> None:
    assert spoken_zone("America/Chicago") == "Central time"
    assert spoken_zone("America/Indiana/Knox") == "Knox time"


def test_prices_are_whole_dollars_and_counts_drop_a_zero() -> None:
    assert spoken_price(Decimal("425000.00")) == "$425,000"
    assert [spoken_count(number) for number in (2, Decimal("2.0"), 2.5)] == ["2", "2", "2.5"]
    assert spoken_list(["a", "b", "c"]) == "a, b and c"
    assert spoken_list(["a"]) == "a"
