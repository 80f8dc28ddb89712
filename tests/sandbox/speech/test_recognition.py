"""Recognition without a word to recognize; sentences are in ``test_engine``."""

import numpy as np

from sandbox.speech.recognition import recognize


def test_silence_is_no_text_and_no_confidence():
    heard = recognize(np.zeros(16000, np.int16), 8000, ())
    assert (heard.text, heard.confidence, heard.seconds) == ("", 0.0, 2.0)
