"""Which audio has the caller heard?"""

import pytest

from realtime.bridge.audio.playback import Playback, PlayedItem

SECOND = 8000


def test_marks_have_names_of_their_own() -> None:
    playback = Playback()
    assert len({playback.add("a", 160, 0.0) for _ in range(50)}) == 50


def test_a_mark_proves_a_finished_item_heard() -> None:
    playback = Playback()
    mark = playback.add("a", SECOND, 10.0)
    playback.finish("a")
    (heard,) = playback.mark_echoed(mark, 11.1)
    assert heard == PlayedItem("a", ms=1000, sent_ms=1000, confirmed=True, started_at=10.1, ended_at=11.1)
    assert playback.drained


def test_an_item_that_may_go_on_is_not_wholly_heard() -> None:
    playback = Playback()
    assert playback.mark_echoed(playback.add("a", SECOND, 0.0), 1.0) == []
    playback.finish("a")
    assert playback.fully_played("a")


def test_a_later_mark_proves_what_came_before_it() -> None:
    playback = Playback()
    playback.add("a", SECOND, 0.0)
    playback.finish("a")
    last = playback.add("b", SECOND, 0.0)
    playback.finish("b")
    assert [heard.item_id for heard in playback.mark_echoed(last, 2.0)] == ["a", "b"]


def test_an_unknown_or_repeated_mark_proves_nothing() -> None:
    playback = Playback()
    mark = playback.add("a", SECOND, 0.0)
    playback.finish("a")
    assert playback.mark_echoed("other", 1.0) == []
    playback.mark_echoed(mark, 1.0)
    assert playback.mark_echoed(mark, 1.1) == []


def test_the_clock_tells_the_position_between_marks() -> None:
    playback = Playback()
    first = playback.add("a", SECOND, 0.0)
    playback.add("a", SECOND, 0.0)
    playback.mark_echoed(first, 1.2)
    (heard,) = playback.stop(1.5)
    assert (heard.ms, heard.sent_ms, heard.whole) == (1300, 2000, False)


def test_the_clock_never_tells_more_than_was_sent() -> None:
    playback = Playback()
    playback.add("a", SECOND, 0.0)
    (heard,) = playback.stop(99.0)
    assert (heard.ms, heard.whole) == (1000, True)


def test_items_in_the_queue_are_told_apart() -> None:
    playback = Playback()
    playback.add("a", SECOND, 0.0)
    playback.add("b", SECOND, 0.0)
    assert [(heard.item_id, heard.ms) for heard in playback.stop(1.25)] == [("a", 1000), ("b", 250)]


def test_a_gap_in_the_audio_is_not_counted_as_heard() -> None:
    playback = Playback()
    playback.add("a", SECOND, 0.0)
    playback.add("a", SECOND, 5.0)
    (heard,) = playback.stop(5.5)
    assert heard.ms == 1500


def test_an_echo_after_a_stop_means_dropped() -> None:
    playback = Playback()
    mark = playback.add("a", SECOND, 0.0)
    playback.finish("a")
    playback.stop(0.1)
    assert playback.mark_echoed(mark, 0.2) == []
    assert playback.fully_played("a") is None


def test_playing_ends_when_the_clock_says_so_and_draining_when_the_marks_do() -> None:
    playback = Playback()
    mark = playback.add("a", SECOND, 0.0)
    assert playback.is_playing(0.9)
    assert not playback.is_playing(1.1)
    assert not playback.drained
    playback.mark_echoed(mark, 1.2)
    assert playback.drained


def test_audio_sent_after_a_pause_begins_when_it_is_sent() -> None:
    playback = Playback()
    playback.mark_echoed(playback.add("a", SECOND, 0.0), 1.0)
    playback.add("b", SECOND, 10.0)
    assert playback.ends_at == pytest.approx(11.0)
    assert playback.stop(10.5)[0].started_at == 10.0
