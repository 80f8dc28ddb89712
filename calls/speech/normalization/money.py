"""Rules for prices, rents and percentages."""

import re

from calls.speech.normalization.numerals import count, plural
from calls.speech.normalization.patterns import ALONE, NUMBER, rule, singular_or_plural
from leads.number_words import cardinal

SCALE_LETTERS = {"k": "thousand", "m": "million", "mm": "million", "b": "billion", "bn": "billion"}
# as written: (singular, plural, singular and plural of a hundredth)
_DOLLARS, _CENTS = ("dollar", "dollars"), ("cent", "cents")
CURRENCIES = {
    "$": (*_DOLLARS, *_CENTS),
    "US$": (*_DOLLARS, *_CENTS),
    "USD": (*_DOLLARS, *_CENTS),
    "C$": ("Canadian dollar", "Canadian dollars", *_CENTS),
    "CA$": ("Canadian dollar", "Canadian dollars", *_CENTS),
    "CAD": ("Canadian dollar", "Canadian dollars", *_CENTS),
    "A$": ("Australian dollar", "Australian dollars", *_CENTS),
    "AUD": ("Australian dollar", "Australian dollars", *_CENTS),
    "MX$": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "€": ("euro", "euros", *_CENTS),
    "EUR": ("euro", "euros", *_CENTS),
    "£": ("pound", "pounds", "penny", "pence"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
    "JPY": ("yen", "yen", "sen", "sen"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "INR": ("rupee", "rupees", "paisa", "paise"),
}
SIGN = "|".join(map(re.escape, sorted(CURRENCIES, key=len, reverse=True)))
_PREFIX = rf"(?<![A-Za-z0-9$])(?P<sign>{SIGN})\s?"
_SUFFIX = "|".join(map(re.escape, ("$", "€", "£", *(name for name in CURRENCIES if name.isalpha()))))
_SCALE = r"(?:(?:[kKmMbB]|[mM]{2}|[bB][nN])\b|\s(?:thousand|million|billion)\b)"


def _money(match: re.Match[str]) -> str:
    amount, scale = match["amount"], (match["scale"] or "").strip().lower()
    one, several, cent, cents = CURRENCIES[match["sign"].upper()]
    if scale:
        return f"{count(amount)} {SCALE_LETTERS.get(scale, scale)} {several}"
    whole, _, hundredths = amount.partition(".")
    if hundredths and len(hundredths) != 2:
        return f"{count(amount)} {several}"
    small = (
        f"{cardinal(int(hundredths))} {singular_or_plural(hundredths, cent, cents)}" if hundredths.strip("0") else ""
    )
    if small and not whole.strip("0,"):
        return small
    words = f"{count(whole)} {singular_or_plural(whole, one, several)}"
    return f"{words} and {small}" if small else words


def _span(match: re.Match[str]) -> str:
    """Say a price range; in $450-475K the K belongs to both numbers."""
    scale = match["scale"] or ""
    low_scale = match["low_scale"] or (scale if len(match["low"].partition(".")[0]) <= 3 else "")
    return f"{match['sign']}{match['low']}{low_scale} to {match['sign']}{match['high']}{scale}"


def _from_abroad(match: re.Match[str]) -> str:
    """Write $450.000,00 as it is written here; nobody gives thousandths of a dollar."""
    return f"{match['sign']}{match['amount'].replace('.', ',')}"


def _around(match: re.Match[str]) -> str:
    """Say "in the $400s"."""
    return plural(f"{count(match['amount'])} thousand" if match["scale"] else count(match["amount"]))


RULES = (
    rule(rf"{_PREFIX}(?P<amount>[0-9]{{1,3}}(?:\.[0-9]{{3}})+)(?:,[0-9]{{2}})?(?![0-9.])", _from_abroad),
    rule(rf"(?P<sign>{SIGN})\s?\.(?=[0-9])", lambda match: f"{match['sign']}0."),
    rule(rf"\$(?P<amount>{NUMBER})(?P<scale>[kK]?)['’]?s\b", _around),
    rule(
        rf"{_PREFIX}(?P<low>{NUMBER})(?P<low_scale>[kKmM]?)\s?[-–—]\s?(?:(?P=sign)\s?)?(?P<high>{NUMBER})"
        r"(?P<scale>[kKmM]\b|\s(?:thousand|million|billion)\b)?",
        _span,
    ),
    rule(rf"(?<![\w)])-\s?(?P<sign>{SIGN})\s?(?=[0-9])", lambda match: f"minus {match['sign']}"),
    rule(rf"(?<![\w)])(?P<sign>{SIGN})-(?=[0-9])", lambda match: f"minus {match['sign']}"),
    rule(rf"{_PREFIX}(?P<amount>{NUMBER})(?P<scale>{_SCALE})?(?:\s(?:USD|dollars)\b)?", _money, re.IGNORECASE),
    rule(rf"{ALONE}(?P<amount>{NUMBER})(?P<scale>{_SCALE})?\s?(?P<sign>{_SUFFIX})(?![\w$€£.-])", _money),
    rule(
        rf"(?<![\w$.,])(?P<cents>{NUMBER})\s?¢",
        lambda match: f"{count(match['cents'])} {singular_or_plural(match['cents'], *_CENTS)}",
    ),
    rule(
        rf"{ALONE}(?:(?P<amount>{NUMBER})(?P<scale>[kK])|(?P<part>[0-9]+\.[0-9]+)(?P<large>MM?|B))\b",
        lambda match: (
            f"{count(match['amount'] or match['part'])} {SCALE_LETTERS[(match['scale'] or match['large']).lower()]}"
        ),
    ),
    rule(
        rf"{ALONE}(?P<low>{NUMBER})\s?%?\s?[-–—]\s?(?P<high>{NUMBER})\s?%",
        lambda match: f"{count(match['low'])} to {count(match['high'])} percent",
    ),
    rule(
        rf"(?P<minus>(?<![\w)])[-–])?(?<![\w.,/])(?P<number>{NUMBER})\s?%",
        lambda match: f"{'minus ' if match['minus'] else ''}{count(match['number'])} percent",
    ),
)
