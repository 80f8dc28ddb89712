"""The voices made of one."""

from sandbox.speech.voices import AGENT, VOICES, voice_named


def test_an_unknown_name_speaks_with_the_agents_voice():
    assert voice_named("nobody") is AGENT
    assert voice_named("buyer") is VOICES["buyer"]


def test_no_voice_leaves_the_pitches_that_are_understood():
    assert all(0.86 <= voice.pitch <= 1.14 for voice in VOICES.values())


def test_the_people_of_a_call_sound_different():
    assert len({voice_named(name).pitch for name in ("agent", "buyer", "seller", "staff")}) == 4
