"""What is sent to the caller, and what of it the transcript claims was heard."""

from collections.abc import Iterable

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Phrase
from tests.realtime.bridge.driver import sound

PHRASE = Phrase.of("One moment please.", bytes(8 * 400))


def started() -> AgentAudio:
    """On a stream that began at second 100."""
    audio = AgentAudio("stream-2-")
    audio.start_clock(100.0)
    return audio


def lines_of(records: Iterable[a.Record]) -> list[a.TranscriptLine]:
    return [record.entry for record in records if isinstance(record.entry, a.TranscriptLine)]


def test_a_phrase_is_an_item_of_its_own_heard_once_its_last_mark_comes_back() -> None:
    audio = started()
    plays = list(audio.play_phrase(PHRASE, 101.0))
    assert [play.audio for play in plays] == list(PHRASE.audio)
    assert lines_of(audio.mark_echoed(plays[0].mark, 101.2)) == []
    (line,) = lines_of(audio.mark_echoed(plays[1].mark, 101.4))
    assert (line.item_id, line.text, line.kind, line.confirmed) == (
        "stream-2-word-1",
        PHRASE.text,
        a.Kind.RECORDED,
        True,
    )
    assert (line.started_ms, line.ended_ms) == (1000, 1400)


def test_an_item_is_unsent_until_its_first_piece_and_complete_after_its_last() -> None:
    audio = started()
    assert audio.is_unsent("i1")
    audio.play("i1", sound(200), 100.0)
    assert not audio.is_unsent("i1")
    assert not audio.is_complete("i1")
    assert list(audio.finish("i1")) == []
    assert audio.is_complete("i1")


def test_stopping_settles_each_item_at_what_was_heard_of_it() -> None:
    audio = started()
    list(audio.begin_item("i1", 100.0, None))
    audio.play("i1", sound(1000), 100.0)
    audio.transcript.add_words("i1", "one two three four", complete=True)
    (heard,), records = audio.stop(100.5)
    assert (heard.ms, heard.sent_ms, heard.whole) == (500, 1000, False)
    (line,) = lines_of(records)
    assert (line.text, line.interrupted, line.settled) == ("one two", True, True)
    assert audio.playback.drained


def test_audio_that_comes_too_late_is_generated_but_not_heard() -> None:
    audio = started()
    list(audio.begin_item("i1", 100.0, None))
    audio.play("i1", sound(200), 100.0)
    audio.stop(100.2)
    audio.drop("i1", sound(200), 100.3)
    (line,) = audio.transcript.add_words("i1", "one two", complete=True)
    assert line.text == "one"


def test_the_first_mark_proves_how_long_the_caller_waited() -> None:
    audio = started()
    timing = a.Timing(endpoint_ms=500, response_ms=600, first_audio_ms=700)
    list(audio.begin_item("i1", 101.0, (timing, 100.3)))
    play = audio.play("i1", sound(200), 101.0)
    list(audio.finish("i1"))
    (line,) = lines_of(audio.mark_echoed(play.mark, 101.3))
    assert line.timing == a.Timing(endpoint_ms=500, response_ms=600, first_audio_ms=700, audible_ms=800)


def test_the_carriers_clock_counts_from_the_moment_it_is_known() -> None:
    audio = started()
    audio.set_clock(5000, 104.0)
    assert (audio.ms(104.5), audio.moment(6000)) == (5500, 105.0)
    assert audio.ms(90.0) == 0


def test_closing_settles_every_open_line() -> None:
    audio = started()
    list(audio.begin_item("i1", 100.0, None))
    play = audio.play("i1", sound(200), 100.0)
    list(audio.mark_echoed(play.mark, 100.2))
    audio.transcript.add_words("i1", "Hello.", complete=True)
    audio.transcript.place("u1", "i1", a.Speaker.CALLER)
    settled = {line.item_id: (line.text, line.settled) for line in lines_of(audio.close(101.0))}
    assert settled == {"i1": ("Hello.", True), "u1": ("", True)}
