"""A call as stories: getting ready, its silences, and what comes at the wrong time."""

from dataclasses import replace

from realtime.bridge.bridge import Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits, Phrase
from tests.realtime.bridge.driver import CONFIG, START, Story, kinds, sound, speaking

# --- getting ready ----------------------------------------------------------------------------------------------------


def test_a_model_that_never_gets_ready_is_not_waited_for() -> None:
    call = Story(CONFIG)
    call.happens(START)
    call.echo_all()
    assert call.wait(Limits().model_s)[-1] == a.FallBack("model_not_ready")


def test_another_audio_format_steps_down_at_once() -> None:
    call = Story(CONFIG)
    assert call.happens(e.StreamStarted("MZ1", "CA1", encoding="audio/l16"))[-1] == a.FallBack("media_format")
    other = Story().talking()
    assert other.bridge.phase is Phase.TALKING


def test_a_model_that_echoes_another_format_is_left() -> None:
    call = Story()
    assert call.happens(START, e.ModelReady(output_format="audio/pcm"))[-1] == a.FallBack("model_format")


def test_a_second_start_changes_nothing() -> None:
    call = Story(CONFIG).talking()
    assert call.happens(START) == [a.Complaint("second_start")]


def test_media_before_the_start_is_dropped() -> None:
    call = Story(CONFIG)
    assert call.happens(e.CallerSpoke(sound(20))) == [a.Complaint("media_before_start")]


def test_nonsense_is_a_complaint_and_changes_nothing() -> None:
    call = Story(CONFIG).talking()
    assert call.happens(e.Unintelligible("phone", "json")) == [a.Complaint("unintelligible_phone", "json")]


# --- silence ---------------------------------------------------------------------------------------------------------


def test_silence_is_broken_three_times_then_the_agent_says_goodbye_and_goes() -> None:
    call = Story(CONFIG, Limits(media_s=1000)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r0", "i0", 200)
    for n in range(1, 5):
        call.echo_all()
        assert kinds(call.wait(Limits().reprompt_s)) == ["Respond"], n
        call.agent_says(f"r{n}", f"i{n}", 200)
    assert call.echo_all()[-1] == a.Finish("silence")


def test_a_caller_who_answers_a_reprompt_starts_the_count_again() -> None:
    call = Story(CONFIG, Limits(media_s=1000)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r0", "i0", 200)
    for n in range(1, 8):
        call.echo_all()
        call.wait(Limits().reprompt_s)
        call.agent_says(f"r{n}", f"i{n}", 200)
        call.caller_says(f"u{n}")
        call.agent_says(f"a{n}", f"x{n}", 200)
    assert call.bridge.phase is Phase.TALKING


# --- what comes at the wrong time -----------------------------------------------------------------------------------


def test_a_socket_that_greets_again_changes_nothing() -> None:
    call = Story(CONFIG).talking()
    before = call.bridge.deadline
    assert call.happens(e.StreamConnected()) == []
    assert call.bridge.deadline == before


def test_a_model_that_is_ready_twice_is_ready_once() -> None:
    call = Story(CONFIG).talking()
    assert call.happens(e.ModelReady()) == []


def test_a_key_before_the_start_is_dropped() -> None:
    call = Story(CONFIG)
    assert call.happens(e.KeyPressed("1")) == [a.Complaint("key_before_start")]


def test_a_model_lost_before_the_stream_starts_is_left_once_the_opening_has_been_heard() -> None:
    call = Story(CONFIG)
    assert call.happens(e.ModelLost("refused_429")) == []
    call.happens(START)
    assert call.echo_all()[-1] == a.FallBack("refused_429")


def test_an_allowance_that_runs_short_during_the_opening_does_not_cut_it() -> None:
    call = Story(CONFIG, Limits(call_s=20.5, wrap_up_s=20))
    call.happens(START)
    assert kinds(call.wait(0.6)) == []
    assert call.bridge.phase is Phase.OPENING


def test_a_model_that_is_ready_before_the_stream_is_not_waited_for() -> None:
    call = Story(CONFIG)
    call.happens(e.ModelConnected(), e.ModelReady(), START)
    call.echo_all()
    assert call.bridge.phase is Phase.TALKING


def test_a_model_that_was_left_is_not_listened_to() -> None:
    call = speaking(Story(CONFIG).talking())
    call.happens(e.StepDownAsked("deploy"))
    assert call.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200))) == []


