"""Extract prices, rooms, sizes, phone numbers and e-mail addresses from recognized speech. Pure.

A value is certain if the words can mean nothing else, given what was asked; how sure the recognizer was of the words is
another question. Ranges are those of homes on this market (`calls.agent.tools.arguments`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from calls.understanding.spoken_numbers import SENTENCE_END, SpokenNumber, numbers_in, tokens_of, value_of
from leads.listings.street_names import is_street_suffix

LEAST_PRICE, MOST_PRICE = 10_000, 50_000_000
LIKELY_PRICES = range(50_000, 20_000_001)  # outside them a word was more likely lost than such a home meant
MOST_ROOMS = 10
DIGITS_IN_A_PHONE = (10, 11)
SOUND_ALIKES = {"to": 2, "too": 2, "for": 4, "fore": 4, "free": 3, "tree": 3, "won": 1, "ate": 8}
ASKS_PRICE = re.compile(
    r"\b(budget|price|spend|afford|comfortable with|how much|hoping to get|worth|amount|approved|pre-?approval|loan)\b"
)
NAMES_PRICE = re.compile(
    r"\$|\b(budget|price|spend|afford|dollars?|bucks|approved|up to|under|below|at most|no more than|max(imum)?)\b"
)
ASKS_ROOMS = re.compile(r"\b(bed ?rooms?|beds|bath ?rooms?|baths)\b")
ASKS_SIZE = re.compile(r"\b(square|how (big|large)|size)\b")
SIZE = re.compile(r"^(sq|square|feet|foot|ft)")
NO_PRICE = re.compile(
    r"^(bed|bath|room|half|month|week|year|day|hour|minute|car|am|pm|o'?clock|sq|square|feet|foot|ft|acre|st|nd|rd|th"
    r"|percent)"
)
RANGE_WORDS = ("to", "or", "and", "through")
REPEATED = {"double": 2, "triple": 3}
WRITTEN_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
SAID_MAIL = re.compile(r"\b(?P<name>[\w' -]{1,80}?) at (?P<host>[\w -]{1,40}? dot \w+(?: dot \w+)?)\b")
MAIL_MARKS = {"dot": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
BEFORE_A_MAIL = (
    "is", "it's", "its", "my", "email", "e", "mail", "address", "to", "me", "the", "a", "and", "so", "um", "uh",
    "yes", "yeah", "sure", "okay", "you", "can", "that's", "send", "reach", "use",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpokenValue[T]:
    """A value the caller may have said; `certain` if the words can mean nothing else."""

    value: T
    certain: bool = True


def prices_in(text: str, *, question: str = "") -> tuple[SpokenValue[int], ...]:
    """Extract prices in whole dollars. "Four fifty" is 450,000, certain if about money; "450 dollars" is doubtful."""
    about_money = bool(ASKS_PRICE.search(question.lower()) or NAMES_PRICE.search(text.lower()))
    tokens, numbers = tokens_of(text), numbers_in(text)
    found = (_price(tokens, numbers, place, about_money=about_money) for place in range(len(numbers)))
    return tuple(_likely(each) for each in found if each and LEAST_PRICE <= each.value <= MOST_PRICE)


def rooms_in(text: str, noun: str, *, question: str = "") -> tuple[SpokenValue[float], ...]:
    """Extract counts of "bed" or "bath": before the noun, and bare numbers in the answer to a question about rooms."""
    tokens, numbers = tokens_of(text), numbers_in(text)
    found = [number.value for number in numbers if _noun_follows(tokens, number, noun)]
    if ASKS_ROOMS.search(question.lower()):
        found += [number.value for number in numbers if not _counts_something(tokens, number)]
    alike = [float(value) for value in _sound_alikes(tokens, noun, question)]
    studio = [0.0] if noun == "bed" and "studio" in tokens else []
    return tuple(SpokenValue(value, certain=value <= MOST_ROOMS) for value in [*found, *alike, *studio])


def sizes_in(text: str, *, question: str = "") -> tuple[SpokenValue[int], ...]:
    """Extract sizes in square feet."""
    tokens, asked = tokens_of(text), bool(ASKS_SIZE.search(question.lower()))
    sizes = (each for each in numbers_in(text) if asked or SIZE.match(_token(tokens, each.last + 1)))
    return tuple(SpokenValue(round(each.value), certain=each.value >= 200) for each in sizes)


def whole_numbers_in(text: str) -> tuple[SpokenValue[int], ...]:
    """Extract every whole number, whatever it counts: a year, a house number."""
    return tuple(SpokenValue(int(number.value)) for number in numbers_in(text) if number.value == int(number.value))


def digits_in(text: str) -> tuple[str, ...]:
    """Extract runs of digits, said one by one or in groups: "five one two, five five five" is "512555"."""
    runs: list[str] = []
    run, times = "", 1
    for token in tokens_of(text.replace("(", " ").replace(")", " ").replace(".", " ")):
        digits = _digits(token)
        if token in REPEATED:
            times = REPEATED[token]
        elif digits:
            run, times = run + digits * times, 1
        elif token not in ("area", "code", "and") or not run:
            runs, run, times = [*runs, run], "", 1
    return tuple(each for each in [*runs, run] if each)


def phones_in(text: str, *, region: str = "US") -> tuple[SpokenValue[str], ...]:
    """Extract phone numbers as E.164; certain if they are complete and valid."""
    found = []
    for run in digits_in(text):
        number = f"+{run}" if len(run) == DIGITS_IN_A_PHONE[1] and run.startswith("1") else run
        if len(run) in DIGITS_IN_A_PHONE:
            found.append(_phone(number, region))
    return tuple(each for each in found if each)


def phones_written_in(text: str, *, region: str = "US") -> tuple[str, ...]:
    """Extract phone numbers from a written text as E.164; dates and prices are left out."""
    found = phonenumbers.PhoneNumberMatcher(text, region)
    written = phonenumbers.PhoneNumberFormat.E164
    return tuple(phonenumbers.format_number(each.number, written) for each in found)


def emails_in(text: str) -> tuple[SpokenValue[str], ...]:
    """Extract e-mail addresses in lower case. They are never certain: many spellings sound alike."""
    written = [SpokenValue(each.lower(), certain=False) for each in WRITTEN_MAIL.findall(text)]
    return (*written, *_said_emails(text))


def _price(
    tokens: tuple[str, ...], numbers: tuple[SpokenNumber, ...], place: int, *, about_money: bool
) -> SpokenValue[int] | None:
    number = numbers[place]
    value, following = number.value, _token(tokens, number.last + 1)
    if NO_PRICE.match(following) or any(is_street_suffix(_token(tokens, number.last + step)) for step in (1, 2, 3)):
        return None
    if value >= LEAST_PRICE or number.scaled:
        return SpokenValue(round(value))
    unit = _unit_of_range(tokens, numbers, place)
    if unit:
        return SpokenValue(round(value * unit))
    dollars = following in ("dollars", "dollar", "bucks") or tokens[number.first].startswith("$")
    if value < 10 and value != int(value):  # recognizers write "four fifty" as 4.50, and "one point two" as 1.2
        hundredths = bool(re.search(r"\.\d\d$", tokens[number.first]))
        return SpokenValue(round(value * (100_000 if hundredths else 1_000_000)), certain=about_money)
    if 50 <= value < 1_000:
        return SpokenValue(round(value * 1_000), certain=about_money and not dollars and value >= 100)
    return SpokenValue(round(value * 1_000), certain=False) if 1_000 <= value < LEAST_PRICE else None


def _likely(price: SpokenValue[int]) -> SpokenValue[int]:
    return SpokenValue(price.value, certain=price.certain and price.value in LIKELY_PRICES)


def _unit_of_range(tokens: tuple[str, ...], numbers: tuple[SpokenNumber, ...], place: int) -> int:
    """Return the unit of a range's first number ("four to five hundred thousand"), 0 if it has none."""
    number, follows = numbers[place], numbers[place + 1] if place + 1 < len(numbers) else None
    if follows is None or number.value >= 10 or follows.first != number.last + 2 or follows.value < 100_000:
        return 0
    if tokens[number.last + 1] not in RANGE_WORDS:
        return 0
    return 1_000_000 if follows.value >= 1_000_000 else 100_000


