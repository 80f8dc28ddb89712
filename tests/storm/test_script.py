"""What the storm's model makes of what it is sent."""

import json
from datetime import date
from typing import Any

import pytest

from tests.storm.script import LAST_TURN, Round, line, needed, reply, round_of

TODAY = date(2026, 3, 2)


def said(turn: int) -> dict[str, Any]:
    return {"role": "user", "content": line(turn)}


def result(turn: int, **data: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": f"t{turn}-abc", "content": json.dumps({"ok": True, "data": data})}


@pytest.mark.parametrize("turn", range(1, LAST_TURN + 1))
def test_a_request_is_told_by_the_callers_last_words(turn: int) -> None:
    earlier = [said(number) for number in range(1, turn)]
    assert round_of([*earlier, said(turn)]) == Round(turn, 1)


def test_a_request_with_the_tools_result_is_the_second_of_its_turn() -> None:
    assert round_of([said(2), result(2)]) == Round(2, 2)
    assert round_of([said(2), result(2), said(3)]) == Round(3, 1)


def test_words_of_nobody_in_the_script_are_no_request_of_the_run() -> None:
    assert round_of([{"role": "user", "content": "Hello?"}]) is None
    assert round_of([]) is None


def test_the_time_that_was_offered_is_the_one_that_is_booked() -> None:
    messages = [said(2), result(2, slots=[{"slot_id": "monday"}, {"slot_id": "tuesday"}]), said(3)]
    booked = reply(7, Round(3, 1), messages, today=TODAY, unique="x").tool
    assert booked is not None
    assert (booked.name, booked.arguments["slot_id"]) == ("schedule_appointment", "monday")


def test_the_times_are_named_before_one_of_them_is_agreed_to() -> None:
    slots = [{"slot_id": str(day), "spoken": day} for day in ("Monday at nine", "Tuesday at ten", "Friday at two")]
    said_then = reply(7, Round(2, 2), [said(2), result(2, slots=slots)], today=TODAY, unique="x")
    assert "Monday at nine or Tuesday at ten" in "".join(said_then.pieces)


def test_what_is_said_is_said_in_one_call_and_turn_only_but_for_the_common_phrases() -> None:
    texts = [
        "".join(reply(number, asked, [], today=TODAY, unique="x").pieces)
        for number in (1, 2)
        for asked in needed(LAST_TURN)
    ]
    own = [text for text in texts if "Lead" in text]
    assert len(own) == len(set(own)) > 6
