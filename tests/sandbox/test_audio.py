import io

import av
import numpy as np
import pytest

from sandbox import audio


def by_ffmpeg(data: bytes, codec: str) -> np.ndarray:
    """The same bytes expanded by an independent implementation."""
    with av.open(io.BytesIO(data), mode="r", format=codec, options={"sample_rate": "8000"}) as file:
        return np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])


ALL_CODES = bytes(range(256)) * 8


@pytest.mark.parametrize(("codec", "decode"), [("mulaw", audio.ulaw_decode), ("alaw", audio.alaw_decode)])
def test_companding_expands_every_code_as_ffmpeg_does(codec, decode):
    assert np.array_equal(decode(ALL_CODES), by_ffmpeg(ALL_CODES, codec))


@pytest.mark.parametrize(
    ("encode", "decode"), [(audio.ulaw_encode, audio.ulaw_decode), (audio.alaw_encode, audio.alaw_decode)]
)
def test_each_sample_becomes_the_nearest_code(encode, decode):
    linear = np.arange(-32768, 32768).astype(np.int16)
    levels = np.unique(decode(bytes(range(256)))).astype(int)
    nearest = np.abs(linear.astype(int)[:, None] - levels[None, :]).min(axis=1)
    assert np.array_equal(np.abs(decode(encode(linear)).astype(int) - linear), nearest)


def test_silence_is_ff_in_mu_law():
    assert audio.ulaw_encode(np.zeros(3, np.int16)) == b"\xff\xff\xff"


def tone(rate: int, seconds: float = 1.0, hz: float = 440.0) -> np.ndarray:
    return (np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate) * 8000).astype(np.int16)


def test_what_a_resampler_holds_back_can_be_had():
    pieces = audio.Resampler(24000, 8000)
    for _ in range(2):
        assert len(pieces.feed(tone(24000)[:2400])) + len(pieces.flush()) == 800
    assert len(audio.Resampler(8000, 8000).flush()) == 0


def test_a_stream_resampled_in_pieces_is_the_stream_resampled_at_once():
    pieces = audio.Resampler(24000, 8000)
    whole = audio.resample(tone(24000), 24000, 8000)
    streamed = np.concatenate([pieces.feed(piece) for piece in np.split(tone(24000), 50)])
    same = min(len(whole), len(streamed)) - 200
    assert same > 7000
    assert np.abs(whole[200:same].astype(int) - streamed[200:same]).max() < 40


def test_levels_are_in_decibels_below_full_scale():
    assert audio.dbfs(tone(8000)) == pytest.approx(-15.3, abs=0.1)
    assert audio.dbfs(np.zeros(100, np.int16)) == audio.SILENCE_DBFS


def test_a_two_channel_wav_comes_back_as_it_went():
    stereo = np.stack([tone(8000), -tone(8000)], axis=1)
    back, rate = audio.read_wav(audio.wav_bytes(stereo, 8000))
    assert rate == 8000
    assert np.array_equal(back, stereo)
