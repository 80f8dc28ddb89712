"""Usage booked once, and its price of the day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from calls.costs.ledger import book_carrier, book_chat_usage, book_realtime_usage, book_usage, started_minutes
from calls.costs.pricing import cost_as_json
from calls.models import CallStatus, CallType, Engine, EngineSpan, Price, Recording, Usage
from calls.providers import ChatUsage
from tests.people import make_call

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def row(meter: str, since: date, usd: str, model: str = "") -> Price:
    return Price(meter=meter, model=model, unit_price=Decimal(usd), effective_from=since)


def used(meter: str, quantity: str, model: str = "", at: datetime = DAY) -> Usage:
    return Usage(meter=meter, quantity=Decimal(quantity), model=model, at=at)


def test_started_minutes_count_whole() -> None:
    assert [started_minutes(seconds) for seconds in (0, 1, 60, 60.5, 121)] == [0, 1, 1, 2, 3]


@pytest.mark.django_db
def test_the_same_use_is_booked_once() -> None:
    call = make_call()
    assert book_usage(call.pk, "polly.character", 100, key="clip:1")
    assert not book_usage(call.pk, "polly.character", 100, key="clip:1")
    assert Usage.objects.get(call=call).quantity == 100


@pytest.mark.django_db
def test_fm25_cached_prompt_tokens_are_booked_apart() -> None:
    call = make_call()
    book_chat_usage(call.pk, ChatUsage(prompt=900, completion=25, cached=600), request_id="r1", model="gpt-4o-mini")
    booked = {usage.meter: usage.quantity for usage in Usage.objects.filter(call=call)}
    assert booked == {"openai.chat_in": 300, "openai.chat_cached": 600, "openai.chat_out": 25}


@pytest.mark.django_db
def test_fm25_a_realtime_response_is_booked_by_kind_of_token() -> None:
    call = make_call()
    usage = {
        "input_token_details": {
            "text_tokens": 120,
            "audio_tokens": 500,
            "cached_tokens": 80,
            "cached_tokens_details": {"text_tokens": 20, "audio_tokens": 60},
        },
        "output_token_details": {"text_tokens": 30, "audio_tokens": 200},
    }
    book_realtime_usage(call.pk, usage, "resp_1", "gpt-realtime-2.1")
    book_realtime_usage(call.pk, usage, "resp_1", "gpt-realtime-2.1")
    booked = {row.meter.removeprefix("openai."): row.quantity for row in Usage.objects.filter(call=call)}
    assert booked == {
        "text_in": 100, "text_cached": 20, "text_out": 30, "audio_in": 440, "audio_cached": 60, "audio_out": 200,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_realtime_usage_without_details_books_nothing() -> None:
    call = make_call()
    book_realtime_usage(call.pk, {"total_tokens": 5, "input_token_details": None}, "resp_1", "gpt-realtime-2.1")
    assert not Usage.objects.filter(call=call).exists()


@pytest.mark.django_db
def test_the_shipped_prices_price_a_whole_realtime_call() -> None:
    start = now() - timedelta(seconds=130)
    call = make_call(
        status=CallStatus.COMPLETED, answered_at=start, ended_at=start + timedelta(seconds=125), duration_seconds=125
    )
    EngineSpan.objects.create(
        call=call, engine=Engine.REALTIME, started_at=start, ended_at=start + timedelta(seconds=59)
    )
    Recording.objects.create(call=call, sid="RE1", seconds=124.6)
    book_realtime_usage(call.pk, {"output_token_details": {"audio_tokens": 1_000_000}}, "resp_1", "gpt-realtime-2.1")

    book_carrier(call)
    book_carrier(call)

    cost = cost_as_json(call)
    assert cost["unpriced"] == []
    assert cost["total"] == f"{64 + 3 * Decimal('0.014') + Decimal('0.004') + 3 * Decimal('0.0025'):.6f}"


@pytest.mark.django_db
def test_both_legs_of_a_regular_call_are_booked() -> None:
    start = now() - timedelta(seconds=90)
    call = make_call(
        type=CallType.REGULAR,
        status=CallStatus.COMPLETED,
        answered_at=start + timedelta(seconds=40),
        ended_at=start + timedelta(seconds=90),
        duration_seconds=90,
    )
    book_carrier(call)
    booked = {usage.key: usage.quantity for usage in Usage.objects.filter(call=call)}
    assert booked == {"call": 2, "lead_leg": 1}


@pytest.mark.django_db
def test_a_call_still_on_the_line_is_not_billed_yet() -> None:
    call = make_call()
    book_carrier(call)
    assert not Usage.objects.filter(call=call).exists()
