"""A call as a story: opening, turns, interruptions, tools, trouble and endings."""

import pytest

from realtime.bridge import actions as a
from realtime.bridge import events as e
from realtime.bridge.bridge import Phase
from realtime.bridge.script import Limits, Script, Utterance
from tests.realtime.bridge.driver import FILLER, OPENING, START, Story, kinds, lines, notes, sound

SCRIPT = Script(opening=OPENING, filler=FILLER)


# --- opening --------------------------------------------------------------------------------------------------------


def test_the_opening_is_played_the_moment_the_stream_starts_model_or_not() -> None:
    call = Story(SCRIPT)
    done = call.happens(START)
    assert [x.audio for x in done if isinstance(x, a.Play)] == list(OPENING.audio)
    assert call.bridge.phase is Phase.OPENING


def test_the_caller_is_kept_during_the_opening_and_heard_once_after_it() -> None:
    call = Story(SCRIPT)
    call.happens(START, e.CallerSpoke(sound(20), 20), e.CallerSpoke(sound(20), 40), e.ModelReady())
    assert "Listen" not in kinds(call.actions)
    done = call.echo_all()
    assert [x for x in done if isinstance(x, a.Listen)] == [a.Listen(sound(40))]
    assert call.happens(e.CallerSpoke(sound(20), 1000)) == [a.Listen(sound(20))]


def test_the_model_learns_the_opening_as_the_agents_own_words_before_it_hears_the_caller() -> None:
    call = Story(SCRIPT)
    call.happens(START, e.CallerSpoke(sound(20), 20), e.ModelReady())
    done = call.echo_all()
    assert kinds(done) == ["Remember", "Listen"]
    assert a.Remember("opening", a.Speaker.AGENT, OPENING.text) in done


def test_the_opening_is_proved_played_by_its_last_mark() -> None:
    call = Story(SCRIPT)
    call.happens(START, e.ModelReady())
    done = call.echo_all()
    (line,) = lines(done)
    assert (line.kind, line.text, line.confirmed) == (a.Kind.OPENING, OPENING.text, True)
    assert (line.started_ms, line.ended_ms) == (0, 1000)
    assert "opening_played" in notes(done)


def test_a_lost_mark_does_not_hold_the_opening_for_ever() -> None:
    call = Story(SCRIPT)
    call.happens(START, e.ModelReady())
    assert "Remember" in kinds(call.wait(1.0 + Limits().drain_s))
    assert call.bridge.phase is Phase.TALKING


def test_the_agent_goes_on_by_itself_when_the_caller_says_nothing_after_the_opening() -> None:
    call = Story(SCRIPT).talking()
    assert kinds(call.wait(Limits().lead_in_s)) == ["Respond"]


def test_a_greeting_without_sound_is_said_by_the_model_word_for_word() -> None:
    call = Story(Script(opening=Utterance("This is an AI assistant.")))
    done = call.happens(START, e.ModelConnected(), e.ModelReady())
    assert kinds(done) == ["Configure", "Respond"]
    (ask,) = [x for x in done if isinstance(x, a.Respond)]
    assert "This is an AI assistant." in (ask.direction or "")


def test_the_opening_plays_to_its_end_when_the_model_refuses_us_then_the_next_engine_takes_over() -> None:
    call = Story(SCRIPT)
    done = call.happens(START, e.ModelLost("refused_401"))
    assert "FallBack" not in kinds(done)
    assert call.echo_all()[-1] == a.FallBack("refused_401")


def test_a_model_that_never_gets_ready_is_not_waited_for() -> None:
    call = Story(SCRIPT)
    call.happens(START)
    call.echo_all()
    assert call.wait(Limits().model_s)[-1] == a.FallBack("model_not_ready")


def test_another_audio_format_steps_down_at_once() -> None:
    call = Story(SCRIPT)
    assert call.happens(e.StreamStarted("MZ1", "CA1", encoding="audio/l16"))[-1] == a.FallBack("media_format")
    other = Story().talking()
    assert other.bridge.phase is Phase.TALKING


