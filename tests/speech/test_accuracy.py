import numpy as np
import pytest

from sandbox.audio import dbfs
from tests.speech.accuracy import on_the_street, speaking_level


def voice(level: float = 0.1) -> np.ndarray:
    """Four seconds of tone, four of nothing, four of tone: as long as the street's loop."""
    tone = np.sin(np.arange(32000) * 0.3) * 32767 * level
    return np.concatenate([tone, np.zeros(32000), tone]).astype(np.int16)


def test_pauses_do_not_count_to_the_level_of_a_voice() -> None:
    assert speaking_level(voice()) == pytest.approx(-23.0, abs=0.5)


@pytest.mark.parametrize("distance", [20, 10, 5])
def test_the_street_is_as_far_below_the_voice_as_it_is_said_to_be(distance: int) -> None:
    silence, length = on_the_street(voice(), None), len(voice())
    noisy = on_the_street(voice(), distance)

    assert len(noisy) == len(silence)
    street = noisy.astype(float) - silence
    assert speaking_level(voice()) - dbfs(np.resize(street, length).astype(np.int16)) == pytest.approx(distance, abs=2)
