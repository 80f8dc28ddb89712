import pytest

from tests.speech.sentences import SENTENCES
from tests.speech.wording import word_errors, worded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I'd pay $450,000.", "I'd pay four hundred fifty thousand dollars"),
        ("3 bedrooms, 2 baths!", "three bedrooms two baths"),
        ("At 10 a.m., OK?", "at ten am okay"),
        ("pre-approved", "Pre approved"),
        ("built in 1987", "built in nineteen eighty seven"),
        ("the 10th", "the tenth"),
        ("the 22nd", "the twenty second"),
        ("1,500 dollars", "one thousand five hundred dollars"),
        ("four hundred and fifty thousand", "450,000"),
        ("2.5 baths and 20%", "two point five baths and twenty percent"),
    ],
)
def test_the_same_words_written_otherwise_are_no_error(one: str, other: str) -> None:
    assert worded(one) == worded(other)
    assert word_errors([one], [other]) == 0


def test_a_word_lost_a_word_changed_and_a_word_too_many_are_an_error_each() -> None:
    said = ["we want to sell our house"]

    assert word_errors(said, ["we want to our house"]) == pytest.approx(1 / 6)
    assert word_errors(said, ["we want to sell our horse"]) == pytest.approx(1 / 6)
    assert word_errors(said, ["we do want to sell our house"]) == pytest.approx(1 / 6)
    assert word_errors(said, [""]) == 1


def test_there_are_enough_sentences_and_none_twice() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 30
