"""Read the number of a caller from the carrier's `From`: E.164, from a SIP address too; none for a withheld one. Pure.

The carrier stands words typed on a keypad in for a number that is withheld: +266696687 is ANONYMOUS
(https://help.twilio.com/articles/223179988). Such a number is nobody's, and all who withhold theirs share it.
"""

import re

import phonenumbers

from leads.models import E164

WITHHELD_WORDS = (
    "anonymous",
    "restricted",
    "blocked",
    "unknown",
    "unavailable",
    "private",
    "withheld",
    "noname",
    "nocallerid",
)
_KEYPAD = {
    letter: str(key)
    for key, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), 2)
    for letter in letters
}
WITHHELD_NUMBERS = frozenset("".join(_KEYPAD[letter] for letter in word) for word in WITHHELD_WORDS)
_ADDRESS = re.compile(r"^(?:[^<]*<)?\s*(?:sips?:|tel:)?([^@;>\s]*)", re.IGNORECASE)


def number_of_caller(given: str) -> str:
    """The caller's number, E.164; "" where it is withheld or no telephone number."""
    found = _ADDRESS.match(given.strip())
    user = re.sub(r"[().\s-]", "", found[1].replace("%2B", "+").replace("%2b", "+")) if found else ""
    digits = user.removeprefix("+")
    if digits in WITHHELD_NUMBERS or digits.removeprefix("1") in WITHHELD_NUMBERS or not digits.isascii():
        return ""
    if len(digits) == 11 and digits.startswith("1"):
        user = f"+{digits}"  # SIP trunks leave the plus out
    return user if re.fullmatch(E164, user) and _is_possible(user) else ""


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
