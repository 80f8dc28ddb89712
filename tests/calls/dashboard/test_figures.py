"""Figures of a call: fallbacks and cost."""

from decimal import Decimal

from calls.call_log.events import log_event
from calls.dashboard.call_view import call_view
from calls.models import Call, EventKind, Usage


def test_a_meter_without_a_price_is_named_and_not_counted_as_free(call: Call) -> None:
    Usage.objects.create(call=call, meter="twilio.outbound_minute", quantity=2, key="1")
    Usage.objects.create(call=call, meter="vendor.secret_sauce", quantity=9, key="1")
    cost = call_view(call).cost
    assert cost.total == Decimal("0.028")
    assert cost.unpriced == ("vendor.secret_sauce",)


def test_a_call_nothing_was_booked_for_has_no_cost_rather_than_none(call: Call) -> None:
    assert call_view(call).cost.total is None


def test_a_step_down_is_told_in_words(call: Call) -> None:
    log_event(call.pk, EventKind.FALLBACK, part="voice", to="say", reason="timeout")
    assert call_view(call).figures.fallbacks == (
        "the voice failed: no answer came in time; the carrier’s own voice spoke instead",
    )