def test_a_model_that_echoes_another_format_is_left() -> None:
    call = Story()
    assert call.happens(START, e.ModelReady(output_format="audio/pcm"))[-1] == a.FallBack("model_format")


def test_a_second_start_changes_nothing() -> None:
    call = Story(SCRIPT).talking()
    assert call.happens(START) == [a.Complaint("second_start")]


def test_media_before_the_start_is_dropped() -> None:
    call = Story(SCRIPT)
    assert call.happens(e.CallerSpoke(sound(20))) == [a.Complaint("media_before_start")]


# --- barge-in -------------------------------------------------------------------------------------------------------


def speaking(call: Story, *, ms: int = 2000) -> Story:
    call.agent_says("r1", "i1", ms, "one two three four five six seven eight nine ten")
    call.actions.clear()
    return call


def test_an_interruption_clears_then_truncates_at_what_was_heard() -> None:
    call = speaking(Story(SCRIPT).talking())
    call.wait(0.5)
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == ["StopPlayback", "Truncate"]
    assert a.Truncate("i1", 500) in call.done


def test_the_line_of_an_interrupted_agent_ends_where_he_was_cut() -> None:
    call = speaking(Story(SCRIPT).talking())
    call.wait(1.0)
    (line,) = lines(call.happens(e.CallerStarted("u1", 0)))
    assert (line.text, line.interrupted) == ("one two three four five", True)
    assert line.generated.endswith("ten")


def test_nothing_is_truncated_when_all_was_heard() -> None:
    call = Story(SCRIPT).talking()
    call.agent_says("r1", "i1", 400, "Good morning.")
    done = call.echo_all()
    assert lines(done)[-1].text == "Good morning."
    assert kinds(call.happens(e.CallerStarted("u1", 0))) == []


def test_an_item_nobody_heard_is_deleted_and_the_one_before_it_truncated() -> None:
    call = Story(SCRIPT).talking()
    call.agent_says("r1", "i1", 1000, "first line")
    call.agent_says("r2", "i2", 1000, "second line")
    call.wait(0.3)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.done) == ["StopPlayback", "Truncate", "Forget"]
    assert a.Truncate("i1", 300) in call.done
    assert a.Forget("i2") in call.done


def test_late_audio_of_an_interrupted_response_is_never_played() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    call.wait(0.1)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.done) == ["StopPlayback", "Truncate"]
    assert kinds(call.happens(e.AudioArrived("r1", "i1", sound(200)))) == []
    late = call.happens(e.AudioArrived("r1", "i2", sound(200)), e.ResponseEnded("r1", "cancelled", "turn_detected"))
    assert kinds(late) == ["Forget"]


def test_the_model_cancels_itself_so_we_do_not() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)))
    assert "Cancel" not in kinds(call.happens(e.CallerStarted("u1", 0)))
    other = Story(SCRIPT, Limits(model_interrupts=False)).talking()
    other.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)))
    assert "Cancel" in kinds(other.happens(e.CallerStarted("u1", 0)))


def test_a_response_that_begins_while_the_caller_speaks_is_cancelled_unheard() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.happens(e.ResponseStarted("r1"))) == ["Cancel"]
    assert kinds(call.happens(e.AudioArrived("r1", "i1", sound(200)))) == []


def test_the_echo_of_a_cleared_mark_proves_nothing() -> None:
    call = speaking(Story(SCRIPT).talking())
    call.happens(e.CallerStarted("u1", 0))
    assert call.happens(e.MarkEchoed("m6"), e.MarkEchoed("nonsense")) == []


# --- waiting for the model ------------------------------------------------------------------------------------------


def test_a_long_silence_before_an_answer_is_broken_by_a_recorded_word() -> None:
    call = Story(SCRIPT).talking()
    call.caller_says("u1")
    assert kinds(call.wait(Limits().hush_s)) == ["Play"] * len(FILLER.audio)
    call.happens(e.ResponseStarted("r1"))
    assert kinds(call.wait(3.0)) == []


