"""Rules for rooms, areas, distances, durations and other units, and for ordinals and years."""

import re

from calls.speech.normalization.numerals import count, year
from calls.speech.normalization.patterns import ALONE, ENDS_NO_SENTENCE, NUMBER, rule, singular_or_plural, word_list
from leads.number_words import ordinal

# as written: (singular, plural)
UNITS = {
    r"bd|bds|bdrms?|br|brs": ("bedroom", "bedrooms"),
    r"ba|bas|bths?": ("bath", "baths"),
    r"sq\.?\s?ft|sqft|sf|ft2|ft²": ("square foot", "square feet"),
    r"sq\.?\s?yds?|yd2|yd²": ("square yard", "square yards"),
    r"sq\.?\s?mi|mi2|mi²": ("square mile", "square miles"),
    r"sq\.?\s?m|sqm|m2|m²": ("square meter", "square meters"),
    r"sq\.?\s?km|km2|km²": ("square kilometer", "square kilometers"),
    r"cu\.?\s?ft|ft3|ft³": ("cubic foot", "cubic feet"),
    r"ac|acs": ("acre", "acres"),
    r"ft": ("foot", "feet"),
    r"yds?": ("yard", "yards"),
    r"mi": ("mile", "miles"),
    r"mph": ("mile per hour", "miles per hour"),
    r"km/h|kph|kmh": ("kilometer per hour", "kilometers per hour"),
    r"kms?": ("kilometer", "kilometers"),
    r"cms?": ("centimeter", "centimeters"),
    r"mm": ("millimeter", "millimeters"),
    r"lbs?": ("pound", "pounds"),
    r"oz": ("ounce", "ounces"),
    r"kgs?": ("kilogram", "kilograms"),
    r"gals?": ("gallon", "gallons"),
    r"kwh": ("kilowatt hour", "kilowatt hours"),
    r"kw": ("kilowatt", "kilowatts"),
    r"btus?": ("B T U", "B T Us"),
    r"mbps": ("megabit per second", "megabits per second"),
    r"gbps": ("gigabit per second", "gigabits per second"),
    r"gb": ("gigabyte", "gigabytes"),
    r"mb": ("megabyte", "megabytes"),
    r"secs?": ("second", "seconds"),
    r"mins?": ("minute", "minutes"),
    r"hrs?": ("hour", "hours"),
    r"wks?": ("week", "weeks"),
    r"yrs?": ("year", "years"),
    r"mos?": ("month", "months"),
    r"pts?": ("point", "points"),
}
PER = {
    r"sq\.?\s?ft|sqft|sf|ft2|ft²": "per square foot",
    r"sq\.?\s?m|sqm|m2|m²": "per square meter",
    r"mo|month": "per month",
    r"yr|year": "per year",
    r"wk|week": "per week",
    r"day": "per day",
    r"night": "per night",
    r"hr|hour": "per hour",
    r"ac|acre": "per acre",
    r"person": "per person",
    r"unit": "per unit",
}
COUNTED_NOUNS = word_list(
    "square cubic feet foot acres? miles? dollars? euros? pounds? percent degrees? days? people homes? houses? "
    "listings? units?"
)
FEET, INCHES = r"['’′]", r"(?:\"|”|″|'')"
UNIT = "|".join(UNITS)
NOT_COUNTED = rf"(?!\s?(?:{UNIT}|{'|'.join(COUNTED_NOUNS)})\b)"  # a year or a ZIP code, not a count of something
# "8' ceilings" are eight-foot ceilings, "8' wide" is eight feet wide
_NOUN = (
    r"(?P<noun>(?=\s(?!(?:above|across|and|apart|are|around|at|away|below|by|deep|for|from|high|in|is|long|minus|off|of|on|or"
    r"|plus|tall|than|the|thick|to|was|wide|with|x)\b)[a-z]{3}))?"
)
_PART = r"(?P<part>\b(?:half|halves|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?|sixteenths?))"


def _unit(match: re.Match[str]) -> str:
    number, more = match["number"], " or more" if match["plus"] else ""
    one, several = _named(UNITS, match["unit"])
    if match["hyphen"]:
        return f"{count(number)}-{one}"
    whole, _, part = number.partition(".")
    if part != "5" or more:
        return f"{count(number)}{more} {singular_or_plural(number, one, several)}"
    return (
        f"{count(whole)} and a half {several}"
        if whole.strip("0")
        else f"half {'an' if one[0] in 'aeo' or one == 'hour' else 'a'} {one}"
    )


