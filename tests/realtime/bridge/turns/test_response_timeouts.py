"""Waiting for the model, as stories."""

from realtime.bridge.bridge import Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from tests.realtime.bridge.driver import CONFIG, FILLER, Story, call_tool, kinds, sound


def test_a_long_silence_before_an_answer_is_broken_by_a_recorded_word() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Play"] * len(FILLER.audio)
    call.happens(e.ResponseStarted("r1"))
    assert kinds(call.wait(Limits().silence_filler_s)) == []


def test_a_silence_that_lasts_on_is_broken_again() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1")
    call.wait(Limits().silence_filler_s)
    call.echo_all()
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Play"] * len(FILLER.audio)


def test_the_silence_is_counted_from_when_the_caller_stopped_not_from_when_the_model_noticed() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", round((call.now - 100) * 1000)))
    call.wait(1.5)
    stopped_ms = round((call.now - 100) * 1000) - 500
    call.happens(e.CallerFinished("u1", stopped_ms + Limits().silence_ms))
    assert kinds(call.wait(Limits().silence_filler_s - 0.5 - 0.01)) == []
    assert kinds(call.wait(0.02)) == ["Play"] * len(FILLER.audio)


def test_an_answer_that_stops_half_way_is_followed_by_a_recorded_word() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    call.echo_all()
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Play"] * len(FILLER.audio)


def test_a_turn_that_never_ends_leaves_the_caller_in_no_longer_silence() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Respond"] + ["Play"] * len(FILLER.audio)


def test_a_caller_who_waits_hears_a_recorded_word_also_while_the_session_is_replaced() -> None:
    call = Story(CONFIG, Limits(reconnects=1)).talking()
    call.caller_says("u1")
    call.happens(e.ModelLost("closed_1011"))
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Play"] * len(FILLER.audio)


def test_a_tool_that_takes_long_is_covered_by_a_word_each_time_the_line_falls_silent() -> None:
    call = Story(CONFIG, Limits(tool_s=10.0)).talking()
    call_tool(call)
    for silence in (Limits().tool_filler_s, Limits().silence_filler_s):
        assert kinds(call.wait(silence)) == ["Play"] * len(FILLER.audio)
        call.echo_all()


def test_a_cough_without_an_answer_is_followed_by_a_nudge() -> None:
    call = Story(CONFIG).talking()
    call.caller_says("u1", seconds=0.1)
    call.wait(Limits().silence_filler_s)
    call.echo_all()
    assert kinds(call.wait(Limits().answer_s - Limits().silence_filler_s))[-1] == "Respond"


def test_a_model_that_stays_silent_after_the_nudge_is_left() -> None:
    call = Story(CallConfig()).talking()
    call.happens(e.ResponseStarted("r0"), e.AudioArrived("r0", "i0", sound(200)), e.ResponseEnded("r0", "completed"))
    call.echo_all()
    call.caller_says("u1")
    assert kinds(call.wait(Limits().answer_s)) == ["Respond"]
    assert call.wait(Limits().answer_s)[-1] == a.FallBack("stalled")


def test_a_response_stuck_half_way_is_canceled_and_asked_again() -> None:
    call = Story(CallConfig()).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    done = call.wait(0.2 + Limits().answer_s)
    assert kinds(done) == ["StopPlayback", "Cancel", "Truncate", "Respond"]


def test_a_caller_who_still_speaks_is_not_asked_over() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 0), e.ResponseStarted("r1"))
    assert kinds(call.caller_is_heard(Limits().answer_s + 1)) == []


def test_one_failed_generation_is_asked_for_again_two_step_down() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"))
    assert kinds(call.happens(e.ResponseEnded("r1", "failed", error_code="server_error"))) == ["Complaint", "Respond"]
    call.happens(e.ResponseStarted("r2"))
    assert call.happens(e.ResponseEnded("r2", "failed"))[-1] == a.FallBack("generation_failed")


def cut_short(call: Story, response: str, *more: e.Event) -> list[a.Action]:
    return call.happens(
        e.ResponseStarted(response),
        e.AudioArrived(response, f"i-{response}", sound(200)),
        *more,
        e.ResponseEnded(response, "incomplete", reason="max_output_tokens"),
    )


def test_an_answer_that_was_cut_short_is_gone_on_with_and_two_in_a_row_step_down() -> None:
    call = Story(CONFIG).talking()
    assert cut_short(call, "r1")[-1] == a.Respond(CONFIG.direct_finish)
    notes = [each.entry for each in call.done if isinstance(each, a.Record) and isinstance(each.entry, a.Note)]
    assert (notes[0].what, notes[0].data) == ("answer_cut_short", {"reason": "max_output_tokens"})
    cut_short(call, "r2")
    assert call.echo_all()[-1] == a.FallBack("generation_failed")


def test_a_whole_answer_forgives_one_that_was_cut_short() -> None:
    call = Story(CONFIG).talking()
    cut_short(call, "r1")
    call.agent_says("r2", "i2", 200)
    assert cut_short(call, "r3")[-1] == a.Respond(CONFIG.direct_finish)


def test_a_tool_of_an_answer_that_was_cut_short_brings_the_next_one_by_itself() -> None:
    call = Story(CONFIG).talking()
    done = cut_short(call, "r1", e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"))
    assert "Respond" not in kinds(done)
    assert kinds(call.happens(e.ToolReturned("c1", "{}")))[-1] == "Respond"


def test_an_exhausted_quota_steps_down_at_once() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ResponseStarted("r1"))
    done = call.happens(e.ResponseEnded("r1", "failed", error_code="insufficient_quota"))
    assert done[-1] == a.FallBack("insufficient_quota")
    assert Story(CONFIG).talking().happens(e.ModelErred("invalid_api_key"))[-1] == a.FallBack("invalid_api_key")


def test_a_refused_wish_is_asked_again_after_the_response_that_stood_in_its_way() -> None:
    call = Story(CONFIG).talking()
    call.wait(Limits().lead_in_s)
    assert kinds(call.happens(e.ModelErred("conversation_already_has_active_response"))) == ["Complaint"]
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    assert call.bridge.phase is Phase.TALKING
    assert kinds(call.happens(e.ModelErred("response_cancel_not_active"))) == ["Complaint"]


def test_an_answer_without_a_sound_counts_as_failed() -> None:
    call = Story(CONFIG).talking()
    assert kinds(call.happens(e.ResponseStarted("r1"), e.ResponseEnded("r1", "completed"))) == ["Complaint", "Respond"]


def test_a_recorded_word_waits_for_a_carrier_that_is_late_with_the_agents() -> None:
    call = Story(CONFIG, Limits(tool_s=10.0)).talking()
    call.happens(
        e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)), e.AudioArrived("r1", "i1", sound(200))
    )
    call.happens(e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"), e.ResponseEnded("r1", "completed"))
    call.wait(1.3)
    call.happens(e.MarkEchoed(call.unplayed[0][1].mark))
    assert kinds(call.wait(0.2 + Limits().tool_filler_s - 0.1)) == []
    assert kinds(call.wait(0.1)) == ["Play"] * len(FILLER.audio)
