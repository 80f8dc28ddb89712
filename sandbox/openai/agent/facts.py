"""The facts a real-estate agent asks for, and how each is recognized in what a person says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sandbox.language import numbers, words
from sandbox.language.replies import DOUBT, FILLERS, bare, content_words, plain, says_no, says_yes


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with the words it came from. Confirmed once the person said it in this call."""

    value: Any
    heard: str = ""
    confirmed: bool = False


FACT_NAMES = {
    alias: name
    for name, aliases in {
        "area": "area areas preferred_area preferred_areas location locations neighborhood "
        "neighborhoods looking_in city_wanted",
        "price_max": "budget price_max max_price maximum_price budget_max price_range price up_to max_budget",
        "price_min": "price_min min_price minimum_price budget_min",
        "beds": "beds bedrooms beds_min bedrooms_min min_beds bedrooms_total minimum_bedrooms",
        "baths": "baths bathrooms baths_min bathrooms_min min_baths minimum_bathrooms",
        "timeframe": "timeframe timeline time_frame when",
        "preapproval": "preapproval pre_approval preapproved pre_approved preapproval_status",
        "financing": "financing payment",
        "address": "address property_address home_address property street",
        "condition": "condition property_condition",
        "asking": "desired_price asking_price price_hope hoped_price target_price",
        "living_area": "living_area square_feet sqft size living_area_sqft",
        "year_built": "year_built built",
        "motivation": "motivation reason",
        "listed": "listed listed_elsewhere",
    }.items()
    for alias in aliases.split()
}

TIMEFRAMES = (
    (re.compile(r"\b(as soon as|asap|right away|immediately|right now|now|urgent\w*|tomorrow)\b"), "now"),
    (re.compile(r"\bover a year|next year|more than (a|one) year|couple of years|\byears\b"), "12m_plus"),
    (re.compile(r"\b(this|by|next) (spring|summer|fall|autumn|winter)\b"), "3_6m"),
    (re.compile(r"\b(weeks?|next month|this month|a month|few months|couple of months|soon)\b"), "0_3m"),
    (re.compile(r"\b(half a year)\b"), "3_6m"),
    (re.compile(r"\b(a|one|1|this) year\b"), "6_12m"),
)
CONDITIONS = (
    (re.compile(r"\b(needs? (a lot|some|much)?\s*(of )?(work|repair\w*|updat\w*)|fixer\w*|dated|rough)\b"), 2),
    (re.compile(r"\b(poor|bad|terrible|run ?down|tear ?down)\b"), 1),
    (re.compile(r"\b(excellent|perfect|like new|mint|brand new|fully (renovated|updated)|amazing)\b"), 5),
    (re.compile(r"\b(good|great|nice|well kept|renovated|updated|clean|solid|very well)\b"), 4),
    (re.compile(r"\b(average|fair|okay|ok|decent|normal|fine|alright|not bad)\b"), 3),
)
CASH = re.compile(r"\b(cash)\b")
APPROVED = re.compile(
    r"\b(pre ?approv\w*|approved|prequalified|pre qualified|have (a|my|the) (letter|loan|mortgage|lender))\b"
)
IN_PROGRESS = re.compile(
    r"\b(in progress|working on|applied|applying|in process|started|talking to (a|my) (bank|lender))\b"
)
LOANS = re.compile(r"\b(fha|va|usda|conventional)\b")
FEATURES = {
    "garage": r"garage",
    "pool": r"\bpool",
    "fenced_yard": r"fenced|\byard",
    "single_story": r"single story|one story|no stairs",
    "ac": r"air condition\w*|\bac\b",
    "basement": r"basement",
    "waterfront": r"water ?front|on the (lake|water|river)",
    "no_hoa": r"no h ?o ?a",
}
PLACED = re.compile(r"^.*\b(looking|somewhere|something|an? (home|house|place)) (in|near|around)\b")
AREA_LEAD_IN = re.compile(r"^.*?\b(?:in|near|around|at|to|like|prefer|love|about|of|think\w*)\s+(?:the |a )?(?=\w)")
AREA_STOP = frozenset(
    words(
        "area areas neighborhood neighbourhood place part town side somewhere around near in at to looking "
        "look live living want would be prefer mostly mainly interested move moving buy buying home house "
        "homes houses hoping thinking about im i'm i'd we're were for of my still that's thats works yes no "
        "not good fine ideally maybe probably basically only what which where who how why sorry ok repeat "
        "again robot call stop talking agent that this on one there correct bedrooms bedroom price budget "
        "thousand"
    )
)


def hear(topic: str, text: str, *, areas: Sequence[str] = ()) -> dict[str, Any]:
    """What an answer to a question about this topic says; {} when it says nothing usable."""
    listener = LISTENERS.get(topic)
    return listener(text, areas) if listener else {}


