"""Where somebody speaks on a channel."""

import numpy as np

from calls.recordings.voice_activity import Segment, join_segments, segments_from, speech_segments, total_ms, union


def spans(*pairs: tuple[int, int]) -> list[Segment]:
    return [Segment(start, end) for start, end in pairs]


def test_a_pause_within_a_phrase_does_not_part_it_and_a_click_is_no_speech() -> None:
    row = [0.9] * 10 + [0.1] * 4 + [0.9] * 10 + [0.1] * 10 + [0.9] + [0.0] * 10
    assert segments_from(row, window_ms=32) == spans((0, 768))


def test_utterances_join_over_short_pauses_until_they_are_too_long() -> None:
    row = spans((0, 1000), (1500, 2500), (4000, 5000), (5100, 9000))
    assert join_segments(row, gap_ms=600, longest_ms=4000) == spans((0, 2500), (4000, 5000), (5100, 9000))


def test_overlapping_segments_are_counted_once() -> None:
    assert total_ms(union(spans((0, 1000), (500, 1500), (2000, 2100)))) == 1600


def test_silence_holds_no_speech() -> None:
    assert speech_segments(np.zeros(16_000, np.int16), 8000) == []
