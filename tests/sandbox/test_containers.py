"""Compressed audio, there and back."""

import numpy as np
import pytest

from sandbox.audio import dbfs, wav_bytes
from sandbox.containers import UnreadableAudio, decode, encode

TONE = (np.sin(np.arange(16000) / 8000 * 2 * np.pi * 440) * 8000).astype(np.int16)


@pytest.mark.parametrize("container", ["mp3", "ogg_vorbis", "ogg_opus"])
def test_a_tone_keeps_its_length_and_about_its_level(container):
    sound = decode(encode(TONE, 8000, container), rate=8000)
    assert len(sound) == pytest.approx(len(TONE), rel=0.1)
    assert dbfs(sound) == pytest.approx(dbfs(TONE), abs=3.5)


def test_two_channels_come_side_by_side():
    stereo = np.stack([TONE, np.zeros_like(TONE)], axis=1)
    assert decode(wav_bytes(stereo, 8000), rate=8000, channels=2).shape == stereo.shape


def test_what_is_no_audio_is_refused():
    with pytest.raises(UnreadableAudio):
        decode(b"no sound at all", rate=8000)
