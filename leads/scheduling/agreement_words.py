"""Whether a caller's own words agree to an appointment."""

import re

LEADING_NO = re.compile(r"^\W*(no|nope|nah|not|never|none|neither)\b", re.IGNORECASE)
REFUSAL = re.compile(
    r"\b(neither|none of|nothing|can't|cannot|can not|won't|will not|don't|do not|doesn't|does not|wouldn't|shouldn't"
    r"|isn't|is not|not sure|not now|not yet|rather not|changed my mind|maybe|perhaps|let me think|think about it"
    r"|another time|some other time|call me later|hold on|wait a|cancel)\b",
    re.IGNORECASE,
)
YES_ALL_THE_SAME = re.compile(
    r"\bwhy not\b|\bno (problem|worries|doubt)\b|\b(can't|cannot) wait\b|\bdon't mind\b|\bdoesn't matter\b"
    r"|\b(don't|do not) forget\b",
    re.IGNORECASE,
)
CHOICE = re.compile(  # "No, Tuesday works better" turns one time down and takes the other
    r"\b(works|is (good|fine|great|better|perfect)|sounds (good|great|fine)|let's (do|go with)|book (it|that)|go ahead"
    r"|i'll take)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z0-9]", re.IGNORECASE)


def agrees(phrase: str) -> bool:
    """Whether these words accept an offered time; nothing said, a refusal and a maybe do not."""
    said = phrase.replace("’", "'")
    plain = YES_ALL_THE_SAME.sub(" yes ", said)
    if not WORD.search(said) or REFUSAL.search(plain):
        return False
    return not LEADING_NO.search(plain) or bool(CHOICE.search(plain))
