"""Cutting a stream of text into sentences."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.speech.sentences import LONGEST, SentenceSplitter, split_sentences


def cut(*pieces: str) -> tuple[list[str], str]:
    cutter = SentenceSplitter()
    found = [sentence for piece in pieces for sentence in cutter.feed(piece)]
    return found, cutter.flush()


def test_a_sentence_is_given_out_once_the_next_one_begins() -> None:
    cutter = SentenceSplitter()
    assert cutter.feed("I found two homes for you.") == []
    assert cutter.feed(" The first") == ["I found two homes for you."]
    assert cutter.flush() == "The first"


def test_a_short_word_of_agreement_waits_for_its_sentence() -> None:
    assert cut("Sure. Let me look at the calendar. One second.") == (
        ["Sure. Let me look at the calendar."],
        "One second.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "It is at 12 Orchard St. near the park, with 2.5 baths.",
        "Mr. Lopez from the office asked me about it.",
        "We could meet at 4 p.m. on Tuesday if you like.",
        "The price is $425,000.50 as of today.",
    ],
)
def test_an_abbreviation_or_a_decimal_ends_no_sentence(text: str) -> None:
    assert cut(text + " Next one.") == ([text], "Next one.")


def test_a_question_inside_quotes_ends_after_them() -> None:
    assert cut('Did you say "three bedrooms?" I want to be sure.') == (
        ['Did you say "three bedrooms?"'],
        "I want to be sure.",
    )


def test_a_sentence_is_what_can_be_said_and_read() -> None:
    assert split_sentences("**Two** homes:\n- 12 Orchard Lane\n- 14 `Elm`") == [
        "Two homes: 12 Orchard Lane.",
        "14 Elm.",
    ]
    assert cut("Write to **jane_doe@example.com**. 🎉 Or see [the plan](https://x.com/a.b?c=1). <b>Ok</b>") == (
        ["Write to jane_doe@example.com.", "Or see the plan."],
        "Ok",
    )


@pytest.mark.parametrize("text", ["🎉🎉", "...", "| --- | --- |", "**", "\u200b"])
def test_what_has_no_words_is_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


def test_a_long_first_sentence_is_begun_early_at_a_comma_and_a_later_one_is_not() -> None:
    long = "Two homes fit, 6 Pioneer Road with three bedrooms, and 44 Windmill Lane with four of them near the park."
    words = (f"{word} " for word in f"{long} {long} And so on.".split())
    assert cut(*words) == (
        ["Two homes fit, 6 Pioneer Road with three bedrooms,", long[51:], long],
        "And so on.",
    )


def test_a_sentence_without_end_is_cut_at_a_comma() -> None:
    found, rest = cut("one two three, " * 40)
    assert found
    assert all(sentence.endswith(",") and len(sentence) <= LONGEST for sentence in found)
    assert len(rest) <= LONGEST


@given(st.text(alphabet="ab .!?,\n", max_size=900), st.integers(1, 40))
def test_nothing_is_lost_or_said_twice_however_the_text_arrives(text: str, size: int) -> None:
    found, rest = cut(*(text[at : at + size] for at in range(0, len(text), size)))
    assert re.findall("[ab]", " ".join([*found, rest])) == re.findall("[ab]", text)


@given(st.text(alphabet="ab .!?,\n", max_size=300), st.integers(1, 40))
def test_a_text_is_cut_at_the_same_places_however_it_arrives(text: str, size: int) -> None:
    assert cut(*(text[at : at + size] for at in range(0, len(text), size))) == cut(text)


def test_a_text_that_is_there_as_a_whole_is_not_cut_in_haste() -> None:
    greeting = "Hi, I'm Riley, an AI assistant calling for Grey, Oak and Partners Realty of Austin."
    assert split_sentences(f"{greeting} Is now a good time?") == [greeting, "Is now a good time?"]


@pytest.mark.parametrize(
    "text",
    ["…" * 20_000, "." * 20_000, "… " * 10_000, "a. " * 7_000, "\n" * 20_000, ") " * 10_000, "x" * 20_000, "1" * 9000],
)
def test_a_text_of_any_kind_is_split_in_linear_time(text: str) -> None:
    began = process_time()
    split_sentences(text)
    assert process_time() - began < 1.0
