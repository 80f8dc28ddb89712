"""What a new session of the model is told, as stories."""

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from tests.realtime.bridge.driver import CONFIG, OPENING, START, Story, call_tool, kinds, sound, speaking


def test_a_new_session_learns_everything_that_was_said_and_done() -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER), e.TranscriptArrived("u1", "Two bedrooms."))
    call.happens(e.ResponseStarted("r1"), e.ItemPlaced("f-c1", "u1"))
    call.happens(e.ToolCalled("r1", "f-c1", "c1", "search_listings", '{"beds":2}'), e.ResponseEnded("r1", "completed"))
    call.happens(e.ToolReturned("c1", '{"ok":true}'))
    assert kinds(call.happens(e.ModelLost("closed_1011"))) == ["Reconnect"]
    call.happens(e.CallerSpoke(sound(20), 9000))
    done = call.happens(e.ModelConnected(), e.ModelReady())
    assert kinds(done) == [
        "Configure",
        "Remember",
        "Remember",
        "RememberToolCall",
        "GiveToolResult",
        "Listen",
        "Respond",
    ]


def test_a_second_stream_of_a_call_begins_with_what_was_said_on_the_first() -> None:
    before = (a.Remember("old", a.Speaker.CALLER, "Two bedrooms."), a.GiveToolResult("c0", "{}"))
    call = Story(CallConfig(opening=OPENING, history=before, id_prefix="second-"))
    call.happens(START, e.ModelReady())
    done = call.echo_all()
    assert [x for x in done if not isinstance(x, a.Record)] == [
        *before,
        a.Remember("second-opening", a.Speaker.AGENT, OPENING.text),
    ]


def test_a_recorded_word_is_not_told_to_a_new_session() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call_tool(call)
    call.wait(1.1)
    done = call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    assert [x.item_id for x in done if isinstance(x, a.Remember)] == ["opening"]


def test_a_tool_that_returns_after_the_reconnect_brings_its_call_along() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call_tool(call)
    call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    done = call.happens(e.ToolReturned("c1", "{}"))
    assert kinds(done) == ["RememberToolCall", "GiveToolResult", "Respond"]


def test_a_tool_that_still_runs_is_not_told_to_a_new_session() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call.happens(e.ItemPlaced("f-c1", "opening"))
    call_tool(call)
    assert "RememberToolCall" not in kinds(call.happens(e.ModelLost("closed_1011"), e.ModelReady()))


def test_a_line_of_an_earlier_session_that_is_cut_off_is_told_again_as_far_as_it_was_heard() -> None:
    call = speaking(Story(CONFIG, Limits(reconnects=1)).talking())
    call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    call.wait(1.0)
    done = call.happens(e.CallerStarted("u1", 0))
    assert kinds(done) == ["StopPlayback", "Forget", "Remember"]
    assert a.Remember("heard-1", a.Speaker.AGENT, "one two three four five") in done


def test_a_line_of_an_earlier_session_of_which_nothing_was_heard_is_only_deleted() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call.agent_says("r0", "i0", 2000, "first line")
    call.agent_says("r1", "i1", 2000, "second line")
    call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    call.wait(1.0)
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == ["StopPlayback", "Forget", "Remember", "Forget"]


def test_a_recorded_word_that_is_cut_off_is_nothing_to_the_model() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.wait(1.1)
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == ["StopPlayback"]
