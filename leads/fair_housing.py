"""Fair-housing filter: words about people, which are never searched for, saved or said (42 USC 3604, NAR art. 10)."""

import re

PROTECTED = re.compile(
    r"\b(rac(e|ial)|ethnic\w*|black|white|asian|hispanic|latin[oax]s?|caucasian|african[- ]americans?|jew(s|ish)?"
    r"|muslims?|christians?|catholics?|hindus?|church(es)?|synagogues?|mosques?|temples?|religio\w+|immigrants?|foreigners?"
    r"|nationality|national origin|disab\w+|handicap\w*|wheelchairs?|pregnan\w+|famil(y|ies)[- ](friendly|oriented)"
    r"|famil(y|ies)|child(ren)?|kids|bab(y|ies)|couples?|singles|bachelors?|married|divorced|gay|lesbian|transgender"
    r"|sexual\w*|gender|male|female|m[ae]n|wom[ae]n|veterans?|seniors?|elderly|retirees?|adults? only|section 8"
    r"|vouchers?|(?:my|our|your|their|that) kind of people|good schools?|school ratings?|safe(st|r)?|crime)\b",
    re.IGNORECASE,
)
NOT_ABOUT_PEOPLE = re.compile(
    r"\bsingle[- ]famil(y|ies)\b|\bfamily rooms?\b|\b(white|black) (oak|trim|cabinets?|counters?|quartz|kitchen)\b"
    r"|\bmaster\b|\bsafe deposit\b|\brace (track|street)\b",
    re.IGNORECASE,
)


def mentions_people(text: str) -> bool:
    """Whether the text mentions a protected class, or describes a place by its people, safety or schools."""
    return bool(PROTECTED.search(NOT_ABOUT_PEOPLE.sub(" ", text)))
