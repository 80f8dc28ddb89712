"""Price the usage of calls: quantities times the prices of their day, in USD.

A meter without a price is named as unpriced and never counts as free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from calls.models import Call, Price, Usage

CENT_FRACTION = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CostLine:
    """The cost of one meter. `amount` is in USD, None if the meter has no price."""

    meter: str
    model: str
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal | None


def cost_as_json(call: Call) -> dict[str, Any]:
    """Return a call's cost as JSON: total (USD as text, of what has a price), lines, and the unpriced meters."""
    return lines_as_json(priced_lines(Usage.objects.filter(call=call), Price.objects.all()))


def lines_as_json(lines: Sequence[CostLine]) -> dict[str, Any]:
    """Return cost lines as JSON, with amounts as decimal text, never floats."""
    total = sum((line.amount for line in lines if line.amount is not None), Decimal())
    return {
        "currency": "USD",
        "total": _text(total),
        "lines": [
            {
                "meter": line.meter,
                "model": line.model,
                "quantity": f"{line.quantity.normalize():f}",
                "unit_price": None if line.unit_price is None else f"{line.unit_price.normalize():f}",
                "amount": None if line.amount is None else _text(line.amount),
            }
            for line in lines
        ],
        "unpriced": sorted({line.meter for line in lines if line.amount is None}),
    }


def priced_lines(usage: Iterable[Usage], prices: Iterable[Price]) -> list[CostLine]:
    """Price the usage: one line per meter, model and unit price, in order of meters. Pure."""
    known = sorted(prices, key=lambda row: row.effective_from, reverse=True)
    sums: dict[tuple[str, str, Decimal | None], Decimal] = {}
    for row in usage:
        key = (row.meter, row.model, unit_price(known, row.meter, row.model, row.at.date()))
        sums[key] = sums.get(key, Decimal()) + row.quantity
    return [
        CostLine(meter, model, quantity, unit, None if unit is None else quantity * unit)
        for (meter, model, unit), quantity in sorted(sums.items(), key=lambda item: item[0][:2])
    ]


def unit_price(newest_first: Iterable[Price], meter: str, model: str, day: date) -> Decimal | None:
    """Return the price in force on that day: the model's own, else the meter's for any model."""
    in_force = [row for row in newest_first if row.meter == meter and row.effective_from <= day]
    for wanted in (model, ""):
        for row in in_force:
            if row.model == wanted:
                return row.unit_price
    return None


def _text(amount: Decimal) -> str:
    return f"{amount.quantize(CENT_FRACTION):f}"
