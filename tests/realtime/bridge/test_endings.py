"""How a call ends, as stories: goodbyes, the application, a person, the next engine, and dead lines."""

import pytest

from realtime.bridge.bridge import Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from tests.realtime.bridge.driver import CONFIG, START, Story, call_tool, kinds, lines, sound, speaking


def say_goodbye(call: Story) -> None:
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(1000)),
        e.AudioEnded("i1"),
        e.ToolCalled("r1", "f1", "c1", "end_call", "{}"),
        e.ResponseEnded("r1", "completed"),
        e.ToolReturned("c1", "{}", hang_up=True),
    )


def test_the_call_ends_when_the_goodbye_has_been_heard() -> None:
    call = Story(CONFIG).talking()
    say_goodbye(call)
    assert call.bridge.phase is Phase.LEAVING
    assert "Respond" not in kinds(call.actions)
    assert call.echo_all()[-1] == a.Finish("goodbye")
    assert call.bridge.deadline is None


def test_a_goodbye_whose_mark_is_lost_ends_the_call_by_the_clock() -> None:
    call = Story(CONFIG).talking()
    say_goodbye(call)
    assert call.wait(1.0 + Limits().drain_s)[-1] == a.Finish("goodbye")


def test_an_agent_who_hangs_up_without_a_word_is_told_to_say_goodbye_first() -> None:
    call = Story(CONFIG).talking()
    call_tool(call, name="end_call")
    done = call.happens(e.ToolReturned("c1", "{}", hang_up=True))
    assert kinds(done) == ["GiveToolResult", "Respond"]
    call.agent_says("r2", "i2", 400)
    assert call.echo_all()[-1] == a.Finish("goodbye")


def test_a_caller_who_speaks_during_the_goodbye_keeps_the_line() -> None:
    call = Story(CONFIG).talking()
    say_goodbye(call)
    call.wait(0.3)
    call.happens(e.CallerStarted("u1", 0))
    assert call.bridge.phase is Phase.TALKING
    call.wait(1)
    call.happens(e.CallerFinished("u1", 1500))
    call.agent_says("r2", "i2", 400)
    call.echo_all()
    assert call.bridge.phase is Phase.TALKING
    assert call.wait(Limits().reprompt_s)[-1] == a.Finish("goodbye")


def test_the_house_can_end_the_call_with_a_last_word_nobody_interrupts() -> None:
    call = speaking(Story(CONFIG).talking())
    word = Phrase.of("We will not call again.", bytes(8000))
    done = call.happens(e.LeaveAsked("opted_out", word))
    assert kinds(done)[:2] == ["StopPlayback", "Forget"]
    assert kinds(call.happens(e.CallerStarted("u1", 0), e.KeyPressed("9"))) == []
    assert call.wait(1.0 + Limits().drain_s)[-1] == a.Finish("opted_out")


def test_the_house_can_take_the_call_to_the_next_engine() -> None:
    call = speaking(Story(CONFIG).talking())
    assert "FallBack" not in kinds(call.happens(e.StepDownAsked("deploy")))
    assert call.echo_all()[-1] == a.FallBack("deploy")


def announce(call: Story) -> None:
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(1000)),
        e.ToolCalled("r1", "f1", "c1", "transfer_to_human", "{}"),
        e.ToolReturned("c1", "{}", hand_over=True),
    )


def test_a_call_goes_to_a_person_once_the_announcement_was_said_and_heard() -> None:
    call = Story(CONFIG).talking()
    announce(call)
    assert call.bridge.phase is Phase.LEAVING
    more = call.happens(e.AudioArrived("r1", "i1", sound(200)), e.ResponseEnded("r1", "completed"))
    assert kinds(more) == ["Play", "GiveToolResult"]
    assert call.echo_all()[-1] == a.FallBack("transfer")


def test_a_caller_cannot_talk_a_call_out_of_its_hand_over() -> None:
    call = Story(CONFIG).talking()
    announce(call)
    assert kinds(call.happens(e.CallerStarted("u1", 0), e.ResponseEnded("r1", "cancelled", "turn_detected"))) == [
        "GiveToolResult"
    ]
    assert kinds(call.happens(e.CallerFinished("u1", 900), e.ResponseStarted("r2"))) == ["Cancel"]
    assert call.echo_all()[-1] == a.FallBack("transfer")


