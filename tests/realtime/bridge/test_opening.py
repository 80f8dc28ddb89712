"""The opening as stories: recorded or said by the model, kept from interruption, and proved heard."""

from realtime.bridge.bridge import Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from tests.realtime.bridge.driver import CONFIG, OPENING, START, Story, kinds, lines, noise, notes, sound


def test_the_opening_is_played_the_moment_the_stream_starts_model_or_not() -> None:
    call = Story(CONFIG)
    done = call.happens(START)
    assert [x.audio for x in done if isinstance(x, a.Play)] == list(OPENING.audio)
    assert call.bridge.phase is Phase.OPENING


def test_the_caller_is_kept_during_the_opening_and_heard_once_after_it() -> None:
    call = Story(CONFIG)
    call.happens(START, e.CallerSpoke(sound(20), 20), e.CallerSpoke(sound(20), 40), e.ModelReady())
    assert "Listen" not in kinds(call.actions)
    done = call.echo_all()
    assert [x for x in done if isinstance(x, a.Listen)] == [a.Listen(sound(40))]
    assert call.happens(e.CallerSpoke(sound(20), 1000)) == [a.Listen(sound(20))]


def test_the_model_learns_the_opening_as_the_agents_own_words_before_it_hears_the_caller() -> None:
    call = Story(CONFIG)
    call.happens(START, e.CallerSpoke(sound(20), 20), e.ModelReady())
    done = call.echo_all()
    assert kinds(done) == ["Remember", "Listen"]
    assert a.Remember("opening", a.Speaker.AGENT, OPENING.text) in done


def test_the_opening_is_proved_played_by_its_last_mark() -> None:
    call = Story(CONFIG)
    call.happens(START, e.ModelReady())
    done = call.echo_all()
    (line,) = lines(done)
    assert (line.kind, line.text, line.confirmed) == (a.Kind.OPENING, OPENING.text, True)
    assert (line.started_ms, line.ended_ms) == (0, 1000)
    assert "opening_played" in notes(done)


def test_a_lost_mark_does_not_hold_the_opening_for_ever() -> None:
    call = Story(CONFIG)
    call.happens(START, e.ModelReady())
    assert "Remember" in kinds(call.wait(1.0 + Limits().drain_s))
    assert call.bridge.phase is Phase.TALKING


def test_the_agent_goes_on_by_itself_when_the_caller_says_nothing_after_the_opening() -> None:
    call = Story(CONFIG).talking()
    assert kinds(call.wait(Limits().lead_in_s)) == ["Respond"]


def test_a_greeting_without_sound_is_said_by_the_model_word_for_word() -> None:
    call = Story(CallConfig(opening=Phrase("This is an AI assistant.")))
    done = call.happens(START, e.ModelConnected(), e.ModelReady())
    assert kinds(done) == ["Configure", "Respond"]
    (ask,) = [x for x in done if isinstance(x, a.Respond)]
    assert "This is an AI assistant." in (ask.direction or "")


def directed() -> Story:
    """A call whose opening has no sound, so that the model has been asked to say it."""
    call = Story(CallConfig(opening=Phrase("This is an AI assistant.")))
    call.happens(START, e.CallerSpoke(noise(20), 20), e.ModelConnected(), e.ModelReady())
    return call


def test_nobody_cuts_the_model_off_while_it_says_the_opening() -> None:
    call = directed()
    assert call.happens(e.CallerSpoke(noise(20), 40)) == []
    call.agent_says("r1", "i1", 1000, "This is an AI assistant.")
    assert "Listen" not in kinds(call.actions)
    done = call.echo_all()
    assert kinds(done) == ["Listen"]  # what was kept; the model knows its own words
    assert "opening_played" in notes(done)
    assert call.bridge.phase is Phase.TALKING
    assert kinds(call.wait(Limits().lead_in_s)) == ["Respond"]


def test_an_opening_the_model_did_not_get_out_is_asked_for_again() -> None:
    call = directed()
    call.happens(e.ResponseStarted("r1"))
    done = call.happens(e.ResponseEnded("r1", "failed"))
    (ask,) = [x for x in done if isinstance(x, a.Respond)]
    assert "This is an AI assistant." in (ask.direction or "")
    call.agent_says("r2", "i2", 1000, "This is an AI assistant.")
    call.echo_all()
    assert call.bridge.phase is Phase.TALKING


def test_a_model_that_does_something_else_instead_of_the_opening_is_asked_for_it_once_more() -> None:
    call = directed()
    call.happens(e.ResponseStarted("r1"), e.ToolCalled("r1", "f1", "c1", "search_listings", "{}"))
    call.happens(e.ToolReturned("c1", "{}"))
    assert "This is an AI assistant." in str(call.happens(e.ResponseEnded("r1", "completed"))[-1])
    call.happens(e.ResponseStarted("r2"))
    assert call.happens(e.ResponseEnded("r2", "completed"))[-1] != a.FallBack("opening_not_said")  # empty: asked again
    assert call.happens(e.ResponseStarted("r3"), e.ResponseEnded("r3", "completed"))[-1] == a.FallBack(
        "generation_failed"
    )


