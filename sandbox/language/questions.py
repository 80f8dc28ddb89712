"""The topics of a real-estate call, and how people ask about each."""

from __future__ import annotations

import re
from functools import lru_cache

from sandbox.language.replies import is_question, plain

TOPICS: dict[str, re.Pattern[str]] = {
    topic: re.compile(pattern)
    for topic, pattern in {
        "identity": r"\b(is this|speaking (?:with|to)|speak (?:with|to)|am i talking to)\b",
        "good_time": r"good time|bad time|(?:minute|moment|second)s? to (?:talk|chat|speak)"
        r"|(?:two|2|few|couple of) minutes"
        r"|(?:a|got a|have a) (?:quick )?(?:minute|moment|second)|time to talk",
        "intent": r"\bbuy(?:ing)?,? or (?:to |are you )?sell\w*|\bsell(?:ing)?,? or (?:to |are you )?buy\w*",
        "area": r"\bareas?\b|neighbou?rhoods?|where (?:are|would|do|did) you|part of (?:town|the city)|\blocations?\b"
        r"|did you mean|which other"
        r"|where in\b|which (?:town|city)",
        "asking": r"hoping to (?:get|sell (?:it )?for)|asking price|price (?:hope|in mind)|want for (?:it|the|your)"
        r"|would you like (?:to get )?for (?:it|the|your)|how much (?:would|do) you (?:like|want|hope)|hop\w+ to get",
        "budget": r"budget|price range|\bspend|afford|comfortable with|top price|\bprice\b|how much",
        "beds": r"bed ?rooms?|\bbeds\b",
        "baths": r"bath ?rooms?|\bbaths?\b",
        "timeframe": r"how soon|when (?:are|do|would|were|did) you|time ?(?:line|frame)"
        r"|(?:hop|lik|look|want|plan)\w* to (?:move|buy|sell)\b|move in\b",
        "financing": r"pre ?-?approv\w*|mortgage|lender|cash\b|financ\w+|\bloan\b",
        "listed": r"listed with|(?:another|other) (?:agent|realtor|broker)|already working|working with (?:an?|any)\b"
        r"|have an agent|\brealtor\b|on the market",
        "address": r"address|which (?:home|house|property)|\bstreet\b|where is (?:the|your|it)",
        "condition": r"condition|repairs?|renovat\w+|what shape",
        "homes": r"(?:like|want|love|care) to (?:see|visit|view|tour)|see (?:one|it|them|either)|\btour\b|stand out"
        r"|interested in (?:one|either|any|seeing)|either of (?:those|these|them)"
        r"|which (?:one )?(?:would|do) you (?:like|prefer)",
        "consult": r"set (?:that |it |one )?up|schedule (?:a|an|it)\b|book (?:a|an|it)\b|consultation",
        "slots": r"which (?:one |time |of those |day )?(?:works|work|is better|suits|would work)"
        r"|works? (?:best|better|for you)|which (?:one )?for you|(?:book|take) (?:that|this) time"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.{0,60}\bor (?:at |on )?(?:\d|[a-z]+day)"
        r"|(?:that|this|either|one|time|at all) works?\b|what time|is (?:that|this) (?:time )?(?:ok|okay|good|fine)"
        r"|could (?:we|you) (?:meet|come)|can (?:we|you) meet"
        r"|(?:morning|afternoon),? or (?:the |an? )?(?:morning|afternoon|evening)",
        "callback_time": r"better time|call you back|good time to call",
        "more": r"anything else|any (?:other )?questions|something else|anything i can|else i can",
        "still_there": r"still there|can you hear me|are you there",
        "repeat": r"(?:say|repeat) (?:that|it) (?:again|once)|\brepeat\b|didn'?t (?:quite )?(?:catch|hear|get)|pardon",
    }.items()
}
GOODBYE = re.compile(
    r"\b(good ?bye|bye|have a (?:great|good|nice|wonderful|lovely) (?:day|evening|one|rest|night|afternoon|week\w*)"
    r"|take care|talk (?:to you )?soon)\b"
)


@lru_cache(maxsize=2048)
def topic_of(text: str) -> str:
    """The topic of the last question in the text, "" when it asks nothing known.

    People acknowledge first and ask last, so of all topics mentioned the last one wins.
    """
    topics = topics_of(text) or [""]
    return "beds" if topics[-2:] == ["beds", "baths"] else topics[-1]


def topics_of(text: str) -> list[str]:
    """All topics mentioned from the last question sentence on, in their order."""
    words = plain(text)
    if not is_question(words):
        return []
    asked = _question_part(words)
    return _touched(asked) or _touched(words)


def _touched(words: str) -> list[str]:
    last = {topic: [m.start() for m in pattern.finditer(words)] for topic, pattern in TOPICS.items()}
    return sorted((topic for topic, at in last.items() if at), key=lambda topic: last[topic][-1])


def _question_part(words: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", words)
    asking = [sentence for sentence in sentences if is_question(sentence)]
    wanting = [sentence for sentence in asking if not TOPICS["still_there"].search(sentence)]
    return (wanting or asking or [words])[-1]  # "are you still there?" after a question asks for its answer


def says_goodbye(text: str) -> bool:
    """The speaker is leaving: a farewell that is not followed by another question."""
    words = plain(text)
    last = max((m.end() for m in GOODBYE.finditer(words)), default=-1)
    return last >= 0 and not topic_of(words[last:])
