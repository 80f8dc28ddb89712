"""Phone numbers as people write and paste them: nothing that was written is lost in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.phone_numbers import (
    SearchedNumber,
    WrittenNumber,
    keys_after_answer,
    plain,
    read_number,
    searched_number,
    shown_extension,
)

NUMBER = "+15125552001"
WITH_EXTENSION = (
    "512-555-2001 x{}",
    "512-555-2001x{}",
    "512-555-2001 ext. {}",
    "512-555-2001 Ext: {}",
    "512-555-2001 EXT{}",
    "512-555-2001 extension {}",
    "512-555-2001 extn {}",
    "(512) 555-2001 (ext {})",
    "(512) 555-2001 (x{})",
    "+1 512 555 2001;ext={}",
    "tel:+1-512-555-2001;ext={}",
    "512-555-2001,,{}",
    "512-555-2001,,{}#",
    "512-555-2001,{}",
    "512-555-2001;{}",
    "512-555-2001 #{}",
    "512-555-2001/x{}",
    "512.555.2001p{}",
    "5125552001w{}",
    "512-555-2001 option {}",
    "512-555-2001 int. {}",
    "512-555-2001 Ｘ{}",
    "512‑555‑2001\u00a0ext.\u00a0{}",
    "Phone: 512-555-2001 ext {}",
)
WITHOUT = (
    "512-555-2001",
    "(512) 555-2001",
    "512.555.2001",
    "512/555/2001",
    "1-512-555-2001",
    "+1 512 555 2001",
    "001 512 555 2001",
    "011 1 512 555 2001",
    "512‑555‑2001",  # U+2011
    "512–555–2001",
    "512−555−2001",
    "512\u00a0555\u00a02001",
    "512\u2009555\u202f2001",
    "\u202a+1 512 555 2001\u202c",
    "\u200b512\u200b555\u00ad2001\ufeff",
    "５１２５５５２００１",
    "٥١٢٥٥٥٢٠٠١",
    "tel:+15125552001",
    "Cell: 512-555-2001",
    "'5125552001",
    "=5125552001",
    "512-555-2001\t\r\n",
)
REFUSED = (
    "",
    "Maria",
    "911",
    "512-555-2001 / 512-555-2002",
    "512-555-2001, 512-555-2002",
    "512-555-2001 or 512-555-2002",
    "512-555-2001 ext 45 or 46",
    "512-555-2001 x12x13",
    "512-555-2001 x1234567890123",
    "512-555-2001*45",
    "512 555 2001 - 45",
    "512-555-2001 apt 4",
    "5125552001.0",
    "5.125552001E9",
    "½²³",
)


@pytest.mark.parametrize("extension", ["7", "45", "012", "123456789012"])
@pytest.mark.parametrize("written", WITH_EXTENSION)
def test_a_number_keeps_its_extension_however_it_is_written(written: str, extension: str) -> None:
    assert read_number(written.format(extension)) == WrittenNumber(NUMBER, extension)
    assert searched_number(written.format(extension)) == SearchedNumber(NUMBER[1:], extension)


@pytest.mark.parametrize("written", WITHOUT)
def test_a_number_without_one_is_read_and_searched_in_any_pasted_form(written: str) -> None:
    assert read_number(written) == WrittenNumber(NUMBER)
    assert searched_number(written) == SearchedNumber(NUMBER[1:])


@pytest.mark.parametrize("written", REFUSED)
def test_what_holds_digits_of_something_else_is_refused_and_not_cut(written: str) -> None:
    assert read_number(written) is None


@pytest.mark.parametrize(
    ("written", "digits", "extension"),
    [
        ("0177", "0177", ""),
        ("555-2001", "5552001", ""),
        ("555‑2001 x45", "5552001", "45"),
        ("(512) 555", "512555", ""),
        ("78704", "78704", ""),
        ("512_555_20", "51255520", ""),
        ("512·555·20", "51255520", ""),
    ],
)
def test_a_part_of_a_number_is_searched_too(written: str, digits: str, extension: str) -> None:
    assert searched_number(written) == SearchedNumber(digits, extension)


@pytest.mark.parametrize(
    "written", ["Maria", "Maria 5125552001", "12 Main St 78704", "O'Brien 45", "177", "a@b5125.com", "1400 S Congress"]
)
def test_words_are_searched_as_words(written: str) -> None:
    assert searched_number(written) is None


def test_numbers_of_other_countries_keep_theirs() -> None:
    assert read_number("011 44 20 7946 0958 ext 5") == WrittenNumber("+442079460958", "5")
    assert read_number("+44 (0)20 7946 0958") == WrittenNumber("+442079460958")


def test_an_extension_is_shown_and_dialed() -> None:
    assert (shown_extension("45"), shown_extension("")) == (" ext. 45", "")
    assert (keys_after_answer("45"), keys_after_answer("")) == ("WW45", "")


@given(st.text(max_size=60))
def test_any_text_is_a_number_with_all_its_digits_or_none(text: str) -> None:
    found = read_number(text)
    searched_number(text)
    digits = "".join(letter for letter in plain(text) if letter.isdigit())
    if found and found.number.startswith("+1") and not any(letter.isalpha() for letter in text):
        assert digits.endswith(found.number[2:] + found.extension)


@given(st.from_regex(r"[2-9][0-9]{2}[- .]?555[- .]?01[0-9]{2}( ?(x|ext\.?|#|,,) ?[0-9]{1,6})?", fullmatch=True))
def test_no_digit_of_a_number_is_lost(text: str) -> None:
    found = read_number(text)
    digits = "".join(letter for letter in text if letter.isdigit())
    assert found is None or found.number[2:] + found.extension == digits