def volunteered(text: str, areas: Sequence[str] = ()) -> dict[str, Any]:
    """Facts said unasked, only where the words leave no doubt ("three bedrooms", "450 thousand")."""
    found: dict[str, Any] = {}
    for name, noun in (("beds", "bed"), ("baths", "bath")):
        count = numbers.count_before(text, noun)
        if count is not None:
            found[name] = _whole(count)
    if re.search(r"\b(budget|up to|under|thousand|million|spend)\b|\$", plain(text)):
        found |= _hear_budget(text, areas)
    if re.search(r"\b(months?|weeks?|year)\b", plain(text)):
        found |= _hear_timeframe(text, areas)
    if re.search(r"\b(pre ?-?approved|pay\w* cash)\b", plain(text)):
        found |= _hear_financing(text, areas)
    named = best_area(text, areas, at_least=0.85)
    if named:
        found["area"] = named
    elif PLACED.search(plain(text)):
        found |= _hear_area(PLACED.sub(" in ", plain(text)), areas)
    wanted = [name for name, pattern in FEATURES.items() if re.search(pattern, plain(text))]
    return found | ({"must_have": wanted} if wanted else {})


def _whole(count: float) -> int | float:
    return int(count) if count == int(count) else count


def _hear_area(text: str, areas: Sequence[str]) -> dict[str, Any]:
    known = best_area(text, areas, at_least=0.75)
    if known:
        return {"area": known}
    said = [word.strip("'") for word in bare(_after_lead_in(text)).split()]
    kept = [word for word in said if word not in AREA_STOP and word not in FILLERS]
    if not kept or len(kept) > 5 or all(len(word) < 3 for word in kept):
        return {}
    return {"area": " ".join(word.capitalize() for word in kept)}


def _after_lead_in(text: str) -> str:
    sentence = next((part for part in re.split(r"[.!?]", text) if content_words(part)), text)
    return AREA_LEAD_IN.sub("", plain(sentence)) or sentence


def best_area(text: str, areas: Sequence[str], *, at_least: float) -> str:
    """The known name most similar to a run of words in the text, "" when none is similar enough (0..1)."""
    said = bare(text).split()
    best, likeness = "", at_least
    for area in areas:
        size = len(area.split())
        runs = [" ".join(said[at : at + size]) for at in range(max(1, len(said) - size + 1))]
        closest = max((SequenceMatcher(None, area.lower(), run).ratio() for run in runs), default=0.0)
        if closest >= likeness:
            best, likeness = area, closest
    return best


def _hear_budget(text: str, areas: Sequence[str]) -> dict[str, Any]:
    amounts = sorted(set(numbers.money_in(text)))
    if not amounts:
        return {}
    ranged = len(amounts) > 1 and re.search(r"\b(between|from|to|and|or|dash)\b|-", plain(text))
    return {"price_min": amounts[0], "price_max": amounts[-1]} if ranged else {"price_max": amounts[-1]}


def _hear_rooms(text: str, areas: Sequence[str]) -> dict[str, Any]:
    beds, baths = numbers.count_before(text, "bed"), numbers.count_before(text, "bath")
    counts = numbers.small_counts(text)
    if beds is None and counts and (baths is None or len(counts) > 1):
        beds = counts[0]
    if baths is None and len(counts) > 1 and beds == counts[0]:
        baths = counts[1]
    found = {"beds": beds, "baths": baths}
    return {name: _whole(count) for name, count in found.items() if count is not None and count <= 10}


def _hear_baths(text: str, areas: Sequence[str]) -> dict[str, Any]:
    count = numbers.count_before(text, "bath")
    counts = numbers.small_counts(text)
    count = counts[0] if count is None and counts else count
    return {} if count is None else {"baths": _whole(count)}


def _hear_timeframe(text: str, areas: Sequence[str]) -> dict[str, Any]:
    said = bare(text)
    months = _months(said)
    if months is not None:
        bands = ((3, "0_3m"), (6, "3_6m"), (12, "6_12m"))
        return {"timeframe": next((band for limit, band in bands if months <= limit), "12m_plus")}
    for pattern, band in TIMEFRAMES:
        if pattern.search(said):
            return {"timeframe": band}
    return {"timeframe": "unknown"} if DOUBT.search(said) or re.search(r"just looking|no rush", said) else {}


def _months(said: str) -> float | None:
    tokens = numbers.tokens_of(said)
    for spoken in reversed(numbers.numbers_in(said)):
        unit = tokens[spoken.last + 1] if spoken.last + 1 < len(tokens) else ""
        if unit.startswith("month") or (unit == "" and spoken.value <= 24):
            return spoken.value
        if unit.startswith("week"):
            return spoken.value / 4
        if unit.startswith("year"):
            return spoken.value * 12
    return None


