"""The caller's turns as stories: spoken, typed, written down."""

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from tests.realtime.bridge.driver import CONFIG, START, Story, in_order, kinds, lines, sound, speaking

# --- spoken ----------------------------------------------------------------------------------------------------------


def test_a_callers_words_keep_their_place_however_late_they_are_written_down() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    call.agent_says("r1", "i1", 400, "An answer.")
    call.echo_all()
    (late,) = lines(call.happens(e.TranscriptArrived("u1", "A question?")))
    answer = next(x for x in lines(call.actions) if x.item_id == "i1")
    assert late.position < answer.position


def test_speech_nobody_could_understand_is_settled_at_the_end() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    line = lines(call.happens(e.StreamStopped()))[-1]
    assert (line.item_id, line.text, line.settled, line.confirmed) == ("u1", "", True, False)


def test_a_recorded_word_stands_after_a_question_that_is_committed_late() -> None:
    call = Story(CONFIG).talking()
    call.agent_says("r0", "i0", 400, "Good morning.")
    call.echo_all()
    call.happens(e.CallerStarted("u1", round(call.now - 100) * 1000))
    call.wait(1.0)
    call.happens(e.CallerFinished("u1", round(call.now - 100) * 1000))
    call.wait(Limits().silence_filler_s)
    call.echo_all()
    call.happens(e.ItemPlaced("u1", "i0", a.Speaker.CALLER), e.TranscriptArrived("u1", "Hello?"))
    assert in_order(call) == ["i0", "u1", "filler-1"]


def test_an_answer_that_sounds_after_the_recorded_word_stands_after_it() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.CallerStarted("u1", 1000))
    call.wait(0.5)
    call.happens(e.CallerFinished("u1", 1500), e.ItemPlaced("u1", "opening", a.Speaker.CALLER))
    call.happens(e.ResponseStarted("r1"), e.ItemPlaced("i1", "u1", a.Speaker.AGENT))
    call.happens(e.WordsArrived("r1", "i1", "Yes.", complete=True))
    call.wait(Limits().silence_filler_s)
    call.happens(e.AudioArrived("r1", "i1", sound(200)), e.AudioEnded("i1"), e.ResponseEnded("r1", "completed"))
    call.echo_all()
    call.happens(e.TranscriptArrived("u1", "Hello?"))
    assert in_order(call) == ["u1", "filler-1", "i1"]


# --- typed -----------------------------------------------------------------------------------------------------------


def test_keys_are_the_callers_turn_after_a_pause() -> None:
    call = speaking(Story(CONFIG).talking())
    assert kinds(call.happens(e.KeyPressed("7")))[0] == "StopPlayback"
    call.happens(e.KeyPressed("8"))
    done = call.wait(Limits().keys_s)
    assert kinds(done) == ["Remember", "Respond"]
    assert lines(done)[0].text == "78"


def test_a_key_pressed_during_the_opening_is_remembered_after_it() -> None:
    call = Story(CallConfig(opening=Phrase.of("A long disclosure.", bytes(8 * 4000))))
    call.happens(START, e.ModelReady())
    call.wait(0.5)
    call.happens(e.KeyPressed("9"))
    done = call.echo_all()
    assert lines(done)[0].text == "9"
    assert [x.text for x in done if isinstance(x, a.Remember)][-1] == "[The caller pressed 9 on the keypad.]"
    assert kinds(done)[-1] == "Respond"


def test_a_number_stands_where_its_first_key_was_pressed() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.KeyPressed("7"))
    call.wait(1)
    call.happens(e.KeyPressed("#"))
    assert [(line.text, line.started_ms) for line in lines(call.actions)] == [("7#", 1000)]


def test_what_a_transcription_cost_is_kept() -> None:
    call = Story(CONFIG).talking()
    done = call.happens(e.TranscriptArrived("u1", "Yes.", usage={"seconds": 2}))
    assert a.Record(a.Spent("transcription", "u1", {"seconds": 2})) in done


def test_a_callers_line_that_was_placed_first_is_recorded_again_when_we_learn_when_it_began() -> None:
    call = Story(CONFIG).talking()
    call.happens(e.ItemPlaced("u1", None, a.Speaker.CALLER), e.ItemPlaced("u2", None, a.Speaker.CALLER))
    (moved,) = lines(call.happens(e.CallerStarted("u1", 9000)))
    assert (moved.item_id, moved.started_ms) == ("u1", 9000)