def test_a_cough_without_an_answer_is_followed_by_a_nudge() -> None:
    call = Story(SCRIPT).talking()
    call.caller_says("u1", seconds=0.1)
    call.wait(Limits().hush_s)
    call.echo_all()
    assert kinds(call.wait(Limits().patience_s - Limits().hush_s)) == ["Respond"]


def test_a_model_that_stays_silent_after_the_nudge_is_left() -> None:
    call = Story(Script()).talking()
    call.happens(e.ResponseStarted("r0"), e.AudioArrived("r0", "i0", sound(200)), e.ResponseEnded("r0", "completed"))
    call.echo_all()
    call.caller_says("u1")
    assert kinds(call.wait(Limits().patience_s)) == ["Respond"]
    assert call.wait(Limits().patience_s)[-1] == a.FallBack("stalled")


def test_a_response_stuck_half_way_is_cancelled_and_asked_again() -> None:
    call = Story(Script()).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    done = call.wait(0.2 + Limits().patience_s)
    assert kinds(done) == ["StopPlayback", "Cancel", "Truncate", "Respond"]


def test_a_caller_who_still_speaks_is_not_asked_over() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.CallerStarted("u1", 0), e.ResponseStarted("r1"))
    assert kinds(call.wait(Limits().patience_s + 1)) == []


def test_one_failed_generation_is_asked_for_again_two_step_down() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"))
    assert kinds(call.happens(e.ResponseEnded("r1", "failed", error_code="server_error"))) == ["Complaint", "Respond"]
    call.happens(e.ResponseStarted("r2"))
    assert call.happens(e.ResponseEnded("r2", "failed"))[-1] == a.FallBack("generation_failed")


def test_an_exhausted_quota_steps_down_at_once() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"))
    done = call.happens(e.ResponseEnded("r1", "failed", error_code="insufficient_quota"))
    assert done[-1] == a.FallBack("insufficient_quota")
    assert Story(SCRIPT).talking().happens(e.ModelErred("session_expired"))[-1] == a.FallBack("session_expired")


def test_a_refused_wish_is_asked_again_after_the_response_that_stood_in_its_way() -> None:
    call = Story(SCRIPT).talking()
    call.wait(Limits().lead_in_s)
    assert kinds(call.happens(e.ModelErred("conversation_already_has_active_response"))) == ["Complaint"]
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)))
    assert call.bridge.phase is Phase.TALKING
    assert kinds(call.happens(e.ModelErred("response_cancel_not_active"))) == ["Complaint"]


def test_an_answer_without_a_sound_counts_as_failed() -> None:
    call = Story(SCRIPT).talking()
    assert kinds(call.happens(e.ResponseStarted("r1"), e.ResponseEnded("r1", "completed"))) == ["Complaint", "Respond"]


def test_silence_is_broken_three_times_then_the_agent_says_goodbye_and_goes() -> None:
    call = Story(SCRIPT, Limits(media_s=1000)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r0", "i0", 200)
    for n in range(1, 5):
        call.echo_all()
        assert kinds(call.wait(Limits().reprompt_s)) == ["Respond"], n
        call.agent_says(f"r{n}", f"i{n}", 200)
    assert call.echo_all()[-1] == a.Finish("silence")


def test_a_caller_who_answers_a_reprompt_starts_the_count_again() -> None:
    call = Story(SCRIPT, Limits(media_s=1000)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r0", "i0", 200)
    for n in range(1, 8):
        call.echo_all()
        call.wait(Limits().reprompt_s)
        call.agent_says(f"r{n}", f"i{n}", 200)
        call.caller_says(f"u{n}")
        call.agent_says(f"a{n}", f"x{n}", 200)
    assert call.bridge.phase is Phase.TALKING


# --- tools ----------------------------------------------------------------------------------------------------------


def call_tool(call: Story, *, response: str = "r1", call_id: str = "c1", name: str = "search_listings") -> None:
    call.happens(
        e.ResponseStarted(response),
        e.ToolCalled(response, f"f-{call_id}", call_id, name, "{}"),
        e.ResponseEnded(response, "completed"),
    )


def test_a_tool_runs_once_and_its_answer_is_followed_by_one_wish_for_words() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    assert kinds(call.actions) == ["RunTool"]
    done = call.happens(e.ToolReturned("c1", "{}"))
    assert kinds(done) == ["GiveToolResult", "Respond"]
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["Complaint"]
    assert kinds(call.happens(e.ToolReturned("other", "{}"))) == ["Complaint"]


def test_a_result_waits_for_the_end_of_the_response_that_called() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"), e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"))
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == []
    assert kinds(call.happens(e.ResponseEnded("r1", "completed"))) == ["GiveToolResult", "Respond"]


