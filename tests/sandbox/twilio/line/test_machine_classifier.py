"""Person, machine or fax: by what is heard on the line after the answer."""

import asyncio

import numpy as np
import pytest

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, resample
from sandbox.speech import Speech
from sandbox.twilio.line.background_noise import StreetNoise
from sandbox.twilio.line.leg import FRAME
from sandbox.twilio.line.machine_classifier import Classifier, Thresholds
from sandbox.twilio.line.tones import beep, fax, keys

PICKED_UP = np.zeros(TELEPHONE_HZ // 4, np.int16)
VOICEMAIL = "You have reached the voicemail of Maria Lopez. Please leave a message after the tone."


def spoken(speech: Speech, text: str) -> Pcm:
    return resample(asyncio.run(speech.speak(text, voice="seller")), SPEECH_HZ, TELEPHONE_HZ)


def heard(*sounds: Pcm, to_the_end: bool = False, noise: float | None = None, **limits: int) -> tuple[str, int]:
    """The verdict and its time in ms, when these sounds are followed by silence."""
    line = np.concatenate([PICKED_UP, *sounds, np.zeros(60 * TELEPHONE_HZ, np.int16)])
    ear, street = Classifier(Thresholds(**limits), to_the_end=to_the_end), StreetNoise(noise) if noise else None
    for at in range(0, len(line), FRAME):
        frame = line[at : at + FRAME]
        ear.feed(street.around(frame) if street else frame)
        if ear.verdict:
            break
    return ear.verdict, ear.now_ms


@pytest.mark.parametrize("noise", [None, -38.0])
def test_a_short_word_and_silence_is_a_person(speech: Speech, noise: float | None) -> None:
    verdict, ms = heard(spoken(speech, "Hello?"), noise=noise)
    assert verdict == "human"
    assert 1200 < ms < 3000


def test_a_name_given_with_the_hello_is_still_a_person(speech: Speech) -> None:
    assert heard(spoken(speech, "Hello, this is Maria."))[0] == "human"


def test_a_long_greeting_is_a_machine_before_it_has_ended(speech: Speech) -> None:
    greeting = spoken(speech, VOICEMAIL)
    verdict, ms = heard(greeting)
    assert verdict == "machine_start"
    assert 2400 < ms < len(greeting) * 1000 // TELEPHONE_HZ


def test_who_wants_the_end_of_the_message_gets_the_beep_or_the_silence(speech: Speech) -> None:
    greeting = spoken(speech, VOICEMAIL)
    ended_ms = len(greeting) * 1000 // TELEPHONE_HZ
    after_beep, silent = heard(greeting, beep(), to_the_end=True), heard(greeting, to_the_end=True)
    assert (after_beep[0], silent[0]) == ("machine_end_beep", "machine_end_silence")
    assert ended_ms + 500 < after_beep[1] < ended_ms + 1500
    assert heard(greeting, greeting, to_the_end=True, timeout=6000) == ("machine_end_other", 6000)


def test_a_person_is_one_also_where_the_end_of_a_message_is_waited_for(speech: Speech) -> None:
    assert heard(spoken(speech, "Hello?"), to_the_end=True)[0] == "human"


def test_a_fax_is_known_by_its_tone() -> None:
    assert heard(fax())[0] == "fax"


@pytest.mark.parametrize("noise", [None, -38.0])
def test_nothing_but_silence_or_a_street_is_unknown(noise: float | None) -> None:
    assert heard(noise=noise) == ("unknown", 5000)


def test_keys_are_neither_a_beep_nor_a_voice() -> None:
    assert heard(keys("123456"))[0] == "unknown"


def test_the_thresholds_are_those_of_the_call(speech: Speech) -> None:
    said = spoken(speech, "Hello, this is Maria.")
    assert heard(said, speech=1000)[0] == "machine_start"
    assert heard(said, speech_end=3000)[1] > heard(said)[1] + 1500
    assert heard(silence=2000) == ("unknown", 2000)
    assert heard(spoken(speech, VOICEMAIL), speech=6000, timeout=3000) == ("unknown", 3000)