@pytest.mark.parametrize("word", [Phrase.of("One moment, I will connect you.", bytes(8000)), None])
def test_an_agent_who_hands_over_without_a_word_is_spoken_for(word: Phrase | None) -> None:
    call = Story(CallConfig(hand_over=word)).talking()
    call.agent_says("r0", "i0", 200)
    call.echo_all()
    call.happens(e.ResponseStarted("r1"), e.ToolCalled("r1", "f1", "c1", "transfer_to_human", "{}"))
    call.happens(e.ResponseEnded("r1", "completed"))
    done = call.happens(e.ToolReturned("c1", "{}", hand_over=True))
    assert kinds(done)[:-1] == (["Play"] * 5 if word else ["GiveToolResult"])
    assert (call.echo_all() or done)[-1] == a.FallBack("transfer")


def test_a_hand_over_whose_response_never_ends_is_not_waited_for() -> None:
    call = Story(CONFIG).talking()
    announce(call)
    assert call.wait(1.0 + Limits().answer_s)[-1] == a.FallBack("transfer")
    assert "Respond" not in kinds(call.actions)


def test_a_model_lost_while_speaking_is_followed_by_the_next_engine_once_the_caller_has_heard_it() -> None:
    call = speaking(Story(CONFIG).talking())
    assert "FallBack" not in kinds(call.happens(e.ModelLost("closed_1011")))
    done = call.echo_all()
    assert done[-1] == a.FallBack("closed_1011")
    assert lines(done)[-1].text.endswith("ten")


def test_nothing_happens_after_the_end() -> None:
    call = Story(CONFIG).talking()
    assert call.happens(e.StreamStopped())[-1] == a.Finish("hung_up")
    assert call.happens(e.StreamStopped(), e.ModelLost("x"), e.CallerSpoke(sound(20)), START) == []


def test_a_hang_up_settles_the_line_that_was_being_heard() -> None:
    call = speaking(Story(CONFIG).talking())
    call.wait(1.0)
    (line,) = lines(call.happens(e.StreamStopped()))
    assert (line.text, line.interrupted, line.settled) == ("one two three four five", True, True)


def test_a_leg_without_media_is_dead() -> None:
    call = Story(CONFIG, Limits(reprompt_s=1000)).talking()
    call.happens(e.CallerSpoke(sound(20), 20))
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    call.wait(15)
    call.happens(e.CallerSpoke(sound(20), 40))
    assert a.Finish("no_media") not in call.wait(29)
    assert call.wait(2)[-1] == a.Finish("no_media")


def test_the_allowance_of_a_call_ends_with_a_goodbye() -> None:
    call = Story(CONFIG, Limits(call_s=60, wrap_up_s=20, reprompt_s=1000, media_s=1000)).talking()
    call.wait(1)
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    assert kinds(call.wait(40)) == ["Respond"]
    call.agent_says("r2", "i2", 200)
    assert call.echo_all()[-1] == a.Finish("max_duration")


def test_a_talker_is_cut_at_the_hard_limit() -> None:
    call = Story(CONFIG, Limits(call_s=60, wrap_up_s=20, longest_turn_s=1000, media_s=1000)).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert call.caller_is_heard(61)[-1] == a.Finish("max_duration")


def test_a_socket_without_a_stream_is_closed() -> None:
    call = Story(CONFIG)
    call.happens(e.StreamConnected())
    assert call.wait(Limits().start_s)[-1] == a.Finish("never_started")


def test_an_outage_that_lasts_is_not_waited_for() -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ModelLost("closed_1011"))
    assert call.wait(Limits().reconnect_s)[-1] == a.FallBack("closed_1011")


def test_an_agent_who_hangs_up_on_a_caller_who_has_just_spoken_stays() -> None:
    call = Story(CONFIG).talking()
    call_tool(call, name="end_call")
    call.happens(e.CallerStarted("u1", 0))
    call.happens(e.ToolReturned("c1", "{}", hang_up=True))
    assert call.bridge.phase is Phase.TALKING


def test_a_model_lost_during_its_goodbye_does_not_change_how_the_call_ends() -> None:
    call = Story(CONFIG).talking()
    say_goodbye(call)
    assert kinds(call.happens(e.ModelLost("closed_1011"))) == []
    assert call.echo_all()[-1] == a.Finish("goodbye")


def test_the_house_can_end_the_call_without_a_word() -> None:
    assert Story(CONFIG).talking().happens(e.LeaveAsked("limit"))[-1] == a.Finish("limit")


def test_a_line_the_model_never_finished_is_settled_at_the_end() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)), e.WordsArrived("r1", "i1", "Well,"))
    call.happens(e.WordsArrived("r1", "i2", "never a sound"))
    call.echo_all()
    spoken, written = lines(call.happens(e.StreamStopped()))
    assert (spoken.text, spoken.started_ms, spoken.ended_ms, spoken.confirmed) == ("Well,", 1000, 1200, True)
    assert (written.text, written.generated, written.interrupted) == ("", "never a sound", True)
