"""An interruption that turns out to be nothing, as stories."""

import pytest

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from tests.realtime.bridge.driver import CONFIG, Story, kinds, notes, sound, speaking

GO_ON = a.Respond(CallConfig().direct_resume)


def coughed_into(call: Story, *, item: str = "u1") -> Story:
    """A cough cuts the agent off, and is taken for a turn."""
    call.happens(e.CallerStarted(item, 0))
    call.wait(0.3)
    call.happens(e.CallerFinished(item, 800), e.ItemPlaced(item, "i1", a.Speaker.CALLER))
    return call


def cut_off() -> Story:
    """The agent was cut off by a cough in the middle of a line."""
    call = speaking(Story(CONFIG).talking())
    call.wait(0.5)
    return coughed_into(call)


def asked(actions: list[a.Action]) -> list[a.Respond]:
    return [action for action in actions if isinstance(action, a.Respond)]


@pytest.mark.parametrize("words", ["", "  "])
def test_an_interruption_without_words_or_answer_is_forgotten_and_the_agent_goes_on(words: str) -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", words))
    done = call.wait(Limits().resume_s)
    assert kinds(done) == ["Forget", "Respond"]
    assert a.Forget("u1") in done
    assert asked(done) == [GO_ON]
    assert "resumed" in notes(done)


def test_the_agent_goes_on_once() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", ""))
    call.wait(Limits().resume_s)
    call.agent_says("r2", "i2", 200)
    call.happens(e.TranscriptArrived("u1", ""))
    assert kinds(call.wait(Limits().resume_s + 1)) == []


def test_a_turn_nobody_could_write_down_stays_in_the_models_memory() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", None))
    assert kinds(call.wait(Limits().resume_s)) == ["Respond"]


def test_words_are_the_callers_and_are_waited_for_as_ever() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", "Wait."))
    assert asked(call.wait(Limits().resume_s + 1)) == []


def test_an_agent_who_answers_the_noise_is_not_told_to_go_on() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", ""), e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.wait(Limits().resume_s)) == []


def test_an_answer_to_the_noise_that_comes_to_nothing_is_asked_for_as_going_on() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", ""), e.ResponseStarted("r2"))
    assert kinds(call.wait(Limits().resume_s)) == []
    assert asked(call.happens(e.ResponseEnded("r2", "completed"))) == [GO_ON]


def test_a_caller_who_speaks_again_is_not_talked_over() -> None:
    call = cut_off()
    call.happens(e.TranscriptArrived("u1", ""), e.CallerStarted("u2", 2000))
    assert asked(call.caller_is_heard(1.5)) == []
    call.happens(e.TranscriptArrived("u1", ""))
    assert asked(call.caller_is_heard(1.5)) == []


def test_a_second_cough_does_not_make_the_agent_forget_that_it_was_cut_off() -> None:
    call = coughed_into(cut_off(), item="u2")
    call.happens(e.TranscriptArrived("u1", ""), e.TranscriptArrived("u2", ""))
    assert asked(call.wait(Limits().resume_s)) == [GO_ON]


def test_a_cough_into_a_silence_cuts_nothing_off() -> None:
    call = Story(CONFIG).talking()
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    coughed_into(call)
    call.happens(e.TranscriptArrived("u1", ""))
    assert asked(call.wait(Limits().resume_s)) == []


def test_a_beginning_without_an_end_on_a_silent_line_was_noise() -> None:
    call = speaking(Story(CONFIG).talking())
    call.wait(0.5)
    call.happens(e.CallerStarted("u1", 0))
    call.happens(e.CallerSpoke(sound(20)))
    assert asked(call.wait(Limits().turn_silence_s - 0.1)) == []
    done = call.wait(0.1)
    assert asked(done) == [GO_ON]
    assert "Forget" not in kinds(done)


def test_a_beginning_without_an_end_is_waited_for_as_long_as_the_caller_is_heard() -> None:
    call = speaking(Story(CONFIG).talking())
    call.happens(e.CallerStarted("u1", 0))
    assert asked(call.caller_is_heard(20)) == []
    assert asked(call.wait(Limits().turn_silence_s)) == [GO_ON]


def test_noise_that_lasts_a_minute_is_no_speech() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert asked(call.caller_is_heard(Limits().longest_turn_s - 1)) == []
    assert asked(call.caller_is_heard(1)) == [a.Respond()]


def test_a_caller_who_finishes_after_all_is_answered_once() -> None:
    call = speaking(Story(CONFIG).talking())
    call.happens(e.CallerStarted("u1", 0))
    assert asked(call.wait(Limits().turn_silence_s)) == [GO_ON]
    call.happens(e.ResponseStarted("r2"), e.CallerFinished("u1", 2500), e.AudioArrived("r2", "i2", sound(200)))
    call.happens(e.ResponseEnded("r2", "completed"), e.ResponseStarted("r3"))
    assert asked(call.agent_says("r3", "i3", 200)) == []