def _token(tokens: tuple[str, ...], at: int) -> str:
    return tokens[at] if 0 <= at < len(tokens) else ""


def _noun_follows(tokens: tuple[str, ...], number: SpokenNumber, noun: str) -> bool:
    """Whether the noun follows: "three bedrooms", "two full baths", "at least two or more bathrooms"."""
    for step in (1, 2, 3):
        token = _token(tokens, number.last + step)
        if token.startswith(noun):
            return True
        if token not in ("full", "or", "more", "plus", "nice", "big", "small", "good"):
            return False
    return False


def _counts_something(tokens: tuple[str, ...], number: SpokenNumber) -> bool:
    rooms = any(_noun_follows(tokens, number, noun) for noun in ("bed", "bath"))
    return rooms or bool(NO_PRICE.match(_token(tokens, number.last + 1))) or number.value > 2 * MOST_ROOMS


def _sound_alikes(tokens: tuple[str, ...], noun: str, question: str) -> Iterable[int]:
    alone = len([token for token in tokens if token != SENTENCE_END]) == 1 and bool(ASKS_ROOMS.search(question.lower()))
    for place, token in enumerate(tokens):
        if token in SOUND_ALIKES and (alone or _token(tokens, place + 1).startswith(noun)):
            yield SOUND_ALIKES[token]


def _digits(token: str) -> str:
    """Return the digits of one token of a phone number."""
    if token in ("oh", "o"):
        return "0"
    value = value_of(token)
    if value is None or "." in token or "$" in token:
        return ""
    return token.replace(",", "") if token[0].isdigit() else str(int(value))


def _phone(number: str, region: str) -> SpokenValue[str] | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return SpokenValue(written, certain=phonenumbers.is_valid_number(parsed))


def _said_emails(text: str) -> Iterable[SpokenValue[str]]:
    plain = " ".join(re.sub(r"[^a-z0-9' -]", " ", text.lower()).split())
    for match in SAID_MAIL.finditer(plain):
        name = _mail_words(_last_words(match["name"].split()))
        if name:
            yield SpokenValue(f"{name}@{_mail_words(match['host'].split())}", certain=False)


def _last_words(words: list[str]) -> list[str]:
    """Return the words after the last one that introduces an address."""
    starts = [place for place, word in enumerate(words) if word in BEFORE_A_MAIL and word not in ("e", "a")]
    return words[starts[-1] + 1 :] if starts else words


def _mail_words(words: list[str]) -> str:
    return "".join(MAIL_MARKS.get(word) or ("o" if word == "o" else _digits(word)) or word.strip("'") for word in words)
