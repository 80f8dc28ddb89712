"""Phone numbers as people write and paste them: the number, its extension, and the digits to search for. Pure.

A number pasted from a web page, a contact card or another alphabet's keyboard holds look-alike hyphens, no-break
spaces, direction marks and digits that are not 0 to 9. Whatever is read here keeps all of its digits or is refused.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

DIALED_BEFORE = ("", "1", "01", "001", "011", "0111")  # before a North American number: country code, way abroad
PAUSE = "W"  # the carrier waits a second; an attendant begins to speak before it listens to keys
_BEFORE_THE_NUMBER = re.compile(r"^[^\d+(#*]*(?=[\d+(])")  # "tel:", "Phone: ", "call "
_LABEL = re.compile(r"^[^\W\d]{1,12}\s*:")  # "tel:", "Phone:"
_WORDS_FIRST = re.compile(r"[^\d+(]*[^\W\d_]")
_WAY_ABROAD = re.compile(r"^00(?=[1-9])")  # as most of the world dials it
_EXTENSION = re.compile(
    r"(?<=[\d)])[\s,;/(-]*(?:(?:extension|extn|ext|ex|x|int|option|opt|[pw]{1,4})\s*[.:=]?|[,;#~]+)\s*"
    r"(?P<digits>\d{1,12})\s*#?\s*\)?\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d ()\[\].,+/\\*_·•-]+")
_FEWEST_SEARCHED = 4


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number that was understood: E.164, and the extension's digits, perhaps none."""

    number: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class SearchedNumber:
    """The digits to look for in stored numbers, and the extension's, perhaps none."""

    digits: str
    extension: str = ""


def plain(text: str) -> str:
    """The text in plain characters: ASCII digits, hyphens and spaces, and nothing invisible."""
    return "".join(_plain(letter) for letter in unicodedata.normalize("NFKC", text)).strip()


def read_number(text: str, *, region: str = "US") -> WrittenNumber | None:
    """The number and extension that `text` holds; None when it is no number, or holds digits that belong to neither."""
    head, extension = _without_extension(_bare(text))
    try:
        found = phonenumbers.parse(head, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found) or (extension and found.extension) or _lost_digits(head, found):
        return None
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return WrittenNumber(number, extension or found.extension or "")


def searched_number(text: str, *, region: str = "US") -> SearchedNumber | None:
    """What to look for when the search is a phone number, whole or in part; None when it is words."""
    written = _LABEL.sub("", plain(text))
    if _WORDS_FIRST.match(written):
        return None
    whole = read_number(written, region=region)
    if whole is not None:
        return SearchedNumber(whole.number.removeprefix("+"), whole.extension)
    rest, extension = _without_extension(written)
    digits = "".join(letter for letter in rest if letter.isdigit())
    if not _NUMBER.fullmatch(rest) or len(digits) < _FEWEST_SEARCHED:
        return None
    return SearchedNumber(digits, extension)


def shown_extension(extension: str) -> str:
    """How an extension is written after its number: ` ext. 45`."""
    return f" ext. {extension}" if extension else ""


def keys_after_answer(extension: str) -> str:
    """The keys the carrier presses once a switchboard has picked up, with time for its greeting; empty without one."""
    return f"{PAUSE * 2}{extension}" if extension else ""


def _bare(text: str) -> str:
    """Plain text from the number's first character on."""
    return _WAY_ABROAD.sub("+", _BEFORE_THE_NUMBER.sub("", plain(text)))


def _plain(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(letter)
    if kind == "Pd" or letter == "−":
        return "-"
    if kind.startswith("Z") or letter in "\t\n\r":
        return " "
    return "" if kind in ("Cf", "Cc", "Mn", "Me", "Co", "Cs", "Cn") else letter


def _lost_digits(written: str, found: phonenumbers.PhoneNumber) -> bool:
    """Whether digits were written that are neither of the number nor of its extension, e.g. of a second number."""
    if found.country_code != 1:  # other countries write digits that are not dialed from abroad
        return False
    letters = phonenumbers.convert_alpha_characters_in_number(written) if found.extension is None else written
    digits = "".join(letter for letter in letters if letter.isdigit())
    known = phonenumbers.national_significant_number(found) + (found.extension or "")
    return digits.removesuffix(known) not in DIALED_BEFORE


def _without_extension(written: str) -> tuple[str, str]:
    """The text before an extension, and the extension's digits."""
    match = _EXTENSION.search(written)
    return (written[: match.start()], match["digits"]) if match else (written, "")
