"""Tools beside the conversation, as stories."""

import pytest

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from tests.realtime.bridge.driver import CONFIG, FILLER, Story, call_tool, kinds, sound


def test_a_tool_runs_once_and_its_answer_is_followed_by_one_wish_for_words() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    assert kinds(call.actions) == ["RunTool"]
    done = call.happens(e.ToolReturned("c1", "{}"))
    assert kinds(done) == ["GiveToolResult", "Respond"]
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["Complaint"]
    assert kinds(call.happens(e.ToolReturned("other", "{}"))) == ["Complaint"]


def test_a_result_waits_for_the_end_of_the_response_that_called() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"))
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == []
    assert kinds(call.happens(e.ResponseEnded("r1", "completed"))) == ["GiveToolResult", "Respond"]


def test_two_tools_are_answered_before_one_response_is_asked_for() -> None:
    call = Story(CONFIG).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"),
        e.ToolCalled("r1", "f2", "c2", "check_availability", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert kinds(call.happens(e.ToolReturned("c2", "{}"))) == ["GiveToolResult"]
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["GiveToolResult", "Respond"]


def test_a_repeated_call_runs_nothing_twice() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    assert call.happens(e.ToolCalled("r1", "f-c1", "c1", "search_listings", "{}")) == []


@pytest.mark.parametrize(
    ("words", "follow_up"),
    [("Noted. What is your budget?", []), ("Let me note that.", ["Respond"])],
)
def test_a_result_without_news_needs_no_words_when_the_agent_has_asked_something(
    words: str, follow_up: list[str]
) -> None:
    call = Story(CONFIG).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(200)),
        e.WordsArrived("r1", "i1", words, complete=True),
        e.ToolCalled("r1", "f1", "c1", "save_lead_preferences", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert kinds(call.happens(e.ToolReturned("c1", "{}", news=False))) == ["GiveToolResult", *follow_up]


def test_a_filler_is_played_after_a_second_of_silence_over_a_tool() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    assert kinds(call.wait(0.9)) == []
    assert kinds(call.wait(0.2)) == ["Play"] * len(FILLER.audio)


def test_no_filler_over_a_speaking_caller() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.wait(1.5)) == []


def test_a_tool_that_never_returns_is_answered_for() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    done = call.wait(Limits().tool_s)
    assert kinds(done)[-3:] == ["Complaint", "GiveToolResult", "Respond"]
    assert "TIMEOUT" in next(x.output for x in done if isinstance(x, a.GiveToolResult))
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["Complaint"]


def test_a_call_of_an_interrupted_response_is_not_run() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)), e.CallerStarted("u1", 0))
    done = call.happens(
        e.ToolCalled("r1", "f1", "c1", "schedule_appointment", "{}"), e.ResponseEnded("r1", "cancelled")
    )
    assert "RunTool" not in kinds(done)
    assert "INTERRUPTED" in next(x.output for x in done if isinstance(x, a.GiveToolResult))


def test_the_callers_turn_during_a_tool_is_answered_and_so_is_the_tool() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 900), e.ResponseStarted("r2"))
    assert "Respond" not in kinds(call.happens(e.ToolReturned("c1", "{}")))
    call.happens(e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["GiveToolResult", "Respond"]


def test_a_response_that_began_before_the_result_arrived_does_not_count_as_its_answer() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.ToolReturned("c1", "{}"))
    call.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["Respond"]
    other = Story(CONFIG).talking()
    call_tool(other)
    other.happens(e.ToolReturned("c1", "{}"), e.ItemPlaced("o1", "f-c1", tool_result="c1"))
    other.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(other.happens(e.ResponseEnded("r2", "completed"))) == []


def test_a_result_that_crossed_the_callers_turn_on_the_wire_is_spoken_about_in_the_end() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["GiveToolResult", "Respond"]
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 900), e.ResponseStarted("r2"))
    call.happens(e.ItemPlaced("o1", None, tool_result="c1"))
    call.happens(e.ModelErred("conversation_already_has_active_response"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["Respond"]


def test_a_model_that_never_confirms_a_result_is_not_asked_about_it_for_ever() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.ToolReturned("c1", "{}"))
    asked = [kinds(call.agent_says(f"r{n}", f"i{n}", 200)) for n in range(2, 9)]
    assert "Respond" in asked[0]
    assert "Respond" not in asked[-1]


def test_a_confirmation_of_nothing_we_know_changes_nothing() -> None:
    call = Story(CONFIG).talking()
    assert call.happens(e.ItemPlaced("o9", None, tool_result="c9")) == []
    call_tool(call)
    assert call.happens(e.ItemPlaced("o1", None, tool_result="c1")) == []
