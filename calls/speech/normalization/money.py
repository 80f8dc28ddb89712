"""Rules for prices, rents and percentages."""

import re

from calls.speech.normalization.numerals import count, plural
from calls.speech.normalization.patterns import ALONE, NUMBER, rule, singular_or_plural
from leads.number_words import cardinal

SCALE_LETTERS = {"k": "thousand", "m": "million", "mm": "million"}


def _money(match: re.Match[str]) -> str:
    amount, scale = match["amount"], (match["scale"] or "").strip().lower()
    if scale:
        return f"{count(amount)} {SCALE_LETTERS.get(scale, scale)} dollars"
    dollars, _, cents = amount.partition(".")
    if cents and len(cents) != 2:
        return f"{count(amount)} dollars"
    words = f"{count(dollars)} {singular_or_plural(dollars, 'dollar', 'dollars')}"
    return (
        f"{words} and {cardinal(int(cents))} {singular_or_plural(cents, 'cent', 'cents')}"
        if cents.strip("0")
        else words
    )


def _span(match: re.Match[str]) -> str:
    """Say a price range; in $450-475K the K belongs to both numbers."""
    scale = match["scale"] or ""
    low_scale = match["low_scale"] or (scale if len(match["low"].partition(".")[0]) <= 3 else "")
    return f"${match['low']}{low_scale} to ${match['high']}{scale}"


def _around(match: re.Match[str]) -> str:
    """Say "in the $400s"."""
    return plural(f"{count(match['amount'])} thousand" if match["scale"] else count(match["amount"]))


RULES = (
    rule(rf"\$(?P<amount>{NUMBER})(?P<scale>[kK]?)['’]?s\b", _around),
    rule(
        rf"\$(?P<low>{NUMBER})(?P<low_scale>[kKmM]?)\s?[-–—]\s?\$?(?P<high>{NUMBER})(?P<scale>[kKmM]\b)?",
        _span,
    ),
    rule(
        rf"\$\s?(?P<amount>{NUMBER})(?P<scale>(?:[km]|mm)\b|\s(?:thousand|million|billion)\b)?", _money, re.IGNORECASE
    ),
    rule(rf"{ALONE}(?P<amount>{NUMBER})[kK]\b", lambda match: f"{count(match['amount'])} thousand"),
    rule(rf"(?<![0-9])(?P<number>{NUMBER})\s?%", lambda match: f"{count(match['number'])} percent"),
)
