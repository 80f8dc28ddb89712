"""Rules for addresses: house numbers, directions, streets, units, states, ZIP codes and numbered roads."""

import re

from calls.speech.normalization.measures import NOT_COUNTED
from calls.speech.normalization.numerals import digit_by_digit, house_number
from calls.speech.normalization.patterns import ALONE, ENDS_NO_SENTENCE, rule, word_list
from leads.listings.street_names import ABBREVIATIONS, NOT_ABBREVIATED

DIRECTIONS = {
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
}
UNAMBIGUOUS = word_list("ave blvd hwy ln pkwy rd")
SUFFIXES = {short.title(): name.title() for name, short in ABBREVIATIONS.items() if short in UNAMBIGUOUS}
AMBIGUOUS_SUFFIXES = {  # a saint, a doctor, a court of law: only where a street is named
    short.title(): name.title() for name, short in ABBREVIATIONS.items() if short not in UNAMBIGUOUS
}
STREET_TYPES = (
    *SUFFIXES.values(),
    *AMBIGUOUS_SUFFIXES,
    *AMBIGUOUS_SUFFIXES.values(),
    *(name.title() for name in NOT_ABBREVIATED),
)
STATES = dict(
    state.replace("_", " ").split("=")
    for state in word_list(
        "AL=Alabama AK=Alaska AZ=Arizona AR=Arkansas CA=California CO=Colorado CT=Connecticut DE=Delaware DC=D_C "
        "FL=Florida GA=Georgia HI=Hawaii ID=Idaho IL=Illinois IN=Indiana IA=Iowa KS=Kansas KY=Kentucky LA=Louisiana "
        "ME=Maine MD=Maryland MA=Massachusetts MI=Michigan MN=Minnesota MS=Mississippi MO=Missouri MT=Montana "
        "NE=Nebraska NV=Nevada NH=New_Hampshire NJ=New_Jersey NM=New_Mexico NY=New_York NC=North_Carolina "
        "ND=North_Dakota OH=Ohio OK=Oklahoma OR=Oregon PA=Pennsylvania RI=Rhode_Island SC=South_Carolina "
        "SD=South_Dakota TN=Tennessee TX=Texas UT=Utah VT=Vermont VA=Virginia WA=Washington WV=West_Virginia "
        "WI=Wisconsin WY=Wyoming"
    )
)
PARTS = {"Bldg": "building", "Rm": "room", "Fl": "floor", "No": "number"}
_ALL_SHORT = "|".join(sorted({*ABBREVIATIONS.values(), *ABBREVIATIONS, *NOT_ABBREVIATED}, key=len, reverse=True))
_SHORT = "|".join(ABBREVIATIONS.values())
_UNITS = "apt|unit|ste|suite|apartment|bldg|fl|rm"
_COMPASS = "|".join(DIRECTIONS)
_ALL_STATES = "|".join([*STATES, *map(str.upper, STATES.values())])
_LOUD = (  # an address as feeds hold it: "4508 DUVAL ST UNIT 4B, AUSTIN, TX 78751"
    rf"(?<![\w$.,/#-])(?P<number>[0-9]{{1,6}}[A-Z]?)\s(?P<street>(?:(?:{_COMPASS})\.?\s)?(?:[A-Z0-9][\w'’.-]{{0,40}}\s){{1,4}}?"
    rf"(?i:{_ALL_SHORT})\b)(?P<rest>\.?(?:\s(?:{_COMPASS})\b)?(?:,?\s(?:(?:{_UNITS.upper()})\b\.?\s?#?|#)\s?[A-Z0-9-]{{1,6}}\b)?"
    rf"(?:,?\s[A-Z][A-Z.'’-]{{1,40}}(?:\s[A-Z][A-Z.'’-]{{1,40}}){{0,2}}?(?=,?\s(?:{_ALL_STATES})\b))?)"
)
_SOFT = (  # and as somebody types it: "4508 duval st"
    rf"(?<![\w$.,/#-])(?P<number>[0-9]{{1,6}}[a-z]?)\s(?P<street>(?:(?:{_COMPASS.lower()}|north|south|east|west)\.?\s)?"
    rf"(?:(?!(?:a|an|and|are|as|at|by|for|from|has|have|in|is|it|minutes?|my|of|off|on|or|our|per|than|that|the|to|was|with|your)\s)"
    rf"[a-z0-9][a-z0-9'’-]{{0,40}}\s){{1,3}}?(?:{_SHORT})\b)(?P<rest>\.?(?:\s(?:{_COMPASS.lower()})\b)?"
    rf"(?:,?\s(?:{_UNITS})\b\.?\s?#?\s?[a-z0-9-]{{1,6}}\b)?)"
)
_WORD = r"(?:[A-Z][\w'’-]{0,40}|[0-9]{1,3}(?:st|nd|rd|th)\b)"
_BEFORE = rf"(?P<before>{'|'.join(DIRECTIONS)})\b\.?\s"
_NAME = rf"(?P<name>{_WORD}\.?(?:\s{_WORD}){{0,3}}?)"
_KIND = rf"(?P<kind>{'|'.join(STREET_TYPES)})\b{ENDS_NO_SENTENCE}"
_AFTER = rf"(?:\s(?P<after>{'|'.join(DIRECTIONS)})\b)?"
_STATE = rf"(?P<state>{'|'.join(STATES)})\b"