def _hear_financing(text: str, areas: Sequence[str]) -> dict[str, Any]:
    said = bare(text)
    loan = LOANS.search(said)
    found: dict[str, Any] = {"financing": loan[1]} if loan else {}
    if CASH.search(said) and not re.search(r"\b(not|no|without) (paying )?cash\b", said):
        return {"financing": "cash", "preapproval": "proof_of_funds" if "proof" in said else "unknown"}
    if IN_PROGRESS.search(said):
        return found | {"preapproval": "in_progress"}
    if says_no(said):
        return found | {"preapproval": "none"}
    if APPROVED.search(said) or says_yes(said):
        return found | {"preapproval": "approved"}
    return found


def _hear_address(text: str, areas: Sequence[str]) -> dict[str, Any]:
    spoken = re.sub(
        r"^\W*((yes|sure|well|okay|um|uh|so|oh|the|my|our|home|house|address|place|property|is|it'?s|that|at|"
        r"i live|we live|on|located|would be)\b\W*)+",
        "",
        text.strip(),
        flags=re.I,
    )
    written = numbers.with_figures(re.sub(r"[.!?]+\s*$", "", spoken))
    said = [word for word in re.split(r"[\s,]+", written) if word]
    if (
        not 1 < len(said) <= 12
        or not content_words(written)
        or not re.search(
            r"\d|\b(lane|street|road|avenue|drive|court|"
            r"way|place|circle|boulevard)\b",
            written,
            re.I,
        )
    ):
        return {}
    return {"address": " ".join(word if word[:1].isupper() or word.isdigit() else word.capitalize() for word in said)}


def _hear_condition(text: str, areas: Sequence[str]) -> dict[str, Any]:
    said = bare(text)
    for pattern, grade in CONDITIONS:
        if pattern.search(said):
            return {"condition": grade}
    return {}


def _hear_asking(text: str, areas: Sequence[str]) -> dict[str, Any]:
    amounts = numbers.money_in(text)
    if amounts:
        return {"asking": amounts[-1]}
    return {"asking": None} if DOUBT.search(bare(text)) or says_no(text) else {}


def _hear_listed(text: str, areas: Sequence[str]) -> dict[str, Any]:
    if says_no(text) or re.search(r"\b(anyone|anybody|any (other )?agent)\b", plain(text)):
        return {"listed": "no"}
    if re.search(r"\bexpired|used to\b", plain(text)):
        return {"listed": "expired"}
    return {"listed": "yes"} if says_yes(text) or "listed" in plain(text) else {}


def _hear_intent(text: str, areas: Sequence[str]) -> dict[str, Any]:
    said = bare(text)
    buying, selling = re.search(r"\b(buy\w*|looking for|by)\b", said), re.search(r"\b(sell\w*|cell\w*|sale)\b", said)
    if bool(buying) == bool(selling):
        return {"intent": "buyer"} if buying else {}
    return {"intent": "buyer" if buying else "seller"}


LISTENERS: dict[str, Callable[[str, Sequence[str]], dict[str, Any]]] = {
    "area": _hear_area,
    "budget": _hear_budget,
    "beds": _hear_rooms,
    "baths": _hear_baths,
    "timeframe": _hear_timeframe,
    "financing": _hear_financing,
    "address": _hear_address,
    "condition": _hear_condition,
    "asking": _hear_asking,
    "listed": _hear_listed,
    "intent": _hear_intent,
}
TOPIC_OF_FACT = {
    "area": "area", "price_max": "budget", "price_min": "budget", "beds": "beds", "baths": "baths",
    "timeframe": "timeframe", "preapproval": "financing", "financing": "financing", "address": "address",
    "condition": "condition", "asking": "asking", "listed": "listed", "intent": "intent",
}  # fmt: skip


def fact_from(name: str, value: str) -> Fact | None:
    """A fact as written in the instructions, or None when the words hold no such value."""
    topic = TOPIC_OF_FACT.get(name)
    if topic is None:
        return Fact(value, value)
    if name == "address":
        return Fact(value, value) if re.search(r"\d", value) else None
    if name == "area":
        first = re.split(r",|;|\(| and ", re.sub(r"[\[\]\"']", "", value))[0].strip()
        return Fact(first, value) if first else None
    if name == "condition" and re.match(r"[1-5]\b", value):
        return Fact(int(value[0]), value)
    exact = value if name in ("timeframe", "preapproval", "financing") and re.fullmatch(r"[a-z0-9_]+", value) else None
    if exact == "unknown":
        return None
    heard = {name: exact} if exact else hear(topic, _worded(name, value))
    return Fact(heard[name], value) if heard.get(name) is not None else None


def _worded(name: str, value: str) -> str:
    return re.sub(r"\.0+\b", "", value) if name in ("price_max", "price_min", "asking", "beds", "baths") else value