def test_a_model_that_says_something_else_is_cut_short_and_asked_for_the_opening_once_more() -> None:
    call = directed()
    done = call.agent_says("r1", "i1", 2000, "Hi! Are you looking to buy or to sell a home?")
    assert kinds(done)[-3:] == ["StopPlayback", "Forget", "Respond"]
    assert "This is an AI assistant." in str(done[-1])
    assert "opening_misquoted" in notes(done)
    call.agent_says("r2", "i2", 1000, "This is an AI assistant.")
    call.echo_all()
    assert played(call) == [True]
    assert call.bridge.phase is Phase.TALKING


def test_a_model_that_says_something_else_twice_gives_up_the_call_which_has_not_been_opened() -> None:
    call = directed()
    call.agent_says("r1", "i1", 2000, "Hi! Are you looking to buy or to sell a home?")
    done = call.agent_says("r2", "i2", 2000, "Hello, how can I help?")
    assert done[-1] == a.FallBack("opening_not_said")
    assert "StopPlayback" in kinds(done)
    assert played(call) == []


def test_words_nobody_heard_are_no_opening() -> None:
    call = directed()
    call.happens(e.ResponseStarted("r1"), e.WordsArrived("r1", "i1", "This is an AI assistant.", complete=True))
    done = call.agent_says("r1", "i2", 200, "Hello?")
    assert kinds(done)[-1] == "Respond"


def test_what_a_stalled_model_had_begun_to_say_is_no_part_of_the_opening_it_says_when_nudged() -> None:
    call = directed()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(2000)))
    call.happens(e.WordsArrived("r1", "i1", "This is an AI"))
    call.wait(2.0 + Limits().answer_s)
    done = call.agent_says("r2", "i2", 200, "assistant.")
    assert kinds(done)[-1] == "Respond"
    assert "opening_misquoted" in notes(done)


def test_an_opening_said_by_a_model_that_is_then_lost_is_not_said_again() -> None:
    call = Story(CallConfig(opening=Phrase("This is an AI assistant.")), Limits(reconnects=1))
    call.happens(START, e.ModelConnected(), e.ModelReady())
    call.agent_says("r1", "i1", 1000, "This is an AI assistant.")
    assert kinds(call.happens(e.ModelLost("closed_1011"), e.ModelReady())) == ["Reconnect"]
    call.echo_all()
    assert played(call) == [True]
    assert call.bridge.phase is Phase.TALKING


def played(call: Story) -> list[bool]:
    """What was noted of the opening: whether marks prove it."""
    entries = [x.entry for x in call.actions if isinstance(x, a.Record)]
    return [bool(x.data["proved"]) for x in entries if isinstance(x, a.Note) and x.what == "opening_played"]


def test_a_lost_mark_is_made_up_for_by_the_next_one_which_proves_the_opening_after_all() -> None:
    call = Story(CONFIG)
    call.happens(START, e.ModelReady())
    call.wait(1.0 + Limits().drain_s)
    assert played(call) == [False]
    call.agent_says("r1", "i1", 200)
    call.happens(e.MarkEchoed(call.unplayed[-1][1].mark))
    assert played(call) == [False, True]
    assert kinds(call.actions).count("Remember") == 1


def test_an_opening_heard_to_its_end_is_noted_also_when_the_model_was_lost_meanwhile() -> None:
    call = Story(CONFIG)
    call.happens(START, e.ModelLost("refused_401"))
    call.echo_all()
    assert played(call) == [True]


def test_an_opening_cut_off_is_never_noted_as_played() -> None:
    for ending in (e.StreamStopped(), e.LeaveAsked("opted_out", Phrase.of("Goodbye.", bytes(8 * 4000)))):
        call = Story(CONFIG)
        call.happens(START, e.ModelReady())
        call.wait(0.5)
        call.happens(ending)
        call.wait(10.0)
        assert played(call) == []


def test_nothing_cuts_a_recorded_opening_off() -> None:
    call = Story(CONFIG)
    call.happens(START, e.ModelReady())
    call.wait(0.5)
    assert "StopPlayback" not in kinds(call.happens(e.CallerStarted("u1", 0), e.KeyPressed("5")))


def test_a_new_session_says_the_whole_opening_again() -> None:
    call = Story(CallConfig(opening=Phrase("This is an AI assistant.")), Limits(reconnects=1))
    call.happens(START, e.ModelConnected(), e.ModelReady())
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)), e.ModelLost("closed_1011"))
    call.echo_all()
    assert call.bridge.phase is Phase.OPENING
    done = call.happens(e.ModelConnected(), e.ModelReady())
    assert ["This is an AI assistant." in (x.direction or "") for x in done if isinstance(x, a.Respond)] == [True]


def test_a_lost_mark_does_not_hold_a_directed_opening_for_ever() -> None:
    call = directed()
    call.agent_says("r1", "i1", 1000, "This is an AI assistant.")
    assert "Listen" in kinds(call.wait(1.0 + Limits().drain_s))
    assert call.bridge.phase is Phase.TALKING


def test_the_opening_plays_to_its_end_when_the_model_refuses_us_then_the_next_engine_takes_over() -> None:
    call = Story(CONFIG)
    done = call.happens(START, e.ModelLost("refused_401"))
    assert "FallBack" not in kinds(done)
    assert call.echo_all()[-1] == a.FallBack("refused_401")