def _as_written(match: re.Match[str]) -> str:
    """Write an address in capitals, or in none, as addresses are written: "4508 Duval St"."""
    words = re.split(r"(\s+)", f"{match['street']}{match['rest']}")
    return f"{match['number'].upper()} {''.join(map(_titled, words))}"


def _titled(word: str) -> str:
    bare = word.strip(".,#").upper()
    if bare in DIRECTIONS or (any(map(str.isdigit, bare)) and not re.fullmatch(r"[0-9]+(?:ST|ND|RD|TH)", bare)):
        return word.upper()
    if not word.isupper() and not word.islower():
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _address(match: re.Match[str]) -> str:
    return f"{house_number(match['number'])}{_letter(match)} {_street(match)}"


def _street(match: re.Match[str]) -> str:
    found = match.groupdict()  # some patterns know no directions
    before, after = (DIRECTIONS.get(found.get(place) or "", "") for place in ("before", "after"))
    name = re.sub(r"^St\b\.?", "Saint", found["name"])
    kind = AMBIGUOUS_SUFFIXES.get(found["kind"])  # then a dot belongs to it; else it ends the sentence
    end = "." if kind is None and match[0].endswith(".") else ""
    return " ".join(filter(None, (before, name, kind or found["kind"], after))) + end


def _unnamed(match: re.Match[str]) -> str:
    """Say a house number before a street named without its type: "1204 W 6th", "1204 Lamar"."""
    return f"{house_number(match['number'])} {DIRECTIONS.get(match['before'], '')} ".replace("  ", " ")


def _unit(match: re.Match[str]) -> str:
    number = match["number"]
    said = house_number(number) if len(number) <= 4 else digit_by_digit(number)
    return f"{match['what'] or 'number'} {said}{_letter(match)}"


def _letter(match: re.Match[str]) -> str:
    return f" {match['letter'].upper()}" if match["letter"] else ""


def _state(match: re.Match[str]) -> str:
    return match["before"] + STATES[match["state"]]


def _zip(match: re.Match[str]) -> str:
    return ", ".join(digit_by_digit(part) for part in match[0].split("-"))


RULES = (
    rule(_LOUD, _as_written),
    rule(_SOFT, _as_written),
    *(rule(rf"\b{short}\b{ENDS_NO_SENTENCE}", name) for short, name in SUFFIXES.items()),
    rule(
        rf"{ALONE}(?P<number>[0-9]{{1,6}})-?(?P<letter>[A-Za-z]?)\s(?:{_BEFORE})?{_NAME}\s{_KIND}{_AFTER}",
        _address,
    ),
    rule(rf"{ALONE}(?P<number>[0-9]{{1,6}})\s{_BEFORE}(?=[A-Z0-9])", _unnamed),
    rule(rf"{ALONE}(?P<number>[1-9][0-9]{{3}})\s(?P<before>)(?=[A-Z][a-z])", _unnamed),
    rule(rf"\b{_BEFORE}{_NAME}\s{_KIND}{_AFTER}", _street),
    rule(
        rf"(?<![\w'])(?P<name>{_WORD})\s(?P<kind>{'|'.join(AMBIGUOUS_SUFFIXES)})\b{ENDS_NO_SENTENCE}(?!\.?\s[A-Z])",
        _street,
    ),
    rule(r"\b[Aa]pt\b\.?\s?#?\s?(?=[0-9A-Z])", "apartment "),
    rule(r"\bSte\b\.?\s?#?\s?(?=[0-9])", "suite "),
    rule(r"\b(?P<what>[Aa]partment|[Uu]nit|[Ss]uite)\s#?(?P<number>[0-9]+)(?P<letter>[A-Za-z]?)\b", _unit),
    rule(r"(?P<what>)#\s?(?P<number>[0-9]+)(?P<letter>[A-Za-z]?)\b", _unit),
    rule(rf"(?P<before>,?\s){_STATE}(?=\s+[0-9]{{5}}\b)", _state),
    rule(rf"(?P<before>,\s){_STATE}(?=[.,;!?]|$)", _state),
    rule(rf"{ALONE}[0-9]{{5}}(?:-[0-9]{{4}})?(?![\w-]|[.,][0-9]|\s?%){NOT_COUNTED}", _zip, re.IGNORECASE),
    rule(
        r"\b(?P<road>I|IH|US|SH|SR|TX|FM|RR|RM|CR)[- ](?=[0-9])",
        lambda match: f"{' '.join(match['road'].replace('IH', 'I'))} ",
    ),
    rule(
        r"\b(?P<before>[NSEW])\b\.?\s(?=[0-9]{1,3}(?:st|nd|rd|th)\b)", lambda match: f"{DIRECTIONS[match['before']]} "
    ),
    rule(r"\bFt\.\s(?=[A-Z][a-z])", "Fort "),
    rule(
        r"\b(?:P\.?\s?O\.?\s)?Box\s(?P<number>[0-9]+)\b",
        lambda match: f"P O Box {digit_by_digit(match['number'])}",
        re.IGNORECASE,
    ),
    rule(
        rf"\b(?P<what>{'|'.join(PARTS)})\b\.?\s#?(?=[0-9]{{1,5}}[A-Za-z]?\b)",
        lambda match: f"{PARTS[match['what'].title()]} ",
        re.I,
    ),
)
