"""What was said, as it was heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.transcript.transcript import Transcript, heard_part
from realtime.bridge.vocabulary.actions import Kind, Speaker


@pytest.mark.parametrize(
    ("share", "part"),
    [
        (0.0, ""),
        (0.3, "one"),
        (0.5, "one two"),
        (0.99, "one two three"),
        (1.0, "one two three"),
        (7.0, "one two three"),
    ],
)
def test_a_text_is_cut_at_a_words_end(share: float, part: str) -> None:
    assert heard_part("one two three", share) == part


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=12), st.floats(0, 1))
def test_the_cut_is_within_a_word_of_the_share(words: list[str], share: float) -> None:
    text = " ".join(words)
    part = heard_part(text, share)
    assert text.startswith(part)
    assert abs(len(part) - share * len(text)) <= max(map(len, words)) + 1


def interrupted(transcript: Transcript, item: str, *, ms: int) -> str:
    (line,) = transcript.agent_heard(item, ms=ms, start_ms=0, end_ms=ms, whole=False, confirmed=False)
    return line.text


def test_words_that_come_after_the_cut_are_cut_as_well() -> None:
    transcript = Transcript()
    transcript.add_generated("a", 1000)
    transcript.add_words("a", "one two", complete=False)
    assert interrupted(transcript, "a", ms=500) == "one"
    (line,) = transcript.add_words("a", "one two three four", complete=True)
    assert (line.text, line.generated, line.interrupted) == ("one two", "one two three four", True)


def test_a_line_heard_to_its_end_takes_the_words_that_come_late() -> None:
    transcript = Transcript()
    transcript.add_generated("a", 1000)
    transcript.agent_heard("a", ms=1000, start_ms=0, end_ms=1000, whole=True, confirmed=True)
    (line,) = transcript.add_words("a", "Good morning.", complete=True)
    assert (line.text, line.settled) == ("Good morning.", True)


def test_a_callers_line_has_its_place_before_its_words() -> None:
    transcript = Transcript()
    (reserved,) = transcript.place("u1", None, Speaker.CALLER)
    transcript.add_generated("a1", 100)
    line = transcript.caller_transcribed("u1", "Hello?")
    assert reserved.text == ""
    assert not reserved.settled
    assert line.position == reserved.position < transcript.add_words("a1", "Hi.", complete=True)[0].position


def test_keys_are_a_line_of_the_caller() -> None:
    line = Transcript().add_keys("k1", "123#", at_ms=50)
    assert (line.speaker, line.kind, line.text, line.settled) == (Speaker.CALLER, Kind.KEYS, "123#", True)


def test_an_unknown_items_words_are_a_line_all_the_same() -> None:
    transcript = Transcript()
    assert transcript.caller_transcribed("u9", "Yes.").text == "Yes."
    assert transcript.open_lines() == []
    assert transcript.is_settled("nobody")
    assert transcript.get("nobody") is None