def _unit_of_a_part(match: re.Match[str]) -> str:
    """Say "half a mile" short and "two and a half miles" long."""
    one, several = _named(UNITS, match["unit"])
    counted = re.search(r"\band\s(?:\S+\s)?$", match.string[: match.start()])
    return f"{match['part']} {several if counted else one}"


def _height(match: re.Match[str]) -> str:
    feet, inches = match["feet"], match["inches"]
    return (
        f"{count(feet)} {singular_or_plural(feet, 'foot', 'feet')} "
        f"{count(inches)} {singular_or_plural(inches, 'inch', 'inches')}"
    )


def _feet(match: re.Match[str]) -> str:
    if match["noun"] is not None:
        return f"{count(match['number'])}-foot"
    return f"{count(match['number'])} {singular_or_plural(match['number'], 'foot', 'feet')}"


def _inches(match: re.Match[str]) -> str:
    """Say inches, unless the sign closes a quotation."""
    if _closes_a_quotation(match):
        return match[0]
    if match["noun"] is not None:
        return f"{count(match['number'])}-inch"
    return f"{count(match['number'])} {singular_or_plural(match['number'], 'inch', 'inches')}"


def _part_of_an_inch(match: re.Match[str]) -> str:
    return match[0] if _closes_a_quotation(match) else f"{match['part']} inch"


def _closes_a_quotation(match: re.Match[str]) -> bool:
    before = match.string[: match.start()]
    return bool((before.count('"') + before.count("“") - before.count("”")) % 2)


def _degrees(match: re.Match[str]) -> str:
    scale = {"f": " Fahrenheit", "c": " Celsius"}.get((match["scale"] or "").lower(), "")
    return f"{count(match['number'])} {singular_or_plural(match['number'], 'degree', 'degrees')}{scale}"


def _per(match: re.Match[str]) -> str:
    return f" {_named(PER, match['unit'])}"


def _named[T](units: dict[str, T], written: str) -> T:
    return next(name for pattern, name in units.items() if re.fullmatch(pattern, written, re.IGNORECASE))


RULES = (
    rule(rf"(?<=[A-Za-z.])\s?/\s?(?={NUMBER}\s?(?:{UNIT})\b)", ", ", re.IGNORECASE),
    rule(
        r"\bdegrees?\s(?P<scale>[FC])\b",
        lambda match: f"{match[0][:-2]} {'Fahrenheit' if match['scale'] == 'F' else 'Celsius'}",
    ),
    rule(
        r"(?<![\w.,$])(?P<feet>[0-9]{1,3})\s?ft\b\.?,?\s?(?P<inches>1[01]|[0-9])\s?in\b(?:\.(?=\s[a-z]))?",
        _height,
        re.IGNORECASE,
    ),
    rule(rf"(?<![\w.,$])(?P<number>{NUMBER})\s?°\s?(?P<scale>[FCfc]\b)?", _degrees),
    rule(rf"(?<![\w.,$'])(?P<feet>[0-9]{{1,3}}){FEET}\s?-?(?P<inches>1[01]|[0-9](?:\.5)?){INCHES}", _height),
    rule(rf"(?<![\w.,$'‘])(?P<number>{NUMBER}){FEET}(?![\w']){_NOUN}", _feet),
    rule(rf"{_PART}\s?{INCHES}(?!\w)", _part_of_an_inch),
    rule(rf"(?<![\w.,$])(?P<number>{NUMBER}){INCHES}(?!\w){_NOUN}", _inches),
    rule(
        rf"(?<![\w.,$])(?P<number>{NUMBER})(?P<plus>\+?)\s?(?P<hyphen>-?)(?P<unit>{UNIT})(?!\w){ENDS_NO_SENTENCE}",
        _unit,
        re.IGNORECASE,
    ),
    rule(rf"{_PART}\s(?P<unit>{UNIT})(?!\w){ENDS_NO_SENTENCE}", _unit_of_a_part, re.IGNORECASE),
    rule(rf"(?<=\w)\s?/\s?(?P<unit>{'|'.join(PER)})(?!\w){ENDS_NO_SENTENCE}", _per, re.IGNORECASE),
    rule(
        r"(?<![\w.,])(?P<number>[0-9]{1,4})(?:st|nd|rd|th)\b",
        lambda match: ordinal(int(match["number"])),
        re.IGNORECASE,
    ),
    rule(
        rf"{ALONE}(?P<year>1[89][0-9]{{2}}|20[0-9]{{2}})(?![\w/-]|[.,][0-9]){NOT_COUNTED}",
        lambda match: year(match["year"]),
        re.IGNORECASE,
    ),
)
