"""The ways other bridges go wrong, as far as a decision decides: each a story of ours that ends well."""

import base64

import pytest

from realtime.bridge.audio.echo import ECHO_S
from realtime.bridge.bridge import Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from tests.realtime.bridge.driver import (
    CONFIG,
    FILLER,
    OPENING,
    START,
    Story,
    call_tool,
    in_order,
    kinds,
    lines,
    noise,
    sound,
    speaking,
)

GO_ON = a.Respond(CallConfig().direct_resume)
SOFT_ECHO = base64.b64encode(b"\xc8" * 160).decode()  # more than 18 dB below what `noise` is


def asked(actions: list[a.Action]) -> list[a.Respond]:
    return [action for action in actions if isinstance(action, a.Respond)]


def listened(actions: list[a.Action]) -> list[str]:
    return [action.audio for action in actions if isinstance(action, a.Listen)]


# --- interruptions --------------------------------------------------------------------------------------------------


def test_fm01_an_agent_whose_answer_was_generated_long_ago_is_silent_the_moment_the_caller_speaks() -> None:
    call = speaking(Story(CONFIG).talking(), ms=8000)
    call.wait(2.0)
    assert kinds(call.happens(e.CallerStarted("u1", 0)))[0] == "StopPlayback"
    assert "Play" not in kinds(call.happens(e.AudioArrived("r1", "i1", sound(200))))


def test_fm01_audio_of_the_interrupted_answer_that_comes_late_is_not_played() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(1000)))
    call.happens(e.CallerStarted("u1", 0))
    late = [e.AudioArrived("r1", "i1", sound(200)), e.AudioArrived("r1", "i2", sound(200))]
    assert "Play" not in kinds(call.happens(*late, e.ResponseEnded("r1", "cancelled", "turn_detected")))


def test_fm02_a_truncation_is_never_beyond_what_was_sent_however_late_the_clock_says_it_is() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)))
    call.wait(5.0)
    assert a.Truncate("i1", 400) in call.happens(e.CallerStarted("u1", 0))


def test_fm02_an_answer_of_which_nothing_was_heard_is_deleted_and_not_truncated_at_zero() -> None:
    call = speaking(Story(CONFIG).talking())
    done = call.happens(e.CallerStarted("u1", 0))
    assert [x for x in done if isinstance(x, a.Truncate | a.Forget)] == [a.Forget("i1")]


def test_fm03_the_model_remembers_what_was_played_and_nothing_of_what_waited() -> None:
    call = Story(CONFIG).talking()
    call.agent_says("r1", "i1", 1000, "first line")
    call.agent_says("r2", "i2", 1000, "second line")
    call.agent_says("r3", "i3", 1000, "third line")
    call.wait(1.4)
    done = call.happens(e.CallerStarted("u1", 0))
    corrections = [x for x in done if isinstance(x, a.Truncate | a.Forget)]
    assert corrections == [a.Truncate("i2", 400), a.Forget("i3")]


def test_fm03_what_a_mark_proves_outweighs_the_clock() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), *[e.AudioArrived("r1", "i1", sound(200)) for _ in range(10)])
    call.wait(1.0)
    call.happens(e.MarkEchoed(call.unplayed[0][1].mark))
    call.wait(0.1)
    assert a.Truncate("i1", 300) in call.happens(e.CallerStarted("u1", 0))


# --- who speaks -----------------------------------------------------------------------------------------------------


def test_fm04_a_tools_result_waits_for_the_answer_the_model_gives_by_itself() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 900))
    assert asked(call.happens(e.ToolReturned("c1", "{}"))) == []
    call.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert len(asked(call.happens(e.ResponseEnded("r2", "completed")))) <= 1


@pytest.mark.parametrize("code", ["conversation_already_has_active_response", "response_cancel_not_active"])
def test_fm04_a_refusal_that_tells_of_a_race_costs_nothing_also_when_it_comes_late(code: str) -> None:
    call = Story(CONFIG).talking()
    call.wait(Limits().lead_in_s)
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    assert kinds(call.happens(e.ModelErred(code))) == ["Complaint"]
    assert kinds(call.happens(e.ResponseEnded("r1", "completed"))) == []
    assert kinds(call.happens(e.ModelErred(code))) == ["Complaint"]
    assert call.bridge.phase is Phase.TALKING


