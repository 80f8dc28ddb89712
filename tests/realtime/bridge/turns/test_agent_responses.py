"""The agent's turns as stories: what is said, and how it is cut off."""

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from tests.realtime.bridge.driver import CONFIG, Story, kinds, lines, sound, speaking


def test_an_interruption_clears_then_truncates_at_what_was_heard() -> None:
    call = speaking(Story(CONFIG).talking())
    call.wait(0.5)
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == ["StopPlayback", "Truncate"]
    assert a.Truncate("i1", 500) in call.done


def test_the_line_of_an_interrupted_agent_ends_where_it_was_cut() -> None:
    call = speaking(Story(CONFIG).talking())
    call.wait(1.0)
    (line,) = lines(call.happens(e.CallerStarted("u1", 0)))
    assert (line.text, line.interrupted) == ("one two three four five", True)
    assert line.generated.endswith("ten")


def test_nothing_is_truncated_when_all_was_heard() -> None:
    call = Story(CONFIG).talking()
    call.agent_says("r1", "i1", 400, "Good morning.")
    done = call.echo_all()
    assert lines(done)[-1].text == "Good morning."
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == []


def test_an_item_nobody_heard_is_deleted_and_the_one_before_it_truncated() -> None:
    call = Story(CONFIG).talking()
    call.agent_says("r1", "i1", 1000, "first line")
    call.agent_says("r2", "i2", 1000, "second line")
    call.wait(0.3)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.done) == ["StopPlayback", "Truncate", "Forget"]
    assert a.Truncate("i1", 300) in call.done
    assert a.Forget("i2") in call.done


def test_late_audio_of_an_interrupted_response_is_never_played() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    call.wait(0.1)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.done) == ["StopPlayback", "Truncate"]
    assert kinds(call.happens(e.AudioArrived("r1", "i1", sound(200)))) == []
    late = call.happens(e.AudioArrived("r1", "i2", sound(200)), e.ResponseEnded("r1", "cancelled", "turn_detected"))
    assert kinds(late) == ["Forget"]


def test_the_model_cancels_itself_so_we_do_not() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)))
    assert "Cancel" not in kinds(call.happens(e.CallerStarted("u1", 0)))
    other = Story(CONFIG, Limits(model_interrupts=False)).talking()
    other.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)))
    assert "Cancel" in kinds(other.happens(e.CallerStarted("u1", 0)))


def test_a_response_that_begins_while_the_caller_speaks_is_canceled_unheard() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.happens(e.ResponseStarted("r1"))) == ["Cancel"]
    assert kinds(call.happens(e.AudioArrived("r1", "i1", sound(200)))) == []


def test_the_echo_of_a_cleared_mark_proves_nothing() -> None:
    call = speaking(Story(CONFIG).talking())
    call.happens(e.CallerStarted("u1", 0))
    assert call.happens(e.MarkEchoed("m6"), e.MarkEchoed("nonsense")) == []


def test_audio_without_sound_is_not_played() -> None:
    call = Story(CONFIG).talking()
    assert kinds(call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", ""))) == []


def test_the_end_of_a_response_counts_once_and_so_does_what_it_cost() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    end = e.ResponseEnded("r1", "completed", usage={"total_tokens": 9})
    assert a.Record(a.Spent("response", "r1", {"total_tokens": 9})) in call.happens(end)
    assert call.happens(end) == []


def test_a_response_canceled_by_nobody_we_know_of_is_asked_for_again() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"))
    assert kinds(call.happens(e.ResponseEnded("r1", "cancelled", "client_cancelled"))) == ["Respond"]


def test_the_end_of_another_response_changes_nothing() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"))
    assert call.happens(e.ResponseEnded("r0", "failed")) == []


def test_an_item_heard_before_it_was_said_to_be_complete_is_final_when_it_is() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.WordsArrived("r1", "i1", "one two"), e.AudioArrived("r1", "i1", sound(200)))
    call.echo_all()
    (line,) = lines(call.happens(e.AudioEnded("i1")))
    assert (line.settled, line.text, line.interrupted) == (True, "one two", False)


def test_a_response_cut_off_in_a_pause_keeps_what_was_heard_and_loses_what_was_still_to_come() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    call.echo_all()
    done = call.happens(e.CallerStarted("u1", 0))
    assert a.Truncate("i1", 200) in done
    assert call.happens(e.AudioArrived("r1", "i1", sound(200))) == []
