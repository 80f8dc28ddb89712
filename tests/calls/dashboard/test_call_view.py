"""The view of a call: how it stands, its lines in order, its figures and what came of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn
from calls.dashboard.call_view import CallView, call_view
from calls.dashboard.fragments import call_fragments
from calls.dashboard.transcript_lines import EngineLine, ToolLine, TurnLine
from calls.models import Call, CallMeasurement, Engine, EventKind, Recording, ToolUse, Transfer, Turn, Usage
from leads.models import Lead
from tests.people import make_call
from tests.stories import BUYER_TALK, tell

ANSWERED = now() - timedelta(seconds=60)


@pytest.fixture
def call(lead: Lead) -> Call:
    """A realtime call, answered a minute ago."""
    return make_call(lead, answered_at=ANSWERED)


def say(call: Call, speaker: str, *, start: int | None, end: int | None, text: str = "Words") -> None:
    """One utterance, in ms from the answer."""
    number = call.turns.count()
    said = Utterance(Turn.Speaker(speaker), Engine.REALTIME, f"i{number}", text, started_ms=start, ended_ms=end)
    add_turn(call.pk, said)


def at(call: Call, seconds: float) -> CallView:
    """The view that many seconds after the answer."""
    return call_view(call, at=ANSWERED + timedelta(seconds=seconds))


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


def test_tools_and_hand_overs_stand_where_they_happened(call: Call) -> None:
    begin_engine(call.pk, Engine.REALTIME, at=ANSWERED)
    turns = tell(call, BUYER_TALK[:4])
    ToolUse.objects.create(
        call=call, name="search_listings", tool_call_id="1", engine="realtime", started_at=turns[1].created_at
    )
    begin_engine(call.pk, Engine.CONVERSATION, reason="model_lost", at=turns[2].created_at + timedelta(seconds=1))
    kinds = [type(line) for line in call_view(call).lines]
    assert kinds == [TurnLine, TurnLine, ToolLine, TurnLine, EngineLine, TurnLine]
    assert call_view(call).lines[4].reason == "model lost"  # type: ignore[union-attr]


def test_until_the_recording_is_measured_the_servers_latency_is_shown(call: Call) -> None:
    tell(call, BUYER_TALK)
    assert (call_view(call).figures.basis, call_view(call).figures.p50_ms) == ("server", 910)
    CallMeasurement.objects.create(
        call=call, metric="response_latency_p50", value=1200, unit="ms", detail={"each": [900, 1200, 2500]}
    )
    figures = call_view(call).figures
    assert (figures.basis, figures.p50_ms, figures.p95_ms, figures.answers) == ("recording", 1200, 2500, 3)


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
    assert call_view(call).figures.fallbacks == ("the voice failed (timeout), the carrier’s own voice took over",)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [((), "coming"), (("announced",), "coming"), (("absent",), "absent"), (("absent", "announced"), "coming")],
)
def test_a_recording_that_cannot_be_heard_says_why(call: Call, statuses: tuple[str, ...], state: str) -> None:
    for number, status in enumerate(statuses):
        Recording.objects.create(call=call, sid=f"RE{number}", status=status)
    assert call_view(call).audio.state == state


@pytest.mark.parametrize("statuses", [(), ("announced",)])
def test_minutes_after_the_end_a_recording_is_missing(call: Call, statuses: tuple[str, ...]) -> None:
    for status in statuses:
        Recording.objects.create(call=call, sid="RE1", status=status)
    Call.objects.update(status="completed", ended_at=ANSWERED)
    call.refresh_from_db()
    assert (at(call, 280).audio.state, at(call, 280).audio.awaited) == ("coming", True)
    assert (at(call, 320).audio.state, at(call, 320).audio.awaited) == ("missing", False)


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


def answer_of(call: Call, data: dict[str, Any]) -> str:
    use = ToolUse.objects.create(
        call=call, name="any", tool_call_id="1", engine="realtime", ok=True, result={"ok": True, "data": data}
    )
    [line] = [line for line in call_view(call).lines if line.key == f"tool-{use.pk}"]
    assert isinstance(line, ToolLine)
    return line.answer


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"total": 2, "items": [{}, {}], "areas": [{}], "relaxations_tried": []}, "2 homes found"),
        ({"total": 8, "items": [{}, {}, {}], "areas": [], "relaxations_tried": []}, "8 homes found"),
        ({"total": 1, "items": [{}]}, "1 home found"),
        ({"type": "showing", "slots": []}, "no times free"),
        ({"slots": [{}, {}]}, "2 times free"),
        ({"saved": ["beds_min"]}, "1 fact saved"),
        ({"property": {"address": "9 Cedar Court"}, "rejected": []}, ""),
    ],
)
def test_what_a_tool_found_is_counted_in_words_and_nothing_is_not(call: Call, data: Any, words: str) -> None:
    assert answer_of(call, data) == words


def test_equal_boards_give_equal_pieces_and_a_change_touches_its_piece_alone(call: Call) -> None:
    tell(call, BUYER_TALK[:2])
    before = {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))}
    assert {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))} == before
    turn = call.turns.order_by("position")[0]
    Turn.objects.filter(pk=turn.pk).update(interrupted=True)
    after = {fragment.key: fragment.state for fragment in call_fragments(at(call, 30))}
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {f"turn-{turn.pk}", f"figures-{call.pk}"}


def test_every_piece_is_one_element_with_the_id_of_its_key(call: Call) -> None:
    tell(call, BUYER_TALK[:2])
    for fragment in call_fragments(call_view(call)):
        markup = fragment.render().strip()
        assert markup.startswith("<")
        assert f'id="{fragment.key}"' in markup.partition(">")[0]
