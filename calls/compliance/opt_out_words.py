"""Detect an opt-out in words or keys, as callers say it and as recognizers mishear it. Pure."""

import re
from typing import Literal

OPT_OUT_KEY = "9"  # the opening names it to every caller
FAREWELL = "Understood. We won't call you again. Goodbye."

MISHEARD = (  # what recognizers make of the words, seen on 8 kHz audio
    (r"\b(due|dew|do|doo|you) (knot|nod|naught)\b|\b(due|dew) not\b|\bdonut\b|\bdon t\b|\bdont\b", "do not"),
    (r"\bdon't\b", "do not"),
    (r"\b(call|col|cal|kall|coal) ?(in|ing|en|an)\b|\bcolling\b|\bcolin\b|\bcolon\b", "calling"),
    (r"\b(stopped|stub|stopp|stuff) calling\b", "stop calling"),
    (r"\b(quick|quid|quite|quiet) calling\b", "quit calling"),
    (r"\b(loose|lows) my\b", "lose my"),
    (r"\btake (me|my number|us) of\b", r"take \1 off"),
    (r"\b(on|un) ?(subscribe|scribe)\b", "unsubscribe"),
    (r"\bremove me|re ?move me|move me (off|from)\b", "remove me"),
)
PEOPLE_AND_PHONES = "number|phone|line|house|home|cell|husband|wife|mother|father"
ME = rf"(me|us|here|(my|our|this) ({PEOPLE_AND_PHONES}))"
NOT_NOW = (  # "do not call me before five" is about the hour
    r"(?! *(back )?(before|after|until|till|at|on|in|during|while|when|tomorrow|today|tonight|this|now|right now"
    r"|so|that)\b)"
)
NEVER = r"(do not|never|not to) (ever )?(call|phone|contact|ring|bother)"
ASKS_TO_STOP = re.compile(
    rf"\b(stop|quit|cease) (calling|phoning|bothering|contacting|harassing)\b"
    rf"|\b{NEVER} {ME} (again|anymore|any more|ever|back again)\b"
    rf"|\b{NEVER} ({ME}|again|anymore|any more|back)(?! not){NOT_NOW}"
    r"|\bdo not call (list|registry)\b|\bdo not call$"
    r"|\bno more calls\b|\bopt(ed|ing)? (me )?out\b|\bunsubscribe\b"
    rf"|\b(remove|delete|erase) {ME}|\btake {ME} off\b"
    r"|\blose (my|this) number\b|\bleave (me|us) alone\b"
)
# a "stop" on its own; the opening tells every caller to say just that
STOP_ALONE = re.compile(
    r"^((i (said|say)|please|okay|ok|just|hey|no|yes|wait|well|um|uh|and|so|now|you|should|can|could|would) )*"
    r"stop( (it|now|please|that|this|stop|thank you|thanks))*$"
)
NOT_A_WISH = re.compile(
    r"\b(did|do|does|when) (you|they|he|she) (ever )?stop calling\b|\b(do not|never) stop calling\b"
)


type OptOutBy = Literal["keypad", "verbal_request"]  # values of Suppression.Reason


def opt_out_by(*, speech: str = "", keys: str = "") -> OptOutBy | None:
    """How the caller asked not to be called again, by key or in words; None when they did not.

    Every engine and every flow asks here, so that all of them take the same words and keys for an opt-out.
    """
    if keys:
        return "keypad" if keys.strip().rstrip("#") == OPT_OUT_KEY else None
    return "verbal_request" if is_opt_out(speech) else None


def is_opt_out(text: str) -> bool:
    """Whether these words ask not to be called again. When in doubt, yes: to miss one is against the law."""
    plain = _plain(text)
    sentences = [piece.strip() for piece in plain.split("|")]
    said = [" ".join(sentences), *sentences]  # recognizers put full stops inside sentences, too
    if any(ASKS_TO_STOP.search(NOT_A_WISH.sub(" ", words)) for words in said):
        return True
    return any(STOP_ALONE.match(sentence) for sentence in sentences)


def _plain(text: str) -> str:
    """The text in lower case, sentences separated by "|", recognizers' spellings corrected."""
    words = re.sub(r"[.!?,;:…—–-]+", " | ", text.casefold().replace("’", "'"))
    words = " ".join(re.sub(r"[^a-z0-9'| ]", " ", words).split())
    for heard, meant in MISHEARD:
        words = re.sub(heard, meant, words)
    return words
