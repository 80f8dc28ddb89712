"""<Gather>, <Say>, <Play>, <Pause> and <Redirect> as an app with webhooks meets them."""

import asyncio
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from starlette.responses import Response

from sandbox.audio import SPEECH_HZ, ulaw_encode, wav_bytes
from sandbox.speech import Speech
from sandbox.twilio.rest.recording_media import mp3
from tests.sandbox.twilio_world import QUICK, SlowEar, World, twilio_world

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


@pytest.mark.parametrize(
    ("attribute", "result"),
    [
        ("", "D*** it, what the f****** price. Scunthorpe is nice."),
        ('profanityFilter="true"', "D*** it, what the f****** price. Scunthorpe is nice."),
        ('profanityFilter="false"', "Damn it, what the fucking price. Scunthorpe is nice."),
    ],
)
def test_bad_words_are_starred_unless_they_are_wanted(world: World, attribute: str, result: str) -> None:
    world.services.faults.add("gather.invented", text="Damn it, what the fucking price. Scunthorpe is nice.")
    world.answered_by(script=["Well, hello there."])
    world.place(f'<Gather input="speech" action="/turn" speechTimeout="1" timeout="3" {attribute}/>')

    assert world.app.wait_for("/turn").form["SpeechResult"] == result


def test_speech_is_cut_at_its_longest(world: World) -> None:
    world.answered_by(script=["I am looking for a house, and it should have a garden, and a garage, and a pool."])
    world.place('<Gather input="speech" action="/turn" speechTimeout="2" maxSpeechTime="2"/>')

    said = world.app.wait_for("/turn").form["SpeechResult"].lower()
    assert "house" in said
    assert "pool" not in said


@pytest.mark.provokes
def test_a_model_of_ones_own_and_an_automatic_end_do_not_go_together(world: World) -> None:
    world.answered_by(script=["Three bedrooms, please."])
    auto = 'input="speech" action="/turn" speechTimeout="auto"'
    call = world.place(f'<Gather {auto} speechModel="phone_call"/>')

    assert "bedroom" in world.app.wait_for("/turn").form["SpeechResult"].lower()
    assert world.events(call.sid, "error")[0]["code"] == 13335


@pytest.mark.parametrize(("pause", "first_only"), [("auto", True), ("5", False)])
def test_an_automatic_end_does_not_wait_for_another_sentence(world: World, pause: str, first_only: bool) -> None:
    world.answered_by(script=["Three bedrooms, please.", {"say": "And a big garden.", "after": 2}])
    world.place(f'<Gather input="speech" action="/turn" speechTimeout="{pause}" timeout="9"/>')

    said = world.app.wait_for("/turn").form["SpeechResult"].lower()
    assert "bedroom" in said
    assert ("garden" not in said) == first_only


@pytest.mark.parametrize(("hints", "understood"), [("", False), ("Willow Creek, Bexar Court", True)])
def test_a_name_nobody_would_guess_is_understood_when_it_is_hinted_at(
    world: World, hints: str, understood: bool
) -> None:
    world.answered_by(script=["The home is at Bexar Court."])
    world.place(f'<Gather input="speech" action="/turn" speechTimeout="1" timeout="9" hints="{hints}"/>')

    assert ("Bexar Court" in world.app.wait_for("/turn").form["SpeechResult"]) == understood


def test_an_action_can_be_asked_for_with_get(world: World) -> None:
    world.answered_by(script=[{"press": "7", "after": 3}])
    world.place('<Gather numDigits="1" action="/turn?step=2" method="GET"/>')

    hook = world.app.wait_for("/turn")

    assert (hook.method, hook.signed) == ("GET", True)
    assert (hook.form["step"], hook.form["Digits"]) == ("2", "7")


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
    gather = '<Gather input="speech" action="/turn" speechTimeout="20" partialResultCallback="/partial"/>'
    world.place(gather)  # the long pause gives a recognizer on a busy machine the time for one partial result

    final = world.app.wait_for("/turn")
    partials = [hook for hook in world.app.hooks if hook.path == "/partial"]

    assert partials
    assert all(partial.at < final.at and partial.signed for partial in partials)
    assert [partial.form["SequenceNumber"] for partial in partials] == [str(n) for n in range(len(partials))]
    assert partials[0].form.keys() >= {"StableSpeechResult", "UnstableSpeechResult", "CallSid"}