def test_two_tools_are_answered_before_one_response_is_asked_for() -> None:
    call = Story(SCRIPT).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"),
        e.ToolCalled("r1", "f2", "c2", "check_availability", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert kinds(call.happens(e.ToolReturned("c2", "{}"))) == ["GiveToolResult"]
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["GiveToolResult", "Respond"]


def test_a_repeated_call_runs_nothing_twice() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    assert call.happens(e.ToolCalled("r1", "f-c1", "c1", "search_listings", "{}")) == []


@pytest.mark.parametrize(
    ("words", "follow_up"),
    [("Noted. What is your budget?", []), ("Let me note that.", ["Respond"])],
)
def test_a_result_without_news_needs_no_words_when_the_agent_has_asked_something(
    words: str, follow_up: list[str]
) -> None:
    call = Story(SCRIPT).talking()
    call.happens(
        e.ResponseStarted("r1"),
        e.AudioArrived("r1", "i1", sound(200)),
        e.WordsArrived("r1", "i1", words, complete=True),
        e.ToolCalled("r1", "f1", "c1", "save_lead_preferences", "{}"),
        e.ResponseEnded("r1", "completed"),
    )
    assert kinds(call.happens(e.ToolReturned("c1", "{}", news=False))) == ["GiveToolResult", *follow_up]


def test_a_filler_is_played_after_a_second_of_silence_over_a_tool() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    assert kinds(call.wait(0.9)) == []
    assert kinds(call.wait(0.2)) == ["Play"] * len(FILLER.audio)


def test_no_filler_over_a_speaking_caller() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0))
    assert kinds(call.wait(1.5)) == []


def test_a_tool_that_never_returns_is_answered_for() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    done = call.wait(Limits().tool_s)
    assert kinds(done)[-3:] == ["Complaint", "GiveToolResult", "Respond"]
    assert "TIMEOUT" in next(x.output for x in done if isinstance(x, a.GiveToolResult))
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["Complaint"]


def test_a_call_of_an_interrupted_response_is_not_run() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(400)), e.CallerStarted("u1", 0))
    done = call.happens(
        e.ToolCalled("r1", "f1", "c1", "schedule_appointment", "{}"), e.ResponseEnded("r1", "cancelled")
    )
    assert "RunTool" not in kinds(done)
    assert "INTERRUPTED" in next(x.output for x in done if isinstance(x, a.GiveToolResult))


