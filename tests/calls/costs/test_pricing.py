"""The price of usage on its day; a meter without a price is named."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from calls.costs.pricing import lines_as_json, priced_lines, unit_price
from calls.models import Price, Usage

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def row(meter: str, since: date, usd: str, model: str = "") -> Price:
    return Price(meter=meter, model=model, unit_price=Decimal(usd), effective_from=since)


def used(meter: str, quantity: str, model: str = "", at: datetime = DAY) -> Usage:
    return Usage(meter=meter, quantity=Decimal(quantity), model=model, at=at)


def test_a_price_holds_from_its_date_on() -> None:
    prices = [row("m", date(2026, 11, 1), "2"), row("m", date(2026, 1, 1), "1")]
    assert unit_price(prices, "m", "", date(2026, 10, 31)) == 1
    assert unit_price(prices, "m", "", date(2026, 11, 1)) == 2
    assert unit_price(prices, "m", "", date(2025, 12, 31)) is None


def test_a_models_own_price_goes_before_the_meters() -> None:
    prices = [row("m", date(2026, 1, 1), "5"), row("m", date(2026, 1, 1), "3", "mini")]
    assert unit_price(prices, "m", "mini", DAY.date()) == 3
    assert unit_price(prices, "m", "other", DAY.date()) == 5


def test_another_models_price_prices_nothing() -> None:
    assert unit_price([row("m", date(2026, 1, 1), "3", "mini")], "m", "large", DAY.date()) is None


def test_usage_across_a_price_change_makes_two_lines() -> None:
    prices = [row("m", date(2026, 11, 21), "2"), row("m", date(2026, 1, 1), "1")]
    lines = priced_lines([used("m", "10"), used("m", "10", at=DAY + timedelta(days=2))], prices)
    assert sorted(line.amount or 0 for line in lines) == [10, 20]


def test_fm25_a_meter_without_a_price_is_named_and_not_counted_as_free() -> None:
    result = lines_as_json(
        priced_lines([used("known", "3"), used("strange", "7")], [row("known", date(2026, 1, 1), "0.5")])
    )
    assert result["total"] == "1.500000"
    assert result["unpriced"] == ["strange"]
    assert [line["amount"] for line in result["lines"]] == ["1.500000", None]
