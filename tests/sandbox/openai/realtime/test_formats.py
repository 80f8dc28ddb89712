"""The audio formats of a session."""

import numpy as np
import pytest

from sandbox.openai.realtime.formats import FORMATS, format_of


@pytest.mark.parametrize("name", FORMATS)
def test_a_second_has_its_bytes_and_comes_back_as_it_sounded(name):
    format_ = format_of({"type": name})
    sound = (np.sin(np.arange(format_.rate) / 20) * 8000).astype(np.int16)
    data = format_.encode(sound)
    assert len(data) == 1000 * format_.bytes_per_ms
    assert np.abs(format_.decode(data).astype(int) - sound).max() <= 512
