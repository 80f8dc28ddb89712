"""What a caller who talks into a prompt is taken to have heard of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.conversational.barge_in import ALMOST_SECONDS, TO_THE_EAR_SECONDS, CutOff, Prompt, cut_in_after, cut_off

HOMES = Prompt((("Two homes fit.", 1.0), ("One is on Orchard Lane.", 2.0), ("Would you like to see one?", 2.0)))
PARTS = st.lists(st.tuples(st.text("ab .", min_size=1), st.floats(0.1, 10)), max_size=5).map(tuple)


def heard(after: float, prompt: Prompt = HOMES) -> str | None:
    """What was heard by somebody who cuts in so long after the first sound."""
    cut = cut_off(prompt, after + TO_THE_EAR_SECONDS)
    return cut.heard if cut else None


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (-2.0, ""),
        (0.0, ""),
        (0.5, "Two"),
        (1.0, "Two homes fit."),
        (2.5, "Two homes fit. One is on Orchard"),
        (3.8, "Two homes fit. One is on Orchard Lane. Would you"),
    ],
)
def test_the_words_that_were_over_before_the_caller_cut_in_are_heard(after: float, words: str) -> None:
    assert heard(after) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (0.6, "It is"),
        (4.0, "It is"),
        (4.2, "It is $450,000"),
        (4.5, "It is $450,000 on"),
    ],
)
def test_a_price_is_heard_once_all_its_words_are_over(after: float, words: str) -> None:
    """Of "It is four hundred fifty thousand dollars on Mill Road.", 10 letters a second, the price ends at 4.1."""
    assert heard(after, Prompt((("It is $450,000 on Mill Rd.", 5.5),))) == words


@pytest.mark.parametrize("after", [5.0 - ALMOST_SECONDS, 5.0, 60.0])
def test_who_speaks_at_the_end_or_later_has_heard_it_all(after: float) -> None:
    assert heard(after) is None


def test_what_was_played_before_the_gather_is_certain() -> None:
    cut = cut_off(Prompt(HOMES.parts, certain=2), TO_THE_EAR_SECONDS)
    assert cut == CutOff("Two homes fit. One is on Orchard Lane.", 3.0, 2)


def test_the_part_that_was_cut_is_the_first_one_to_say_again() -> None:
    cut = cut_off(HOMES, 2.0 + TO_THE_EAR_SECONDS)
    assert cut is not None
    assert cut.whole_parts == 1
    assert cut.seconds == pytest.approx(2.0)


def test_a_prompt_without_words_is_never_cut_off() -> None:
    assert cut_off(Prompt(()), 0.0) is None


def test_when_the_caller_cut_in_follows_from_when_their_words_came_and_how_many_they_are() -> None:
    result = 10.0
    assert cut_in_after(result, "Hang on, what was that?", pause=1.0) == pytest.approx(7.14, abs=0.01)
    said = "No, four hundred fifty thousand."
    assert cut_in_after(result, "No, 450,000.", pause=1.0) == cut_in_after(result, said, pause=1.0)
    assert cut_in_after(result, "Wait.", pause=1.0) > cut_in_after(result, "Wait, say that again?", pause=1.0)


@given(PARTS, st.floats(-5, 60), st.integers(0, 5))
def test_what_was_heard_is_the_beginning_of_what_was_said(
    parts: tuple[tuple[str, float], ...], after: float, certain: int
) -> None:
    cut = cut_off(Prompt(parts, min(certain, len(parts))), after)
    said = " ".join(text for text, _ in parts).split()
    if cut is not None:
        assert cut.heard.split() == said[: len(cut.heard.split())] or " " not in cut.heard
        assert 0 <= cut.seconds <= sum(seconds for _, seconds in parts) + 1e-9
        assert cut.whole_parts < len(parts)
