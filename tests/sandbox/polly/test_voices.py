"""Polly's voices."""

from sandbox.polly.endpoint import enumeration
from sandbox.polly.voices import POLLY_VOICES


def test_every_voice_and_engine_is_in_the_service_model():
    assert set(POLLY_VOICES) <= set(enumeration("VoiceId"))
    assert {engine for voice in POLLY_VOICES.values() for engine in voice.engines} <= set(enumeration("Engine"))


def test_a_voice_is_described_with_its_language():
    described = POLLY_VOICES["Amy"].as_dict()
    assert (described["LanguageName"], described["Gender"]) == ("British English", "Female")
