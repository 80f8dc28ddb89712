"""Synthesis without a word to say; sentences are in ``test_engine``."""

from sandbox.speech.synthesis import synthesize
from sandbox.speech.voices import Voice


def test_a_text_without_a_word_is_a_short_silence():
    sound = synthesize("", Voice())
    assert 0 < len(sound) < 24000
    assert not sound.any()