def test_fm05_an_agent_who_spoke_and_asked_while_noting_something_does_not_speak_again() -> None:
    call = Story(CONFIG).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(200)),
        e.WordsArrived("r1", "i1", "Noted. And your budget?", complete=True),
        e.ToolCalled("r1", "f1", "c1", "save_lead_preferences", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert asked(call.happens(e.ToolReturned("c1", "{}", news=False))) == []


def test_fm05_an_agent_who_only_said_one_moment_speaks_about_the_result_once() -> None:
    call = Story(CONFIG).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(200)),
        e.WordsArrived("r1", "i1", "Let me look.", complete=True),
        e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert len(asked(call.happens(e.ToolReturned("c1", "{}"), e.ItemPlaced("o1", None, tool_result="c1")))) == 1
    assert asked(call.agent_says("r2", "i2", 200, "I found two.")) == []


# --- what is heard --------------------------------------------------------------------------------------------------


def test_fm06_the_model_never_hears_its_own_echo() -> None:
    call = Story(CONFIG).talking()
    call.wait(ECHO_S)
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", noise(2000)))
    call.wait(1.0)
    assert listened(call.happens(e.CallerSpoke(SOFT_ECHO))) == [sound(20)]
    assert listened(call.happens(e.CallerSpoke(noise(20)))) == [noise(20)]


def test_fm07_a_cough_into_an_answer_is_followed_by_the_rest_of_it() -> None:
    call = speaking(Story(CONFIG).talking())
    call.wait(0.5)
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 600), e.ItemPlaced("u1", "i1", a.Speaker.CALLER))
    call.happens(e.TranscriptArrived("u1", ""))
    assert asked(call.wait(Limits().resume_s)) == [GO_ON]


def test_fm07_a_cough_over_a_running_tool_does_not_leave_the_caller_without_its_result() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 600), e.ItemPlaced("u1", None, a.Speaker.CALLER))
    call.happens(e.TranscriptArrived("u1", ""), e.ToolReturned("c1", "{}"))
    assert len(asked(call.wait(Limits().answer_s))) == 1


def test_fm07_a_model_that_gives_no_sign_after_an_interruption_is_left_in_time() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    assert asked(call.wait(Limits().answer_s)) == [a.Respond()]
    assert a.FallBack("stalled") in call.wait(2 * Limits().answer_s)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (e.ModelReady(input_format="audio/pcm"), "model_format"),
        (e.ModelReady(output_format="audio/pcma"), "model_format"),
    ],
)
def test_fm10_a_model_that_did_not_take_our_format_is_not_heard(wrong: e.ModelReady, reason: str) -> None:
    call = Story(CONFIG)
    call.happens(START, wrong)
    assert "Play" not in kinds(call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200))))
    assert call.echo_all()[-1] == a.FallBack(reason)


@pytest.mark.parametrize(
    "start", [e.StreamStarted("MZ1", "CA1", encoding="audio/l16"), e.StreamStarted("MZ1", "CA1", sample_rate=16000)]
)
def test_fm10_a_carrier_with_another_format_is_not_sent_noise(start: e.StreamStarted) -> None:
    done = Story(CONFIG).happens(start)
    assert "Play" not in kinds(done)
    assert done[-1] == a.FallBack("media_format")


def test_fm14_a_question_written_down_after_its_answer_stands_before_it() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 1000), e.CallerFinished("u1", 2500))
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    call.happens(e.ResponseStarted("r1"), e.ItemPlaced("i1", "u1", a.Speaker.AGENT))
    call.happens(e.AudioArrived("r1", "i1", sound(400)), e.AudioEnded("i1"))
    call.happens(e.WordsArrived("r1", "i1", "Yes, there is.", complete=True), e.ResponseEnded("r1", "completed"))
    call.echo_all()
    call.happens(e.TranscriptArrived("u1", "Is there a garden?"))
    assert in_order(call) == ["u1", "i1"]


def test_fm14_a_question_nobody_could_write_down_holds_nothing_up() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    (line,) = lines(call.happens(e.TranscriptArrived("u1", None)))
    assert (line.text, line.settled, line.confirmed) == ("", True, False)


# --- the end --------------------------------------------------------------------------------------------------------


def goodbye(call: Story) -> Story:
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(1000)), e.AudioEnded("i1"))
    call.happens(e.ToolCalled("r1", "f1", "c1", "end_call", "{}"), e.ResponseEnded("r1", "completed"))
    call.happens(e.ToolReturned("c1", "{}", hang_up=True))
    return call


