"""Telephone audio as numpy arrays: G.711 companding, resampling, loudness, WAV.

Everywhere in the sandbox linear audio is a one-dimensional ``int16`` array, mono unless a function says otherwise.
"""

import io
import wave

import numpy as np
import soxr
from numpy.typing import NDArray

type Pcm = NDArray[np.int16]

TELEPHONE_HZ = 8000
SPEECH_HZ = 24000
SILENCE_DBFS = -96.0


def _ulaw_expansion() -> Pcm:
    """The 256 linear values of G.711 mu-law (ITU-T G.711 table 2a, scaled to 16 bits)."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4 & 7).astype(np.int32)
    magnitude = (((code & 15).astype(np.int32) << 3) + 0x84 << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_expansion() -> Pcm:
    """The 256 linear values of G.711 A-law (ITU-T G.711 table 1a, scaled to 16 bits)."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = (code >> 4 & 7).astype(np.int32)
    mantissa = ((code & 15).astype(np.int32) << 4) + 8
    magnitude = np.where(exponent == 0, mantissa, mantissa + 0x100 << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest_codes(expansion: Pcm) -> NDArray[np.uint8]:
    """For each of the 65536 linear values the code whose expansion lies nearest."""
    order = np.argsort(expansion, kind="stable")
    levels = expansion[order].astype(np.int32)
    middles = (levels[:-1] + levels[1:]) // 2
    linear = np.arange(-32768, 32768, dtype=np.int32)
    codes: NDArray[np.uint8] = order[np.searchsorted(middles, linear, side="left")].astype(np.uint8)
    return codes


_ULAW_LINEAR, _ALAW_LINEAR = _ulaw_expansion(), _alaw_expansion()
_ULAW_CODES, _ALAW_CODES = _nearest_codes(_ULAW_LINEAR), _nearest_codes(_ALAW_LINEAR)
_ULAW_CODES[32768] = 0xFF  # silence is positive zero


def ulaw_encode(pcm: Pcm) -> bytes:
    """Mu-law bytes, one per sample."""
    return _ULAW_CODES[pcm.astype(np.int32) + 32768].tobytes()


def ulaw_decode(data: bytes) -> Pcm:
    return _ULAW_LINEAR[np.frombuffer(data, np.uint8)]


def alaw_encode(pcm: Pcm) -> bytes:
    """A-law bytes, one per sample."""
    return _ALAW_CODES[pcm.astype(np.int32) + 32768].tobytes()


def alaw_decode(data: bytes) -> Pcm:
    return _ALAW_LINEAR[np.frombuffer(data, np.uint8)]


def pcm16_encode(pcm: Pcm) -> bytes:
    """Signed 16 bit little endian."""
    return pcm.astype("<i2").tobytes()


def pcm16_decode(data: bytes) -> Pcm:
    """Signed 16 bit little endian; half a sample at the end is dropped."""
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)


def resample(pcm: Pcm, from_hz: float, to_hz: float) -> Pcm:
    """The same sound at another rate (band limited)."""
    if from_hz == to_hz or not pcm.size:
        return pcm
    return np.asarray(soxr.resample(pcm, from_hz, to_hz), np.int16)


class Resampler:
    """A stream resampled piece by piece without seams; it holds back a few milliseconds."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream = None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16")

    def feed(self, pcm: Pcm) -> Pcm:
        if self._stream is None or not pcm.size:
            return pcm
        return np.asarray(self._stream.resample_chunk(pcm), np.int16)

    def flush(self) -> Pcm:
        """What is held back. The next piece begins a new stream."""
        if self._stream is None:
            return np.zeros(0, np.int16)
        rest = np.asarray(self._stream.resample_chunk(np.zeros(0, np.int16), last=True), np.int16)
        self._stream.clear()
        return rest


def rms(pcm: Pcm) -> float:
    """Root mean square, full scale = 1.0."""
    if not pcm.size:
        return 0.0
    return float(np.sqrt(np.mean(np.square(pcm.astype(np.float64) / 32768.0))))


def dbfs(pcm: Pcm) -> float:
    """Level in decibels below full scale; digital silence is -96."""
    level = rms(pcm)
    return max(SILENCE_DBFS, 20.0 * float(np.log10(level))) if level > 0 else SILENCE_DBFS


def wav_bytes(pcm: NDArray[np.int16], rate: int) -> bytes:
    """A RIFF file; ``pcm`` is (samples,) for mono or (samples, channels)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1 if pcm.ndim == 1 else pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.astype("<i2").tobytes())
    return out.getvalue()


def read_wav(data: bytes) -> tuple[NDArray[np.int16], int]:
    """Samples and rate of a 16 bit RIFF file; several channels come as (samples, channels).

    Raises wave.Error or EOFError when it is no such file.
    """
    with wave.open(io.BytesIO(data), "rb") as file:
        if file.getsampwidth() != 2:
            raise wave.Error("only 16 bit samples are read")
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
        return (pcm if file.getnchannels() == 1 else pcm.reshape(-1, file.getnchannels())), file.getframerate()
