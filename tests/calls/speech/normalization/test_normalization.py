"""What a voice is given to say for what was written."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calls.speech.normalization import normalize
from leads.number_words import ONES
from tests.calls.speech.normalization import test_codes as codes
from tests.calls.speech.normalization import test_dates as dates
from tests.calls.speech.normalization import test_measures as measures
from tests.calls.speech.normalization import test_money as money
from tests.calls.speech.normalization import test_signs as signs
from tests.calls.speech.normalization import test_streets as streets

UNCHANGED = [
    "Is this Maria, and is now a good time?",
    "No. He is at St. Mary, I am sure.",
    "Sat down, or we may. May I?",
    "",
]
EXAMPLES = [*money.EXAMPLES, *streets.EXAMPLES, *measures.EXAMPLES, *dates.EXAMPLES, *codes.EXAMPLES, *signs.EXAMPLES]
ABBREVIATIONS = ["St", "Dr", "Sat", "May", "TX", "sixth"]
SIGNS = ["$", "#", "1/2", ", ", ".", " at ", "-", "/", "½"]
PIECES = st.one_of(
    st.sampled_from([*EXAMPLES, *UNCHANGED, *ABBREVIATIONS, *SIGNS]),
    st.text("0123456789", min_size=1, max_size=18),
    st.text("aMpPSt kK$#.,:/-+% '&@~xX½é\n", max_size=6),
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join) | st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=40)
PHONES = ("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}", "{}{}{}", "+1{}{}{}", "+1 {} {} {}", "1-{}-{}-{}")


@pytest.mark.parametrize("text", UNCHANGED)
def test_words_stay_as_they_are(text: str) -> None:
    assert normalize(text) == text


@given(TEXTS)
@example("0/4 1/40")
def test_what_is_said_is_said_the_same_again_and_holds_no_digit(text: str) -> None:
    said = normalize(text)
    assert normalize(said) == said
    assert not re.search("[0-9]", said)


@given(st.sampled_from(PHONES), st.from_regex(r"[2-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "Call ", "at "]))
def test_no_digit_of_a_phone_number_is_lost(form: str, digits: str, before: str) -> None:
    said = normalize(f"{before}{form.format(digits[:3], digits[3:6], digits[6:])}.")
    numbers = [word for word in re.findall("[a-z]+", said) if word in ONES]
    assert "".join(str(ONES.index(word)) for word in numbers).removeprefix("1")[-10:] == digits


@given(st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_no_digit_of_a_zip_code_is_lost(digits: str) -> None:
    assert [ONES.index(word) for word in normalize(f"in {digits}").split()[1:]] == [int(digit) for digit in digits]
