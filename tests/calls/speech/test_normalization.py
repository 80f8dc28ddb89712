"""What a voice is given to say for what was written."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calls.speech.normalization import normalize
from calls.speech.normalization.numerals import count, house_number, year
from leads.number_words import ONES, cardinal, ordinal

EXAMPLES = {
    # prices
    "It's $450,000.": "It's four hundred fifty thousand dollars.",
    "between $450K and $1.25M": "between four hundred fifty thousand dollars and one point two five million dollars",
    "about $1.2 million": "about one point two million dollars",
    "$450-475K": "four hundred fifty thousand dollars to four hundred seventy-five thousand dollars",
    "up to 450K": "up to four hundred fifty thousand",
    "$450,000, 3 bedrooms": "four hundred fifty thousand dollars, three bedrooms",
    "HOA dues of $85/mo": "H O A dues of eighty-five dollars per month",
    "$250/sq ft": "two hundred fifty dollars per square foot",
    "$1 or $3.50": "one dollar or three dollars and fifty cents",
    "in the low $400s, or the 500s": "in the low four hundreds, or the five hundreds",
    "30-yr fixed at 6.75%": "thirty-year fixed at six point seven five percent",
    "3.5% down": "three point five percent down",
    # addresses
    "1204 W 6th St": "twelve oh four West sixth Street",
    "1204 W. 6th St., Austin, TX 78704": "twelve oh four West sixth Street, Austin, Texas seven eight seven zero four",
    "It is 1204 W 6th St.": "It is twelve oh four West sixth Street.",
    "405 N Lamar Blvd, Apt 4B": "four oh five North Lamar Boulevard, apartment four B",
    "14 Orchard Lane in Willow Creek": "fourteen Orchard Lane in Willow Creek",
    "120 St. Johns Ave": "one twenty Saint Johns Avenue",
    "11204 Heron Dr #204": "one twelve oh four Heron Drive number two oh four",
    "100 Congress Ave, Suite 300": "one hundred Congress Avenue, Suite three hundred",
    "1200 Main St NW": "twelve hundred Main Street Northwest",
    "1204 W 6th": "twelve oh four West sixth",
    "1204 Lamar or 1500 N Lamar": "twelve oh four Lamar or fifteen hundred North Lamar",
    "the house on Heron Dr.": "the house on Heron Drive.",
    "near I-35 and Hwy 290": "near I thirty-five and Highway two hundred ninety",
    "Ask Dr. Smith in Ft. Worth": "Ask Dr. Smith in Fort Worth",
    "in 78704": "in seven eight seven zero four",
    "78704-1234": "seven eight seven zero four, one two three four",
    # homes
    "3 bd / 2.5 ba": "three bedrooms, two and a half baths",
    "4BR/3.5BA, 2,450 sqft": "four bedrooms, three and a half baths, two thousand four hundred fifty square feet",
    "1 bd, 1 ba": "one bedroom, one bath",
    "a 3/2 in Zilker": "a three two in Zilker",
    "1850 sq. ft. of space": "one thousand eight hundred fifty square feet of space",
    "12500 sq ft": "twelve thousand five hundred square feet",
    "a 1/2 acre lot, 2½ baths": "a one half acre lot, two and a half baths",
    "3+ bedrooms, 2-car garage": "three or more bedrooms, two-car garage",
    "a 12x14 room": "a twelve by fourteen room",
    "MLS #1234567": "M L S number one two three four five six seven",
    "built in 1987, remodeled 2019": "built in nineteen eighty-seven, remodeled twenty nineteen",
    "from the 1980s": "from the nineteen eighties",
    "w/ pool & spa, ~5 min away": "with pool and spa, about five minutes away",
    # days and hours
    "10/14 at 2:30 PM": "October fourteenth at two thirty P.M.",
    "Sat 10/14, 2-4 pm": "Saturday October fourteenth, two to four P.M.",
    "on 1/2 at 10:05 a.m.": "on January second at ten oh five A.M.",
    "10/14/2026": "October fourteenth, twenty twenty-six",
    "2026-10-14": "October fourteenth, twenty twenty-six",
    "Oct. 14th, 2026": "October fourteenth, twenty twenty-six",
    "Tuesday, November twenty-fourth at 2 PM": "Tuesday, November twenty-fourth at two P.M.",
    "at 14:30 or 9:00": "at fourteen thirty or nine o'clock",
    "open 24/7": "open twenty-four seven",
    # numbers to call, keys to press
    "(512) 555-0123": "five one two, five five five, zero one two three",
    "Call +1 512-555-0123.": "Call one, five one two, five five five, zero one two three.",
    "555-0123": "five five five, zero one two three",
    "Say stop or press 9 to opt out.": "Say stop or press nine to opt out.",
    # as it was
    "Is this Maria, and is now a good time?": "Is this Maria, and is now a good time?",
    "No. He is at St. Mary, I am sure.": "No. He is at St. Mary, I am sure.",
    "Sat down, or we may. May I?": "Sat down, or we may. May I?",
    "": "",
}
PIECES = st.one_of(
    st.sampled_from(
        [*EXAMPLES, "St", "Dr", "Sat", "May", "TX", "$", "#", "1/2", ", ", ".", " at ", "-", "/", "½", "sixth"]
    ),
    st.text("0123456789", min_size=1, max_size=18),
    st.text("aMpPSt kK$#.,:/-+% '&@~xX½é\n", max_size=6),
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join) | st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=40)
PHONES = ("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}", "{}{}{}", "+1{}{}{}", "+1 {} {} {}", "1-{}-{}-{}")


@pytest.mark.parametrize(("written", "said"), EXAMPLES.items())
def test_it_is_said_as_a_person_would(written: str, said: str) -> None:
    assert normalize(written) == said


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


@given(st.integers(0, 10**15 - 1))
def test_every_count_has_words_of_its_own(number: int) -> None:
    assert _value(cardinal(number)) == number
    assert count(f"{number:,}") == cardinal(number)


def _value(words: str) -> int:
    """The number back from its words."""
    scales = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    small = {cardinal(number): number for number in range(100)}
    total = part = 0
    for word in words.split():
        if word == "hundred":
            part *= 100
        elif word in scales:
            total, part = total + part * scales[word], 0
        else:
            part += small[word]
    return total + part


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("7", "seven"),
        ("405", "four oh five"),
        ("400", "four hundred"),
        ("412", "four twelve"),
        ("1000", "one thousand"),
        ("1200", "twelve hundred"),
        ("1204", "twelve oh four"),
        ("11204", "one twelve oh four"),
        ("110000", "one hundred ten thousand"),
        ("100200", "ten oh two oh oh"),
        ("0405", "zero four zero five"),
    ],
)
def test_house_numbers_are_said_in_pairs(digits: str, said: str) -> None:
    assert house_number(digits) == said


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("1900", "nineteen hundred"),
        ("1905", "nineteen oh five"),
        ("2000", "two thousand"),
        ("2026", "twenty twenty-six"),
    ],
)
def test_years_are_said_in_pairs(digits: str, said: str) -> None:
    assert year(digits) == said


def test_ranks() -> None:
    said = "first second third fifth eighth ninth twelfth twentieth twenty-first hundredth"
    assert " ".join(ordinal(number).split()[-1] for number in (1, 2, 3, 5, 8, 9, 12, 20, 21, 100)) == said
