"""Lines of a transcript: turns, tools and changes of engine in one order."""

from datetime import timedelta
from typing import Any

import pytest

from calls.call_log.engine_spans import begin_engine
from calls.dashboard.call_view import call_view
from calls.dashboard.transcript_lines import EngineLine, ToolLine, TurnLine
from calls.models import Call, Engine, ToolUse
from tests.calls.dashboard.spoken import ANSWERED
from tests.stories import BUYER_TALK, tell


def answer_of(call: Call, data: dict[str, Any]) -> str:
    use = ToolUse.objects.create(
        call=call, name="any", tool_call_id="1", engine="realtime", ok=True, result={"ok": True, "data": data}
    )
    [line] = [line for line in call_view(call).lines if line.key == f"tool-{use.pk}"]
    assert isinstance(line, ToolLine)
    return line.answer


def test_tools_and_hand_overs_stand_where_they_happened(call: Call) -> None:
    begin_engine(call.pk, Engine.REALTIME, at=ANSWERED)
    turns = tell(call, BUYER_TALK[:4])
    ToolUse.objects.create(
        call=call, name="search_listings", tool_call_id="1", engine="realtime", started_at=turns[1].created_at
    )
    begin_engine(call.pk, Engine.CONVERSATION, reason="model_lost", at=turns[2].created_at + timedelta(seconds=1))
    kinds = [type(line) for line in call_view(call).lines]
    assert kinds == [TurnLine, TurnLine, ToolLine, TurnLine, EngineLine, TurnLine]
    assert call_view(call).lines[4].reason == "the connection to the model broke off"  # type: ignore[union-attr]


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
