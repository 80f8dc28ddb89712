"""The voice: clips, the carrier's own voice in its place, and its rest after a failure."""

import time

import pytest
from pytest_django import Settings

from calls.conversational.timing import Clock, Timing
from calls.conversational.turn import Part
from calls.conversational.voice import WORDS_PER_SECOND, Voice, spoken, spoken_seconds, unvoiced
from calls.models import Call, EventKind
from calls.understanding.recognition_results import RecognitionResult
from tests.calls.conversational import engine
from tests.calls.conversational.documents import SURE, verbs
from tests.calls.vendors import Vendors, says

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


@pytest.fixture
def clock() -> list[float]:
    """What the clock of `voice` shows, in seconds."""
    return [1000.0]


@pytest.fixture
def voice(clock: list[float]) -> Voice:
    """A voice of its own."""
    return Voice(Timing(clock=Clock(now=lambda: clock[0])))


def test_a_sentence_becomes_a_clip_of_known_length(call: Call, vendors: Vendors, voice: Voice) -> None:
    part = voice.part("It has three bedrooms.", call.pk)
    assert part.text == "It has three bedrooms."
    assert part.seconds == pytest.approx(0.4, abs=0.01)
    assert spoken(part).url.endswith(f"{part.digest}.wav")


def test_what_is_written_down_is_what_was_said(call: Call, vendors: Vendors, voice: Voice) -> None:
    part = voice.part("**Write** to jane_doe@example.com 🎉", call.pk)
    assert part.text == "Write to jane_doe@example.com"
    assert unvoiced("<b>Hi</b>").text == "Hi"
    assert vendors.spoken == ["Write to jane underscore doe at example dot com"]


def test_a_voice_that_failed_rests_and_is_asked_again_after_it(
    call: Call, vendors: Vendors, voice: Voice, clock: list[float]
) -> None:
    vendors.voice_is_down = True
    assert voice.part("First.", call.pk) == unvoiced("First.")
    vendors.voice_is_down = False
    clock[0] += 19.9
    assert voice.part("Second.", call.pk) == unvoiced("Second.")
    assert vendors.spoken == []
    clock[0] += 0.2
    assert voice.part("Third.", call.pk).digest
    assert call.events.get(kind=EventKind.FALLBACK).data["to"] == "say"


def test_one_vendors_failure_does_not_silence_another(
    call: Call, vendors: Vendors, voice: Voice, settings: Settings
) -> None:
    voice.rests_until["https://elsewhere.example"] = 2000.0
    assert voice.part("Hello.", call.pk).digest
    settings.AWS_ENDPOINT_URL_POLLY = "https://elsewhere.example"
    assert voice.part("Hello again.", call.pk) == unvoiced("Hello again.")


def test_sentences_are_rendered_side_by_side_and_stay_in_order(call: Call, vendors: Vendors, voice: Voice) -> None:
    parts = voice.parts(["One.", "Two.", "Three."], call.pk)
    assert [part.text for part in parts] == ["One.", "Two.", "Three."]
    assert sorted(vendors.spoken) == ["One.", "Three.", "Two."]


def test_what_is_not_rendered_in_time_the_carrier_says(call: Call, vendors: Vendors) -> None:
    vendors.voice_hangs = 1.0
    assert Voice(Timing(opening_render=0)).parts(["One."], call.pk) == [unvoiced("One.")]


def test_how_long_a_text_takes_is_told_from_the_words_that_are_said() -> None:
    assert spoken_seconds("$450,000") == 5 / WORDS_PER_SECOND
    assert unvoiced("Hello there.") == Part("Hello there.", "", 2 / WORDS_PER_SECOND)
    assert spoken(unvoiced("Hello.")).url == ""


def test_a_voice_that_is_down_leaves_the_carriers_own_and_costs_one_request(greeted: Call, vendors: Vendors) -> None:
    vendors.voice_is_down = True
    vendors.script = [says("I can still talk."), says("And again.")]
    for number, words in ((1, "I can still talk."), (2, "And again.")):
        document = engine.take_turn(greeted, number, RecognitionResult("Hello", SURE))
        assert verbs(document)[-1] == ("Say", words)
    assert greeted.events.get(kind="fallback").data["to"] == "say"


def test_a_voice_that_hangs_does_not_hold_the_opening_back(call: Call, vendors: Vendors) -> None:
    vendors.voice_hangs, vendors.voice_is_down = 10.0, True  # each of two attempts
    began = time.monotonic()
    document = engine.first_twiml(call)
    assert time.monotonic() - began < vendors.voice_hangs
    assert {verb for verb, _ in verbs(document)} & {"Say", "Play"} == {"Say"}