def test_who_speaks_again_while_the_recognizer_is_at_work_does_not_lose_what_they_said(
    speech: Speech, tmp_path: Path
) -> None:
    with twilio_world(SlowEar(speech, 1.5), str(tmp_path), pace=QUICK) as world:
        script = [{"say": "I want a house.", "after": 1}, {"say": "Hello, are you there?", "after": 1.5}]
        world.answered_by(script=script)
        gather = (
            '<Gather input="speech" action="/turn" speechTimeout="1" timeout="60" partialResultCallback="/partial"/>'
        )
        world.place(gather)

        assert "house" in world.app.wait_for("/turn").form["SpeechResult"]


def test_a_partial_result_in_the_pause_already_says_what_the_result_will(world: World) -> None:
    world.answered_by(script=["I would like to buy a house."])
    world.place('<Gather input="speech" action="/turn" speechTimeout="20" partialResultCallback="/partial"/>')

    final = world.app.wait_for("/turn")
    last = [hook.form for hook in world.app.hooks if hook.path == "/partial"][-1]

    assert f"{last['StableSpeechResult']} {last['UnstableSpeechResult']}".strip() == final.form["SpeechResult"]


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


@pytest.mark.provokes
def test_a_voice_nobody_has_is_a_warning_and_another_speaks(world: World) -> None:
    world.answered_by(script=[])
    voices = ("Polly.Joanna-Neural", "Polly.Lupe", "Google.en-US-Chirp3-HD-Aoede", "woman", "Polly.Hal", "hal")
    call = world.place("".join(f'<Say voice="{voice}">Hello.</Say>' for voice in voices))
    world.finished(call)

    errors = [(event["code"], event["message"]) for event in world.events(call.sid, "error")]
    assert errors == [(13511, f"Say: Invalid voice value: {voice!r}") for voice in ("Polly.Hal", "hal")]
    assert len(world.events(call.sid, "says")) == len(voices)


@pytest.mark.parametrize("name", ["/tone.wav", "/tone.mp3", "/tone.ulaw"])
def test_a_sound_is_played_for_as_long_as_it_lasts(world: World, name: str) -> None:
    world.app.answers |= _sounds()
    world.answered_by(script=[])
    call = world.place(f"<Play>{name}</Play><Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    play, redirect = [event["line_ms"] for event in world.events(call.sid, "verb")][:2]
    assert redirect - play >= 950  # and no less; a busy machine is later


WORDS = "Three bedrooms."


@pytest.mark.parametrize("looped", ['<Play loop="{}">/tone.wav</Play>', f'<Say loop="{{}}">{WORDS}</Say>'])
def test_what_is_looped_is_heard_so_many_times(world: World, looped: str) -> None:
    world.app.answers |= _sounds()
    world.answered_by(script=[])
    call = world.place("<Pause/>".join(looped.format(times) for times in (1, 3)) + "<Redirect>/after</Redirect>")

    world.app.wait_for("/after")

    once, pause, thrice, redirect = [event["line_ms"] for event in world.events(call.sid, "verb")][:4]
    assert redirect - thrice >= 3 * _seconds(world, looped) * 950
    assert pause - once >= _seconds(world, looped) * 950


def _seconds(world: World, looped: str) -> float:
    if looped.startswith("<Play"):
        return 1.0
    return len(asyncio.run(world.services.speech.speak(WORDS, voice="Joanna"))) / SPEECH_HZ


def test_a_loop_without_end_is_ended_by_the_person(world: World) -> None:
    world.app.answers |= _sounds()
    world.answered_by(script=[{"hang_up": True, "after": 5}])
    call = world.finished(world.place('<Play loop="0">/tone.wav</Play><Redirect>/never</Redirect>'))

    assert world.events(call.sid, "hang_up")[0]["cause"] == "person"
    assert world.app.told("/never") == []


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