def test_the_callers_turn_during_a_tool_is_answered_and_so_is_the_tool() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 900), e.ResponseStarted("r2"))
    assert "Respond" not in kinds(call.happens(e.ToolReturned("c1", "{}")))
    call.happens(e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["GiveToolResult", "Respond"]


def test_a_response_that_began_before_the_result_arrived_does_not_count_as_its_answer() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    call.happens(e.ToolReturned("c1", "{}"))
    call.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["Respond"]
    other = Story(SCRIPT).talking()
    call_tool(other)
    other.happens(e.ToolReturned("c1", "{}"), e.ItemPlaced("o1", "f-c1", tool_result="c1"))
    other.happens(e.ResponseStarted("r2"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(other.happens(e.ResponseEnded("r2", "completed"))) == []


def test_a_result_that_crossed_the_callers_turn_on_the_wire_is_spoken_about_in_the_end() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    assert kinds(call.happens(e.ToolReturned("c1", "{}"))) == ["GiveToolResult", "Respond"]
    call.happens(e.CallerStarted("u1", 0), e.CallerFinished("u1", 900), e.ResponseStarted("r2"))
    call.happens(e.ItemPlaced("o1", None, tool_result="c1"))
    call.happens(e.ModelErred("conversation_already_has_active_response"), e.AudioArrived("r2", "i2", sound(200)))
    assert kinds(call.happens(e.ResponseEnded("r2", "completed"))) == ["Respond"]


def test_a_model_that_never_confirms_a_result_is_not_asked_about_it_for_ever() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call)
    call.happens(e.ToolReturned("c1", "{}"))
    asked = [kinds(call.agent_says(f"r{n}", f"i{n}", 200)) for n in range(2, 9)]
    assert "Respond" in asked[0]
    assert "Respond" not in asked[-1]


# --- endings --------------------------------------------------------------------------------------------------------


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
    call = Story(SCRIPT).talking()
    say_goodbye(call)
    assert call.bridge.phase is Phase.LEAVING
    assert "Respond" not in kinds(call.actions)
    assert call.echo_all()[-1] == a.Finish("goodbye")
    assert call.bridge.deadline is None


def test_a_goodbye_whose_mark_is_lost_ends_the_call_by_the_clock() -> None:
    call = Story(SCRIPT).talking()
    say_goodbye(call)
    assert call.wait(1.0 + Limits().drain_s)[-1] == a.Finish("goodbye")


def test_an_agent_who_hangs_up_without_a_word_is_told_to_say_goodbye_first() -> None:
    call = Story(SCRIPT).talking()
    call_tool(call, name="end_call")
    done = call.happens(e.ToolReturned("c1", "{}", hang_up=True))
    assert kinds(done) == ["GiveToolResult", "Respond"]
    call.agent_says("r2", "i2", 400)
    assert call.echo_all()[-1] == a.Finish("goodbye")


def test_a_caller_who_speaks_during_the_goodbye_keeps_the_line() -> None:
    call = Story(SCRIPT).talking()
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
    call = speaking(Story(SCRIPT).talking())
    word = Utterance.of("We will not call again.", bytes(8000))
    done = call.happens(e.LeaveAsked("opted_out", word))
    assert kinds(done)[:2] == ["StopPlayback", "Forget"]
    assert kinds(call.happens(e.CallerStarted("u1", 0), e.KeyPressed("9"))) == []
    assert call.wait(1.0 + Limits().drain_s)[-1] == a.Finish("opted_out")


def test_the_house_can_take_the_call_to_the_next_engine() -> None:
    call = speaking(Story(SCRIPT).talking())
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
    call = Story(SCRIPT).talking()
    announce(call)
    assert call.bridge.phase is Phase.LEAVING
    more = call.happens(e.AudioArrived("r1", "i1", sound(200)), e.ResponseEnded("r1", "completed"))
    assert kinds(more) == ["Play", "GiveToolResult"]
    assert call.echo_all()[-1] == a.FallBack("transfer")


def test_a_caller_cannot_talk_a_call_out_of_its_hand_over() -> None:
    call = Story(SCRIPT).talking()
    announce(call)
    assert kinds(call.happens(e.CallerStarted("u1", 0), e.ResponseEnded("r1", "cancelled", "turn_detected"))) == [
        "GiveToolResult"
    ]
    assert kinds(call.happens(e.CallerFinished("u1", 900), e.ResponseStarted("r2"))) == ["Cancel"]
    assert call.echo_all()[-1] == a.FallBack("transfer")


@pytest.mark.parametrize("word", [Utterance.of("One moment, I will connect you.", bytes(8000)), None])
def test_an_agent_who_hands_over_without_a_word_is_spoken_for(word: Utterance | None) -> None:
    call = Story(Script(hand_over=word)).talking()
    call.agent_says("r0", "i0", 200)
    call.echo_all()
    call.happens(e.ResponseStarted("r1"), e.ToolCalled("r1", "f1", "c1", "transfer_to_human", "{}"))
    call.happens(e.ResponseEnded("r1", "completed"))
    done = call.happens(e.ToolReturned("c1", "{}", hand_over=True))
    assert kinds(done)[:-1] == (["Play"] * 5 if word else ["GiveToolResult"])
    assert (call.echo_all() or done)[-1] == a.FallBack("transfer")


def test_a_hand_over_whose_response_never_ends_is_not_waited_for() -> None:
    call = Story(SCRIPT).talking()
    announce(call)
    assert call.wait(1.0 + Limits().patience_s)[-1] == a.FallBack("transfer")
    assert "Respond" not in kinds(call.actions)


def test_a_model_lost_while_speaking_is_followed_by_the_next_engine_once_the_caller_has_heard_it() -> None:
    call = speaking(Story(SCRIPT).talking())
    assert "FallBack" not in kinds(call.happens(e.ModelLost("closed_1011")))
    done = call.echo_all()
    assert done[-1] == a.FallBack("closed_1011")
    assert lines(done)[-1].text.endswith("ten")


def test_nothing_happens_after_the_end() -> None:
    call = Story(SCRIPT).talking()
    assert call.happens(e.StreamStopped())[-1] == a.Finish("hung_up")
    assert call.happens(e.StreamStopped(), e.ModelLost("x"), e.CallerSpoke(sound(20)), START) == []


def test_a_hang_up_settles_the_line_that_was_being_heard() -> None:
    call = speaking(Story(SCRIPT).talking())
    call.wait(1.0)
    (line,) = lines(call.happens(e.StreamStopped()))
    assert (line.text, line.interrupted, line.settled) == ("one two three four five", True, True)


def test_a_leg_without_media_is_dead() -> None:
    call = Story(SCRIPT, Limits(reprompt_s=1000)).talking()
    call.happens(e.CallerSpoke(sound(20), 20))
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    call.wait(15)
    call.happens(e.CallerSpoke(sound(20), 40))
    assert a.Finish("no_media") not in call.wait(29)
    assert call.wait(2)[-1] == a.Finish("no_media")


def test_the_allowance_of_a_call_ends_with_a_goodbye() -> None:
    call = Story(SCRIPT, Limits(call_s=60, wrap_up_s=20, reprompt_s=1000, media_s=1000)).talking()
    call.wait(1)
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    assert kinds(call.wait(40)) == ["Respond"]
    call.agent_says("r2", "i2", 200)
    assert call.echo_all()[-1] == a.Finish("max_duration")


def test_a_talker_is_cut_at_the_hard_limit() -> None:
    call = Story(SCRIPT, Limits(call_s=60, wrap_up_s=20, speech_s=1000, media_s=1000)).talking()
    call.happens(e.CallerStarted("u1", 0))
    assert call.wait(61)[-1] == a.Finish("max_duration")


def test_a_socket_without_a_stream_is_closed() -> None:
    call = Story(SCRIPT)
    call.happens(e.StreamConnected())
    assert call.wait(Limits().start_s)[-1] == a.Finish("never_started")


# --- keys -----------------------------------------------------------------------------------------------------------


def test_keys_are_the_callers_turn_once_he_pauses() -> None:
    call = speaking(Story(SCRIPT).talking())
    assert kinds(call.happens(e.KeyPressed("7")))[0] == "StopPlayback"
    call.happens(e.KeyPressed("8"))
    done = call.wait(Limits().keys_s)
    assert kinds(done) == ["Remember", "Respond"]
    assert lines(done)[0].text == "78"


def test_a_key_pressed_during_the_opening_is_remembered_after_it() -> None:
    call = Story(Script(opening=Utterance.of("A long disclosure.", bytes(8 * 4000))))
    call.happens(START, e.ModelReady(), e.KeyPressed("9"))
    assert lines(call.wait(Limits().keys_s))[0].text == "9"
    done = call.echo_all()
    assert [x.text for x in done if isinstance(x, a.Remember)][-1] == "[The caller pressed 9 on the keypad.]"
    assert kinds(done)[-1] == "Respond"


# --- reconnecting ---------------------------------------------------------------------------------------------------


def test_a_new_session_learns_everything_that_was_said_and_done() -> None:
    call = Story(SCRIPT, Limits(reconnects=2)).talking()
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
    call = Story(Script(opening=OPENING, before=before, ids="second-"))
    call.happens(START, e.ModelReady())
    done = call.echo_all()
    assert [x for x in done if not isinstance(x, a.Record)] == [
        *before,
        a.Remember("second-opening", a.Speaker.AGENT, OPENING.text),
    ]


def test_a_recorded_word_is_not_told_to_a_new_session() -> None:
    call = Story(SCRIPT, Limits(reconnects=1)).talking()
    call_tool(call)
    call.wait(1.1)
    done = call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    assert [x.item_id for x in done if isinstance(x, a.Remember)] == ["opening"]


def test_an_outage_that_lasts_is_not_waited_for() -> None:
    call = Story(SCRIPT, Limits(reconnects=2)).talking()
    call.happens(e.ModelLost("closed_1011"))
    assert call.wait(Limits().reconnect_s)[-1] == a.FallBack("closed_1011")


def test_a_tool_that_returns_after_the_reconnect_brings_its_call_along() -> None:
    call = Story(SCRIPT, Limits(reconnects=1)).talking()
    call_tool(call)
    call.happens(e.ModelLost("closed_1011"), e.ModelReady())
    done = call.happens(e.ToolReturned("c1", "{}"))
    assert kinds(done) == ["RememberToolCall", "GiveToolResult", "Respond"]


# --- latency and order ----------------------------------------------------------------------------------------------


def test_a_turn_is_timed_on_the_carriers_clock() -> None:
    call = Story(Script(), Limits(silence_ms=500)).talking()
    call.happens(e.CallerSpoke(sound(20), 0))
    call.now += 10
    call.happens(e.CallerSpoke(sound(20), 12_000), e.CallerStarted("u1", 10_000), e.CallerFinished("u1", 11_500))
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)), e.AudioEnded("i1"))
    (line,) = [x for x in lines(call.echo_all()) if x.item_id == "i1"]
    assert line.timing is not None
    assert (line.started_ms, line.timing.first_audio_ms) == (12_000, 1000)


