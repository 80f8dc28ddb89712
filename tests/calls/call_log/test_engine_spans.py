"""Which engine holds the line."""

from django.utils.timezone import now

from calls.call_log.engine_spans import begin_engine, end_engine
from calls.models import Engine, EngineSpan
from leads.models import Lead
from tests.people import make_call


def test_an_engine_that_takes_the_line_closes_what_held_it_and_says_why(lead: Lead) -> None:
    call = make_call(lead)
    begin_engine(call.pk, Engine.REALTIME)
    assert begin_engine(call.pk, Engine.CONVERSATION, reason="insufficient_quota")
    spans = [(span.engine, span.end_reason, span.ended_at is None) for span in EngineSpan.objects.filter(call=call)]
    assert spans == [("realtime", "insufficient_quota", False), ("conversation", "", True)]


def test_an_engine_that_holds_the_line_does_not_take_it_again(lead: Lead) -> None:
    call = make_call(lead)
    assert [begin_engine(call.pk, Engine.REALTIME), begin_engine(call.pk, Engine.REALTIME)] == [True, False]


def test_fm17_no_engine_takes_the_line_of_a_call_that_has_ended(lead: Lead) -> None:
    call = make_call(lead, status="completed", ended_at=now())
    assert not begin_engine(call.pk, Engine.REALTIME)
    assert not EngineSpan.objects.filter(call=call).exists()


def test_nothing_is_closed_when_nothing_is_open(lead: Lead) -> None:
    assert not end_engine(make_call(lead).pk, reason="completed")
