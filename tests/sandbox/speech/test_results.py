"""The result of a recognition."""

from dataclasses import FrozenInstanceError, replace

import pytest

from sandbox.speech.results import Recognition, Segment


def test_a_changed_result_is_another_one():
    heard = Recognition("Three bedrooms.", 0.9, 1.5, (Segment(0.1, 1.4, "Three bedrooms.", 0.9),))
    doubtful = replace(heard, confidence=0.2)
    assert (heard.confidence, doubtful.confidence, doubtful.segments) == (0.9, 0.2, heard.segments)
    with pytest.raises(FrozenInstanceError):
        heard.text = "Four bathrooms."  # type: ignore[misc]