def test_a_turn_knows_how_long_the_caller_waited() -> None:
    call = Story(Script(), Limits(silence_ms=500)).talking()
    call.happens(e.ResponseStarted("r0"), e.AudioArrived("r0", "i0", sound(200)), e.ResponseEnded("r0", "completed"))
    call.echo_all()
    call.happens(e.CallerSpoke(sound(20), 0))
    call.now = 110.0
    call.happens(e.CallerStarted("u1", 8000))
    call.now = 112.0
    call.happens(e.CallerFinished("u1", 11900))
    call.now = 112.3
    call.happens(e.ResponseStarted("r1"))
    call.now = 112.5
    call.happens(e.AudioArrived("r1", "i1", sound(200)), e.AudioEnded("i1"))
    (line,) = [x for x in lines(call.echo_all()) if x.item_id == "i1"]
    assert line.timing == a.Timing(endpoint_ms=400, response_ms=700, first_audio_ms=900, audible_ms=900)


def test_a_callers_words_keep_their_place_however_late_they_are_written_down() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    call.agent_says("r1", "i1", 400, "An answer.")
    call.echo_all()
    (late,) = lines(call.happens(e.TranscriptArrived("u1", "A question?")))
    answer = next(x for x in lines(call.actions) if x.item_id == "i1")
    assert late.position < answer.position


def test_speech_nobody_could_understand_is_settled_at_the_end() -> None:
    call = Story(SCRIPT).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    line = lines(call.happens(e.StreamStopped()))[-1]
    assert (line.item_id, line.text, line.settled, line.confirmed) == ("u1", "", True, False)


def test_nonsense_is_a_complaint_and_changes_nothing() -> None:
    call = Story(SCRIPT).talking()
    assert call.happens(e.Unintelligible("phone", "json")) == [a.Complaint("unintelligible_phone", "json")]
