"""The result of a recognition: text, confidence and times."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """One stretch of speech; ``start`` and ``end`` in seconds of the audio given."""

    start: float
    end: float
    text: str
    confidence: float


@dataclass(frozen=True)
class Recognition:
    """``confidence`` (0..1) is a token's mean probability, ``seconds`` the audio's length."""

    text: str
    confidence: float
    seconds: float
    segments: tuple[Segment, ...] = ()
