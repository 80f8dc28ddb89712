"""The transcript: one line for each utterance, in order, and shortened to what was heard."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.call_log.transcript import Utterance, add_turn, amend_turn, cut_at_the_end, save_turn
from calls.lifecycle.ending import record_end
from calls.models import CallStatus, Engine, EventKind, Turn
from tests.people import make_call

pytestmark = pytest.mark.django_db
HELLO = Utterance(Turn.Speaker.AGENT, Engine.REALTIME, "item-1", "Hello, this is Riley.", started_ms=500, ended_ms=2500)


def test_utterances_stand_in_the_order_they_came() -> None:
    call = make_call()
    for number in range(3):
        add_turn(call.pk, replace(HELLO, item_id=f"item-{number}", text=str(number)))
    assert [turn.text for turn in call.turns.all()] == ["0", "1", "2"]


def test_an_utterance_may_name_its_position() -> None:
    call = make_call()
    add_turn(call.pk, replace(HELLO, item_id="later", position=20))
    add_turn(call.pk, replace(HELLO, item_id="earlier", position=10))
    assert [turn.item_id for turn in call.turns.all()] == ["earlier", "later"]


def test_a_repeated_utterance_is_one_line() -> None:
    call = make_call()
    assert add_turn(call.pk, HELLO) is not None
    assert add_turn(call.pk, HELLO) is None
    assert call.turns.count() == call.events.filter(kind=EventKind.TURN).count() == 1


def test_an_engine_that_learns_more_writes_the_same_line_again() -> None:
    call, began = make_call(), now()
    save_turn(call.pk, replace(HELLO, text="Hello"), created_at=began)
    save_turn(call.pk, HELLO, created_at=now())
    turn = call.turns.get()
    assert (turn.text, turn.created_at) == (HELLO.text, began)
    assert call.events.filter(kind=EventKind.TURN).count() == 1


def test_words_nobody_heard_are_cut_and_kept_as_generated() -> None:
    call = make_call()
    add_turn(call.pk, HELLO)
    for _ in range(2):
        assert amend_turn(call.pk, "item-1", text="Hello,", length_ms=700)
    turn = call.turns.get()
    assert (turn.text, turn.generated_text, turn.interrupted) == ("Hello,", HELLO.text, True)
    assert turn.ended_ms == 1200


def test_a_line_that_is_not_there_cannot_be_shortened() -> None:
    assert not amend_turn(make_call().pk, "item-9", text="")


HOMES = "One two three four five six seven eight nine ten."


def said(item: str, started: int | None, ended: int | None, **more: object) -> Utterance:
    line = Utterance(Turn.Speaker.AGENT, Engine.CONVERSATION, item, HOMES, started_ms=started, ended_ms=ended)
    return replace(line, **more)  # type: ignore[arg-type]


def test_what_was_not_on_the_line_any_more_is_not_in_the_transcript() -> None:
    answered = now() - timedelta(seconds=30)
    call = make_call(answered_at=answered)
    for line in (
        said("whole", 5_000, 15_000),
        said("playing", 15_000, 25_000),
        said("made too late", 21_000, 31_000),
        said("a filler", 20_500, 21_700, filler=True),
        said("a clock's doubt", 11_000, 20_900),
        said("without a time", None, None),
        said("the lead's", 19_000, 29_000, speaker=Turn.Speaker.LEAD),
        said("another engine's", 19_000, 29_000, engine=Engine.REALTIME),
    ):
        add_turn(call.pk, line)
    assert record_end(call, CallStatus.COMPLETED, reason="ended by staff", at=answered + timedelta(seconds=20))
    left = {turn.item_id: turn for turn in call.turns.all()}
    assert set(left) == {"whole", "playing", "a clock's doubt", "without a time", "the lead's", "another engine's"}
    cut = left.pop("playing")
    assert (cut.text, cut.generated_text) == ("One two three four five", HOMES)
    assert (cut.interrupted, cut.ended_ms) == (True, 20_000)
    assert all(turn.text == HOMES for turn in left.values())
    call.refresh_from_db()
    assert cut_at_the_end(call) == 0, "cut once, it stays as it is"


def test_a_call_nobody_answered_has_nothing_to_cut() -> None:
    call = make_call(answered_at=None)
    assert cut_at_the_end(call) == 0