def test_fm15_a_goodbye_is_heard_to_its_end_before_the_call_is_hung_up() -> None:
    call = goodbye(Story(CONFIG).talking())
    assert "Finish" not in kinds(call.wait(0.9))
    assert call.happens(e.MarkEchoed(call.unplayed[-1][1].mark))[-1] == a.Finish("goodbye")


def test_fm15_a_goodbye_whose_proof_is_lost_is_not_waited_for_for_ever() -> None:
    assert goodbye(Story(CONFIG).talking()).wait(1.0 + Limits().drain_s)[-1] == a.Finish("goodbye")


def test_fm15_a_caller_who_speaks_into_the_goodbye_is_not_hung_up_on() -> None:
    call = goodbye(Story(CONFIG).talking())
    call.wait(0.5)
    call.happens(e.CallerStarted("u1", 0))
    assert "Finish" not in kinds(call.caller_is_heard(5))
    assert call.bridge.phase is Phase.TALKING


# --- the model is gone ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [[e.ModelErred("session_expired"), e.ModelLost("closed_1001")], [e.ModelLost("reset")]])
def test_fm18_a_session_that_ends_under_a_call_is_replaced_by_one_that_knows_all_that_was_said_and_done(
    end: list[e.Event],
) -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER), e.TranscriptArrived("u1", "Book the first one."))
    call.happens(e.ResponseStarted("r1"), e.ItemPlaced("f1", "u1"))
    call.happens(e.ToolCalled("r1", "f1", "c1", "schedule_appointment", "{}"), e.ResponseEnded("r1", "completed"))
    call.happens(e.ToolReturned("c1", '{"ok":true}'))
    assert kinds(call.happens(*end), without=(a.Record, a.Complaint)) == ["Reconnect"]
    told = [x for x in call.happens(e.ModelConnected(), e.ModelReady()) if not isinstance(x, a.Record)]
    assert told == [
        a.Configure(),
        a.Remember("opening", a.Speaker.AGENT, OPENING.text),
        a.Remember("u1", a.Speaker.CALLER, "Book the first one."),
        a.RememberToolCall("c1", "schedule_appointment", "{}"),
        a.GiveToolResult("c1", '{"ok":true}'),
        a.Respond(),
    ]


def test_fm18_a_deploy_takes_the_call_to_the_next_engine_once_the_caller_has_heard_the_agent_out() -> None:
    call = speaking(Story(CONFIG).talking())
    assert "FallBack" not in kinds(call.happens(e.StepDownAsked("deploy")))
    assert call.echo_all()[-1] == a.FallBack("deploy")


@pytest.mark.parametrize("code", ["insufficient_quota", "billing_hard_limit_reached", "invalid_api_key"])
def test_fm19_an_error_nothing_can_be_done_about_steps_down_at_once(code: str) -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ResponseStarted("r1"))
    assert call.happens(e.ResponseEnded("r1", "failed", error_code=code))[-1] == a.FallBack(code)


def test_fm19_generations_that_fail_are_counted_also_over_a_reconnect() -> None:
    call = Story(CONFIG, Limits(reconnects=2)).talking()
    call.happens(e.ResponseStarted("r1"), e.ResponseEnded("r1", "failed", error_code="server_error"))
    call.happens(e.ModelLost("closed_1011"), e.ModelConnected(), e.ModelReady())
    call.happens(e.ResponseStarted("r2"))
    done = call.happens(e.ResponseEnded("r2", "failed", error_code="server_error"))
    assert done[-1] == a.FallBack("generation_failed")


def test_fm19_a_mute_model_is_covered_by_a_recorded_word() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Play"] * len(FILLER.audio)


# --- tools ----------------------------------------------------------------------------------------------------------


def test_fm20_a_caller_hears_a_word_when_a_tool_takes_longer_than_a_second() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    assert kinds(call.wait(Limits().tool_filler_s)) == ["Play"] * len(FILLER.audio)


def test_fm20_a_caller_can_break_in_while_a_tool_runs() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(2000)))
    call.happens(e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"), e.ResponseEnded("r1", "completed"))
    call.wait(0.5)
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == ["StopPlayback", "Truncate"]


def test_fm20_the_agent_speaks_about_a_result_without_being_asked() -> None:
    call = Story(CONFIG).talking()
    call_tool(call)
    call.wait(0.5)
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["GiveToolResult", "Respond"]
