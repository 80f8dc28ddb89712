"""What a storm says of itself."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.storm.report import HANGS_UP, NOUGHT, Answer, Played, as_table, differing, of_call, problems
from tests.storm.rows import Kept
from tests.storm.script import Round, line, needed

PASSED: dict[str, Any] = dict.fromkeys(NOUGHT, 0) | {"unfinished_rows": {"calls": 0}, "errors_logged": {}}
PLAYED = Played(number=7, how="document", lines_said=5, bridges=1, answers=[])
CHATS = Counter(needed(5))


def kept() -> Kept:
    """The rows of a call that met no harm."""
    return Kept(
        steps=[0, 1, 2, 3, 4, 5],
        lead_turns=[line(turn) for turn in range(1, 6)],
        agent_turns=6,
        bridge_turns=1,
        appointments=1,
        tools=Counter(["check_availability", "schedule_appointment", "end_call"]),
        usage=Counter({"openai.chat_in": 7, "openai.chat_out": 7, "twilio.gather": 5, "twilio.outbound_minute": 1}),
        told_of=1,
        attempts=1,
    )


def answered(webhook: int, body: str, *, after_the_end: bool = False) -> Answer:
    return Answer(webhook, "gather", 200, body, 0.1, after_the_end)


def test_a_call_without_harm_has_none() -> None:
    assert +of_call(PLAYED, kept(), CHATS) == Counter()


@pytest.mark.parametrize(
    ("rows", "harm"),
    [
        ({"appointments": 2}, "doubled_bookings"),
        ({"appointments": 0}, "missing_bookings"),
        ({"lead_turns": [line(1), line(1), line(2), line(3), line(4), line(5)]}, "doubled_turns"),
        ({"agent_turns": 7}, "doubled_turns"),
        ({"agent_turns": 5}, "missing_turns"),
        ({"steps": [0, 1, 2, 3, 4, 5, 5]}, "doubled_steps"),
        ({"unanswered_steps": 1}, "steps_unanswered"),
        ({"tools": Counter(check_availability=2)}, "doubled_tools"),
        ({"usage": Counter({"openai.chat_in": 8})}, "doubled_usage"),
        ({"usage": Counter({"twilio.outbound_minute": 2})}, "doubled_usage"),
        ({"told_of": 2}, "doubled_entries"),
        ({"attempts": 2}, "doubled_entries"),
        ({"bridge_turns": 2}, "bridges_not_as_heard"),
        ({"live": True}, "left_live"),
    ],
)
def test_one_row_too_many_or_too_few_is_harm(rows: dict[str, Any], harm: str) -> None:
    assert (+of_call(PLAYED, replace(kept(), **rows), CHATS))[harm] == 1


def test_a_request_to_the_model_too_many_or_too_few_is_harm() -> None:
    again = CHATS + Counter([Round(3, 1)])
    assert of_call(PLAYED, kept(), again)["doubled_chats"] == 1
    assert of_call(PLAYED, kept(), CHATS - Counter([Round(3, 2)]))["missing_chats"] == 1


def test_two_documents_for_one_webhook_are_harm() -> None:
    assert differing([answered(1, "<a/>"), answered(2, "<b/>"), answered(1, "<a/>")]) == 0
    assert differing([answered(1, "<a/>"), answered(2, "<b/>"), answered(1, "<c/>")]) == 1


def test_a_repetition_after_the_end_of_the_call_may_be_told_to_hang_up() -> None:
    assert differing([answered(1, "<a/>"), answered(1, HANGS_UP, after_the_end=True)]) == 0
    assert differing([answered(1, "<a/>"), answered(1, HANGS_UP)]) == 1


@pytest.mark.parametrize(
    ("answer", "harm"),
    [
        (Answer(1, "gather", None, "", 15.0), "unanswered"),
        (Answer(1, "gather", 200, "<a/>", 15.2), "unanswered"),
        (Answer(1, "status", 503, "", 0.1), "refused"),
    ],
)
def test_a_webhook_without_a_good_answer_in_time_is_harm(answer: Answer, harm: str) -> None:
    assert of_call(replace(PLAYED, answers=[answer]), kept(), CHATS)[harm] == 1


def test_a_call_that_neither_the_caller_nor_the_agent_ended_was_cut_off() -> None:
    assert of_call(replace(PLAYED, how="error"), kept(), CHATS)["cut_off"] == 1


def test_harm_rows_left_open_and_errors_in_the_log_are_problems() -> None:
    flawed = PASSED | {"doubled_chats": 2, "unfinished_rows": {"calls": 1}, "errors_logged": {"no TwiML made": 3}}
    assert problems(PASSED) == []
    assert problems(flawed) == ["doubled chats: 2", "unfinished calls: 1", "logged as an error: no TwiML made (3)"]
    assert "doubled chats            2" in as_table(flawed)
