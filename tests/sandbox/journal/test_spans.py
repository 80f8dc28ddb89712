"""When a line carried sound."""

import numpy as np
import pytest

from sandbox.audio import Pcm, ulaw_encode
from sandbox.journal.spans import Span, SpanFinder, frames_of

SILENCE: Pcm = np.zeros(160, np.int16)
TONE: Pcm = (np.sin(np.arange(160) / 4) * 8000).astype(np.int16)


def spans_of(*frames: tuple[Pcm, int], keep: bool = False) -> list[Span]:
    found: list[Span] = []
    finder = SpanFinder(found.append, keep=keep)
    for frame, times in frames:
        for _ in range(times):
            finder(frame)
    finder.finish()
    return found


def test_a_silent_line_has_no_spans() -> None:
    assert spans_of((SILENCE, 500)) == []


def test_a_span_lies_where_the_sound_was_and_says_how_loud_it_was() -> None:
    (span,) = spans_of((SILENCE, 50), (TONE, 50), (SILENCE, 50))

    assert (span.start_ms, span.end_ms) == (1000, 2000)
    assert span.level_dbfs == pytest.approx(-15.6, abs=1.0)


def test_a_short_pause_does_not_end_a_span_and_a_long_one_does() -> None:
    assert len(spans_of((TONE, 20), (SILENCE, 10), (TONE, 20))) == 1
    assert len(spans_of((TONE, 20), (SILENCE, 20), (TONE, 20))) == 2


def test_somebody_who_never_pauses_is_seen_while_they_speak() -> None:
    spans = spans_of((TONE, 1200))

    assert [(span.start_ms, span.end_ms) for span in spans] == [(0, 10_000), (10_000, 20_000), (20_000, 24_000)]


def test_a_line_put_together_from_its_spans_sounds_as_it_did() -> None:
    kept = spans_of((SILENCE, 10), (TONE, 10), (SILENCE, 30), (TONE, 5), keep=True)

    frames = frames_of([(span.start_ms, span.ulaw) for span in kept], 1200)

    quiet, tone = ulaw_encode(SILENCE), ulaw_encode(TONE)
    assert frames == [quiet] * 10 + [tone] * 10 + [quiet] * 30 + [tone] * 5 + [quiet] * 5
