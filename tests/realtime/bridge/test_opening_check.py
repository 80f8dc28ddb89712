"""Which words of a model are the opening."""

import pytest

from realtime.bridge.opening_check import has_opening

DISCLOSURE = "an AI assistant calling for Harbor Realty LLC. Say stop or press 9 to opt out. This call is recorded."
OPENING = (
    f"Hi, I'm Riley, {DISCLOSURE} You asked about 412 Oak Street yesterday. Is this Maria, and is now a good time?"
)


def counts(said: str) -> bool:
    """The words count as that opening."""
    return has_opening(said, opening=OPENING, disclosure=DISCLOSURE)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("", ""),
        ("press 9", "press nine"),
        ("an AI", "an A.I."),
        ("LLC.", "L.L.C.,"),
        ("opt out", "opt-out"),
        ("I'm", "I’m"),
        ("412 Oak Street", "four twelve Oak Street"),
        ("Hi, I'm", "Hi there, I am"),
        (". ", " "),
    ],
)
def test_the_opening_counts_however_it_is_pronounced_and_written_down(written: str, instead: str) -> None:
    assert counts(OPENING.replace(written, instead))


def test_more_words_around_it_do_no_harm() -> None:
    assert counts(f"Hello! {OPENING} I can call back.")


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("an AI assistant", "an assistant"),
        ("calling for Harbor Realty LLC", "calling"),
        ("Harbor Realty LLC", "Harbor Homes LLC"),
        ("Say stop or press 9 to opt out. ", ""),
        ("press 9", "press 8"),
        ("This call is recorded.", ""),
        ("is recorded", "is not recorded"),
        (" You asked about 412 Oak Street yesterday.", ""),
    ],
)
def test_an_opening_with_a_part_missing_or_changed_is_none(part: str, instead: str) -> None:
    assert part in OPENING
    assert not counts(OPENING.replace(part, instead))


def test_an_opening_broken_off_is_none() -> None:
    assert not counts(OPENING.partition("This call")[0])
    assert not counts("Hi, this is the AI assistant of Harbor Realty. Are you looking to buy or to sell a home?")
    assert not counts("")


def test_a_line_that_discloses_nothing_may_lack_one_word_in_ten() -> None:
    line = "one two three four five six seven eight nine ten"
    assert has_opening("one two three four five six seven eight nine", opening=line, disclosure="")
    assert not has_opening("one two three four five six seven eight", opening=line, disclosure="")
