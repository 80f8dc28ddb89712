"""The three audio formats of a session: G.711 mu-law and A-law at 8 kHz, 16-bit PCM at 24 kHz."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.audio import (
    SPEECH_HZ,
    TELEPHONE_HZ,
    Pcm,
    alaw_decode,
    alaw_encode,
    pcm16_decode,
    pcm16_encode,
    ulaw_decode,
    ulaw_encode,
)


@dataclass(frozen=True)
class Format:
    name: str
    rate: int
    bytes_per_ms: int
    decode: Callable[[bytes], Pcm]
    encode: Callable[[Pcm], bytes]


FORMATS = {
    "audio/pcmu": Format("audio/pcmu", TELEPHONE_HZ, 8, ulaw_decode, ulaw_encode),
    "audio/pcma": Format("audio/pcma", TELEPHONE_HZ, 8, alaw_decode, alaw_encode),
    "audio/pcm": Format("audio/pcm", SPEECH_HZ, 48, pcm16_decode, pcm16_encode),
}


def format_of(configured: Mapping[str, object]) -> Format:
    """The format a session's ``audio.input.format`` or ``audio.output.format`` names."""
    return FORMATS[str(configured["type"])]
