"""<Gather>, <Say>, <Play>, <Pause> and <Redirect> as an app with webhooks meets them."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from starlette.responses import Response

from sandbox.audio import ulaw_encode, wav_bytes
from sandbox.speech import Speech
from sandbox.twilio.media import mp3
from tests.sandbox.twilio_world import QUICK, World, twilio_world

SPEECH = '<Gather input="speech" action="/turn" speechTimeout="1" timeout="{timeout}">{inside}</Gather>'
ASK = "<Say>What are you looking for?</Say>"


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


@pytest.fixture
def real_time(speech: Speech, tmp_path: Path) -> Iterator[World]:
    """For tests in which both sides have to listen to each other."""
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def words(text: str) -> list[str]:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").split()


def alike(said: str, heard: str) -> float:
    """1.0 for the same words, 0.0 for none in common."""
    return SequenceMatcher(None, words(said), words(heard)).ratio()


def test_what_the_person_says_comes_as_a_speech_result_with_confidence(world: World) -> None:
    sentence = "I am looking for a house with three bedrooms."
    world.answered_by(script=[sentence])
    world.place(SPEECH.format(timeout=3, inside=""))

    form = world.app.wait_for("/turn").form

    assert alike(sentence, form["SpeechResult"]) >= 0.8
    assert 0.3 < float(form["Confidence"]) <= 1.0
    assert form["CallStatus"] == "in-progress"
    assert "Digits" not in form


def test_a_person_answers_when_the_prompt_is_over(real_time: World) -> None:
    world = real_time
    world.answered_by(script=[{"wait": True}, "Three bedrooms, please."])
    call = world.place("<Say>This is a test call.</Say><Pause length='2'/>" + SPEECH.format(timeout=6, inside=ASK))

    form = world.app.wait_for("/turn").form

    assert "bedroom" in form["SpeechResult"].lower()
    heard = [event["text"].lower() for event in world.events(call.sid, "heard")]
    assert "test call" in heard[0]
    assert "looking for" in heard[1]


def test_speech_during_the_prompt_stops_it(world: World) -> None:
    world.answered_by(script=["Hello, hello, is anybody there?"])
    long = "<Say>" + "We have a great many houses to show you this week. " * 5 + "</Say>"
    call = world.place(SPEECH.format(timeout=5, inside=long))

    world.app.wait_for("/turn", timeout=12)

    assert world.events(call.sid, "barge_in")


def test_without_barge_in_the_prompt_is_heard_to_its_end(world: World) -> None:
    world.answered_by(script=["Hello?"])
    gather = (
        '<Gather input="speech" action="/turn" timeout="1" bargeIn="false"><Say>One. Two. Three. Four.</Say></Gather>'
    )
    call = world.place(gather + "<Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    assert not world.events(call.sid, "barge_in")


def test_silence_falls_through_to_the_next_verb(world: World) -> None:
    world.answered_by(script=[])
    world.place(SPEECH.format(timeout=1, inside="") + "<Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    assert world.app.told("/turn") == []


def test_silence_goes_to_the_action_when_empty_results_are_wanted(world: World) -> None:
    world.answered_by(script=[])
    world.place('<Gather input="speech" action="/turn" timeout="1" actionOnEmptyResult="true"/>')

    form = world.app.wait_for("/turn").form

    assert not form.keys() & {"SpeechResult", "Digits", "Confidence"}


def test_the_timeout_counts_from_the_end_of_the_prompt(world: World) -> None:
    world.answered_by(script=[])
    call = world.place(
        SPEECH.format(timeout=1, inside="<Pause length='2'/>") + "<Redirect>/after</Redirect>", to="+15125550101"
    )

    world.app.wait_for("/after")

    redirected = [event["line_ms"] for event in world.events(call.sid, "verb") if event["name"] == "Redirect"]
    assert 2900 <= redirected[0] <= 3300


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits"),
    [('numDigits="1"', "1", "1"), ("", "42#", "42"), ('timeout="4"', "7", "7"), ('finishOnKey="*"', "1#2*", "1#2")],
)
def test_keys_come_as_digits(world: World, attributes: str, pressed: str, digits: str) -> None:
    world.answered_by(script=[{"press": pressed, "after": 3}])
    world.place(f'<Gather action="/turn" {attributes}/>')

    assert world.app.wait_for("/turn").form["Digits"] == digits


def test_a_key_wins_over_speech_that_has_not_ended(world: World) -> None:
    world.answered_by(script=[{"press": "9", "after": 3}])
    world.place('<Gather input="dtmf speech" numDigits="1" action="/turn"/>')

    form = world.app.wait_for("/turn").form

    assert form["Digits"] == "9"
    assert "SpeechResult" not in form


def test_partial_results_arrive_while_the_person_speaks(world: World) -> None:
    sentence = "I would like to buy a house with three bedrooms and a garden and a garage next to the park."
    world.answered_by(script=[sentence])
    gather = '<Gather input="speech" action="/turn" speechTimeout="1" partialResultCallback="/partial"/>'
    world.place(gather)

    final = world.app.wait_for("/turn")
    partials = [hook for hook in world.app.hooks if hook.path == "/partial"]

    assert partials
    assert all(partial.at < final.at and partial.signed for partial in partials)
    assert [partial.form["SequenceNumber"] for partial in partials] == [str(n) for n in range(len(partials))]
    assert partials[0].form.keys() >= {"StableSpeechResult", "UnstableSpeechResult", "CallSid"}


def test_low_confidence_and_empty_results_happen_on_request(world: World) -> None:
    world.services.faults.add("gather.low_confidence", confidence=0.17)
    world.answered_by(script=["Three bedrooms, please."])
    world.place(SPEECH.format(timeout=3, inside=""))

    assert float(world.app.wait_for("/turn").form["Confidence"]) == pytest.approx(0.17)


def test_a_result_lost_by_the_recogniser_is_silence(world: World) -> None:
    world.services.faults.add("gather.empty")
    world.answered_by(script=["Three bedrooms, please."])
    world.place(SPEECH.format(timeout=2, inside="") + "<Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    assert world.app.told("/turn") == []


def _sounds() -> dict[str, Response]:
    moments = np.arange(8000) / 8000
    pcm = (np.sin(2 * np.pi * 440 * moments) * 8000).astype(np.int16)
    return {
        "/tone.wav": Response(wav_bytes(pcm, 8000), media_type="audio/wav"),
        "/tone.mp3": Response(mp3(pcm), media_type="audio/mpeg"),
        "/tone.ulaw": Response(ulaw_encode(pcm), media_type="audio/ulaw"),
        "/tone.pcm": Response(pcm.tobytes(), media_type="audio/pcm"),
        "/tone.txt": Response("no sound", media_type="audio/mpeg"),
    }


@pytest.mark.parametrize("name", ["/tone.wav", "/tone.mp3", "/tone.ulaw"])
def test_a_sound_is_played_for_as_long_as_it_lasts(world: World, name: str) -> None:
    world.app.answers |= _sounds()
    world.answered_by(script=[])
    call = world.place(f"<Play>{name}</Play><Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    play, redirect = [event["line_ms"] for event in world.events(call.sid, "verb")][:2]
    assert redirect - play >= 950  # and no less; a busy machine is later


@pytest.mark.provokes
@pytest.mark.parametrize(("name", "code"), [("/tone.pcm", 12300), ("/tone.txt", 12400), ("/gone", 11200)])
def test_a_sound_that_cannot_be_played_is_skipped_with_an_error(world: World, name: str, code: int) -> None:
    world.app.answers |= _sounds() | {"/gone": Response(status_code=404)}
    world.answered_by(script=[])
    call = world.place(f"<Play>{name}</Play><Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    assert [event["code"] for event in world.events(call.sid, "error")] == [code]


@pytest.mark.provokes
def test_inline_twiml_needs_absolute_addresses(world: World) -> None:
    world.answered_by(script=["Hello there, I am listening."])
    call = world.client.calls.create(
        to="+15125550101",
        from_="+15125550100",
        twiml='<Response><Gather input="speech" action="/turn" speechTimeout="1"/></Response>',
    )

    world.finished(call)

    assert [event["code"] for event in world.events(call.sid, "error")] == [11100]