def test_a_model_lost_in_a_silence_owes_the_new_session_nothing() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    assert "Respond" not in kinds(call.happens(e.ModelLost("closed_1011"), e.ModelReady()))


def test_a_model_lost_during_the_opening_is_waited_for_as_long_as_one_that_comes_late() -> None:
    call = Story(CONFIG, Limits(reconnects=1))
    call.happens(START, e.ModelReady())
    assert kinds(call.happens(e.ModelLost("closed_1011"))) == ["Reconnect"]
    call.echo_all()
    assert call.wait(Limits().model_s)[-1] == a.FallBack("model_not_ready")


def test_a_model_lost_twice_in_an_outage_is_still_replaced_within_the_time_for_one() -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ModelLost("closed_1011"))
    call.wait(2.0)
    assert kinds(call.happens(e.ModelLost("refused_429"))) == []
    assert kinds(call.wait(Limits().reconnect_pause_s)) == ["Reconnect"]
    assert call.wait(Limits().reconnect_s - 2.0)[-1] == a.FallBack("refused_429")


def test_an_attempt_that_fails_at_once_is_not_repeated_at_once() -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    assert kinds(call.happens(e.ModelLost("closed_1011"), e.ModelLost("refused_429"))) == ["Reconnect"]
    call.wait(Limits().reconnect_pause_s)
    call.happens(e.ModelConnected(), e.ModelReady())
    assert kinds(call.wait(Limits().reconnect_s)) == []
    assert call.bridge.phase is Phase.TALKING


def test_a_call_taken_off_the_model_makes_no_other_attempt() -> None:
    call = speaking(Story(CONFIG, Limits(reconnects=2)).talking())
    call.happens(e.ModelLost("closed_1011"), e.ModelLost("refused_429"), e.StepDownAsked("deploy"))
    assert "Reconnect" not in kinds(call.wait(Limits().reconnect_pause_s))


# --- a question that comes first ----------------------------------------------------------------------------------

QUESTION = e.QuestionAsked("Do you want us to stop calling you?")


def test_a_question_of_the_applications_comes_in_place_of_what_is_being_said() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(2000)))
    done = call.happens(QUESTION)
    assert kinds(done)[:2] == ["StopPlayback", "Cancel"]
    asked = call.happens(e.ResponseEnded("r1", "cancelled"))
    wanted = a.Respond(
        "Answer by saying exactly this, then stop: Do you want us to stop calling you?", may_use_tools=False
    )
    assert asked[-1] == wanted


def test_where_an_answer_is_due_the_question_comes_after_it() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    assert "Respond" not in kinds(call.happens(QUESTION))
    assert [each for each in call.agent_says("r1", "i1", 400) if isinstance(each, a.Respond)]


def test_a_call_that_has_not_begun_or_is_ending_asks_nothing() -> None:
    assert kinds(Story(CONFIG).happens(QUESTION)) == []
    opening = Story(CONFIG)
    opening.happens(START)
    assert opening.happens(QUESTION) == []
    call = Story(CONFIG).talking()
    call.happens(e.StepDownAsked("deploy"))
    assert call.happens(QUESTION) == []


def test_an_opening_that_asks_something_leaves_time_for_the_answer() -> None:
    asks = replace(CONFIG, opening=Phrase.of("An AI assistant. Is now a good time?", bytes(8 * 1000)))
    call = Story(asks).talking()
    assert "Respond" not in kinds(call.wait(Limits().reprompt_s - 0.1))
    [asked] = [each for each in call.wait(0.2) if isinstance(each, a.Respond)]
    assert asked.direction == asks.direct_reprompt
    plain = Story(CONFIG).talking()
    assert "Respond" in kinds(plain.wait(Limits().lead_in_s + 0.1))
