import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.audio import SPEECH_HZ, resample, ulaw_encode
from sandbox.openai.realtime.configuration import SERVER_VAD
from sandbox.openai.realtime.errors import RealtimeError
from sandbox.openai.realtime.formats import FORMATS
from sandbox.openai.realtime.input_audio.buffer import InputBuffer, Started, Stopped

PCMU = FORMATS["audio/pcmu"]


@pytest.fixture
async def telephone(speech):
    """One second of silence, a sentence, a second of silence; mu-law."""
    pause = np.zeros(SPEECH_HZ, np.int16)
    pcm = await speech.speak("Yes, on Tuesday, please.", voice="buyer")
    return ulaw_encode(resample(np.concatenate([pause, pcm, pause]), SPEECH_HZ, 8000))


def test_what_was_appended_is_what_is_committed():
    buffer = InputBuffer(PCMU, None)
    assert list(buffer.append(bytes(range(256)) * 8)) == []
    _, pcm = buffer.commit()
    assert np.array_equal(pcm, PCMU.decode(bytes(range(256)) * 8))
    with pytest.raises(RealtimeError, match=r"0\.00ms"):
        buffer.commit()


def test_half_a_tenth_of_a_second_is_too_little():
    buffer = InputBuffer(PCMU, None)
    list(buffer.append(b"\xff" * 400))
    with pytest.raises(RealtimeError, match=r"50\.00ms"):
        buffer.commit()


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("ms", [100, 120, 1000])
def test_a_tenth_of_a_second_is_enough_at_every_rate_to_the_last_sample(format_name, ms):
    """What a resampler still holds back belongs to the buffer."""
    format_ = FORMATS[format_name]
    buffer = InputBuffer(format_, None)
    for _ in range(2):
        for _ in range(ms // 20):
            list(buffer.append(b"\x10" * (20 * format_.bytes_per_ms)))
        assert len(buffer.commit()[1]) == 8 * ms


async def test_a_turn_is_cut_out_with_its_prefix_and_silence(telephone):
    buffer = InputBuffer(PCMU, SERVER_VAD)
    started, stopped = list(buffer.append(telephone))
    assert isinstance(started, Started)
    assert isinstance(stopped, Stopped)
    assert started.item_id == stopped.item_id
    assert len(stopped.pcm) == 8 * (stopped.audio_end_ms - started.audio_start_ms)
    assert not buffer.speaking


@settings(max_examples=20, deadline=None)
@given(sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=8))
def test_the_cut_of_the_stream_does_not_matter(sizes):
    rng = np.random.default_rng(5)
    loud = np.concatenate([np.zeros(8000), rng.normal(0, 3000, 8000), np.zeros(8000)]).astype(np.int16)
    data = PCMU.encode(loud)

    def turns(chunks):
        buffer = InputBuffer(PCMU, SERVER_VAD)
        found = [event for chunk in chunks for event in buffer.append(chunk)]
        return [getattr(e, "audio_start_ms", None) or getattr(e, "audio_end_ms", None) for e in found], buffer.end_ms

    edges = np.cumsum(sizes)
    pieces = [data[a:b] for a, b in zip([0, *edges], [*edges, len(data)], strict=True)]
    assert turns(pieces) == turns([data])


async def test_other_ears_mid_speech_begin_anew_and_the_same_ears_go_on(telephone):
    buffer = InputBuffer(PCMU, SERVER_VAD)
    half = len(telephone) // 2
    list(buffer.append(telephone[:half]))
    assert buffer.speaking
    buffer.configure(PCMU, SERVER_VAD | {"create_response": False})
    assert buffer.speaking
    buffer.configure(PCMU, SERVER_VAD | {"silence_duration_ms": 900})
    assert not buffer.speaking


def test_hours_of_silence_are_not_kept():
    buffer = InputBuffer(PCMU, SERVER_VAD)
    for _ in range(40):
        list(buffer.append(b"\xff" * 16_000))
    _, pcm = buffer.commit()
    assert len(pcm) <= 60_000 * 8
    assert buffer.end_ms == 80_000
