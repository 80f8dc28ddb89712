"""The header of a call: who speaks, what goes on, which engine holds the line, and whether it can be taken over."""

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn
from calls.dashboard.call_view import call_view
from calls.models import Call, Engine, EventKind, Transfer, Turn
from leads.models import Lead
from tests.calls.dashboard.spoken import at
from tests.people import make_call


def say(call: Call, speaker: str, *, start: int | None, end: int | None, text: str = "Words") -> None:
    """One utterance, in ms from the answer."""
    number = call.turns.count()
    said = Utterance(Turn.Speaker(speaker), Engine.REALTIME, f"i{number}", text, started_ms=start, ended_ms=end)
    add_turn(call.pk, said)


def test_a_turn_without_an_end_is_being_spoken(call: Call) -> None:
    say(call, "agent", start=1000, end=None)
    assert (at(call, 2).header.speaking, at(call, 2).header.activity) == ("agent", "Riley (AI) is speaking")


def test_a_turn_whose_end_is_known_is_spoken_until_then(call: Call) -> None:
    say(call, "agent", start=1000, end=5000)
    assert at(call, 4).header.speaking == "agent"
    assert (at(call, 6).header.speaking, at(call, 6).header.activity) == ("", "Listening to Maria")


def test_after_the_leads_words_an_answer_is_awaited(call: Call) -> None:
    say(call, "lead", start=1000, end=2000)
    assert at(call, 3).header.activity == "Riley (AI) is about to answer"


def test_nobody_speaks_on_a_call_that_is_over(call: Call) -> None:
    say(call, "agent", start=1000, end=None)
    Call.objects.update(status="completed", ended_at=now())
    call.refresh_from_db()
    assert at(call, 2).header.speaking == ""


@pytest.mark.parametrize(
    ("kinds", "news"),
    [
        ((), "Nobody has picked up yet"),
        (("staff_answered",), "Omar picked up, and hears who the lead is"),
        (("staff_answered", "connecting", "lead_ringing"), "Maria’s phone is ringing"),
        (("lead_answered", "staff_answered", "connecting"), "Omar and Maria are talking"),
    ],
)
def test_a_regular_call_tells_how_far_it_got_whatever_order_the_news_came_in(
    lead: Lead, omar: User, kinds: tuple[str, ...], news: str
) -> None:
    call = make_call(lead, type="regular", status="ringing", placed_by=omar)
    for kind in kinds:
        log_event(call.pk, EventKind(kind))
    assert call_view(call).header.activity == news


def test_a_call_that_is_over_names_all_that_held_the_line_in_order(call: Call) -> None:
    for engine in (Engine.REALTIME, Engine.RINGING, Engine.REALTIME):
        begin_engine(call.pk, engine)
    assert at(call, 2).header.engine_label == "OpenAI Realtime, voice to voice"
    Call.objects.update(status="completed", ended_at=now())
    call.refresh_from_db()
    assert at(call, 2).header.engine_label == (
        "OpenAI Realtime, voice to voice; then a colleague’s phone, ringing; then OpenAI Realtime, voice to voice"
    )


@pytest.mark.parametrize(
    ("engine", "status", "news", "takes"),
    [
        (Engine.REALTIME, "asked", "Omar’s phone is ringing", False),
        (Engine.RINGING, "ringing", "Omar’s phone is ringing", False),
        (Engine.HUMAN, "connected", "Omar and Maria are talking", False),
        (Engine.REALTIME, "unanswered", "Listening to Maria", True),
    ],
)
def test_whose_phone_rings_is_said_and_only_the_ais_line_can_be_taken_over(
    call: Call, omar: User, engine: Engine, status: str, news: str, takes: bool
) -> None:
    say(call, "agent", start=1000, end=2000)
    begin_engine(call.pk, engine)
    Transfer.objects.create(call=call, reason="take_over", colleague=omar, phone="+15125550190", status=status)
    head = at(call, 10).header
    assert (head.activity, head.may_take_over) == (news, takes)


@pytest.mark.parametrize("status", ["ringing", "completed"])
def test_a_call_that_is_not_in_progress_cannot_be_taken_over(call: Call, status: str) -> None:
    begin_engine(call.pk, Engine.REALTIME)
    Call.objects.update(status=status, ended_at=now())
    call.refresh_from_db()
    assert not call_view(call).header.may_take_over
