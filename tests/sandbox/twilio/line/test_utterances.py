"""What is kept of a line's sound while nobody has spoken."""

import numpy as np

from sandbox.twilio.line.leg import FRAME
from sandbox.twilio.line.utterances import UtteranceDetector


def test_silence_is_no_utterance_and_is_not_kept():
    detector = UtteranceDetector(silence_ms=600)
    for _ in range(500):
        detector(np.zeros(FRAME, np.int16))
    assert detector.now_ms == 10_000
    assert detector.utterances.empty()
    assert not detector.speaking
    assert (detector.speaking_ms, detector.at_pause()) == (0, None)
    assert len(detector.so_far()) <= 8 * 1100
