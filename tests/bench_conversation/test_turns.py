"""A call's turns, put together from logs."""

from typing import Any

import pytest

from calls.recordings.voice_activity import Segment
from tests.bench_conversation.requests import NAIVE, RINGSIDE, Rendered, Written
from tests.bench_conversation.turns import Held, Kind, Turn, gaps_of, turns_of

BEGAN = 1_000_000.0
ASKED = "What is your commission?"
ANSWER = ((350.0, "Commission is negotiable."), (500.0, " An agent will explain it."))
LEAD, AGENT = [Segment(5100, 6900)], [Segment(2000, 4900), Segment(8700, 12000)]


def log(*, first: str = "<Play>https://ringside.example/a.wav</Play>", ms: int = 600) -> list[dict[str, Any]]:
    """The caller spoke from 5 s to 7 s of the line, which was answered at 2 s; the result came a second later."""
    return [
        {"at_ms": 2100, "kind": "webhook", "ms": 90, "form": {}, "twiml": "<Gather><Play>opening</Play></Gather>"},
        {"at_ms": 9000, "kind": "said", "start_ms": 5000, "end_ms": 7000},
        {"at_ms": 10_000 + ms, "kind": "webhook", "ms": ms, "form": {"SpeechResult": ASKED}, "twiml": first},
        {"at_ms": 10_020 + ms, "kind": "media", "status": 200},
    ]


def written(**fields: Any) -> Written:
    """The model's answer, asked for as the result came."""
    told: dict[str, Any] = {"at": BEGAN + 10.01, "by": RINGSIDE, "heard": ASKED, "pieces": ANSWER, "ms": 520.0}
    return Written(**told | fields)


def rendered(**fields: Any) -> Rendered:
    """The sound of the answer's first sentence."""
    told: dict[str, Any] = {"at": BEGAN + 10.4, "by": RINGSIDE, "text": "Commission is negotiable.", "ms": 150.0}
    return Rendered(**told | fields)


def the_turn(*vendors: Written | Rendered, chain: str = RINGSIDE, events: list[dict[str, Any]] | None = None) -> Turn:
    """The one turn of the call."""
    [turn] = turns_of(Held(chain, BEGAN, events or log(), LEAD, AGENT), vendors)
    return turn


def test_a_turn_is_timed_from_the_result_and_from_the_callers_last_sound() -> None:
    turn = the_turn(written(), rendered())
    assert turn.kind is Kind.COMPARED
    assert (turn.answered, turn.fetched) == (600, 620)
    assert (turn.understood, turn.silence) == (1000, 1800)


def test_what_is_said_first_is_what_the_vendors_time_is_taken_of() -> None:
    turn = the_turn(written(), rendered())
    assert (turn.written, turn.rendered, turn.whole) == (500, 150, 520)
    assert turn.own == -50
    assert turn.asked == pytest.approx(10, abs=0.1)


def test_the_naive_chain_waits_for_the_whole_answer() -> None:
    whole = "".join(text for _, text in ANSWER)
    turn = the_turn(written(by=NAIVE), rendered(by=NAIVE, text=whole, ms=180.0), chain=NAIVE)
    assert (turn.kind, turn.written, turn.rendered) == (Kind.COMPARED, 520, 180)


def test_an_answer_begun_while_the_caller_still_spoke_belongs_to_the_turn() -> None:
    turn = the_turn(written(at=BEGAN + 8.5, heard="what is your commission"), rendered(at=BEGAN + 8.9))
    assert turn.kind is Kind.COMPARED


def test_a_beginning_that_was_not_rendered_now_is_left_out() -> None:
    assert the_turn(written(), rendered(at=BEGAN + 1)).kind is Kind.REPEATED
    assert the_turn(written(), rendered(by=NAIVE)).kind is Kind.REPEATED


def test_a_turn_with_a_tool_is_left_out() -> None:
    assert the_turn(written(pieces=(), with_tools=True), written(), rendered()).kind is Kind.TOOLS


def test_a_turn_the_model_was_not_asked_about_is_left_out() -> None:
    assert the_turn(written(heard="Something else."), rendered()).kind is Kind.UNTOLD


def test_an_answer_nobody_can_hear_is_left_out() -> None:
    held = Held(RINGSIDE, BEGAN, log(), LEAD, [])
    assert [turn.kind for turn in turns_of(held, [written(), rendered()])] == [Kind.UNHEARD]


def test_the_first_document_with_a_sound_in_it_counts() -> None:
    silent, *rest = log(first="<Redirect>/more</Redirect>")[2:]
    later = {"at_ms": 10_900, "kind": "webhook", "ms": 250, "form": {}, "twiml": "<Say>One moment.</Say>"}
    assert the_turn(written(), rendered(), events=[*log()[:2], silent, *rest, later]).answered == 900


def test_what_the_caller_said_last_is_no_turn_when_nothing_is_played_any_more() -> None:
    held = Held(RINGSIDE, BEGAN, log(first="<Hangup/>"), LEAD, AGENT)
    assert list(turns_of(held, [written(), rendered()])) == []


def document(at_ms: int, twiml: str, ms: int = 40) -> dict[str, Any]:
    """The carrier has a document at `at_ms`, for which it had to wait `ms`."""
    return {"at_ms": at_ms, "kind": "webhook", "ms": ms, "form": {}, "twiml": twiml}


def sound(at_ms: int) -> dict[str, Any]:
    """The carrier has a sound."""
    return {"at_ms": at_ms, "kind": "media", "status": 200}


BEGINNING, BREATH = "<Play>a</Play><Redirect>/more</Redirect>", "<Pause/><Redirect>/more</Redirect>"
REST = "<Gather><Play>b</Play></Gather>"


def test_a_gap_is_from_the_end_of_one_piece_to_the_sound_of_the_next() -> None:
    events = [document(1000, BEGINNING), sound(1020), document(5040, REST), sound(5070)]
    assert list(gaps_of(events)) == [70]


def test_a_breath_between_two_pieces_belongs_to_the_gap() -> None:
    events = [document(1000, BEGINNING), sound(1020), document(5040, BREATH), document(6080, REST), sound(6100)]
    assert list(gaps_of(events)) == [1100]


def test_before_an_answer_and_within_a_document_is_no_gap() -> None:
    events = [document(1000, BREATH), document(2040, REST), sound(2060), sound(3000), document(9000, REST), sound(9020)]
    assert list(gaps_of(events)) == []


def test_a_piece_nobody_heard_any_more_has_no_gap() -> None:
    assert list(gaps_of([document(1000, BEGINNING), sound(1020), document(5040, "<Hangup/>")])) == []
