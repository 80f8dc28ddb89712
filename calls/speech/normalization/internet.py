"""Rules for e-mail addresses and links, which a voice would garble or spell. Pure."""

import re

from calls.speech.normalization.numerals import digit_by_digit
from calls.speech.normalization.patterns import rule, word_list

DOMAINS = word_list(
    "com net org io co us edu gov mil info biz homes house realty realtor realestate estate properties rent app dev ai "
    "me tv ca uk de mx es fr eu xyz online site agency email cloud page link ly gl be"
)
_HOST = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,62}}[A-Za-z0-9])?\.){{1,6}}(?:{'|'.join(DOMAINS)})"
_REST = r"(?::[0-9]{1,5})?(?:[/?#](?:[^\s<>\"“”|\[\](){}*`]*[^\s<>\"“”|\[\](){}*`.,;:!?'’])?)?"
# A name before the @ that begins and ends as names do, so that marks of emphasis and of a sentence stay outside.
EMAIL = (
    r"(?:mailto:)?(?<![A-Za-z0-9._%+@-])[A-Za-z0-9_][A-Za-z0-9._%+'-]{0,63}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,24}\b"
)
LINK = (
    rf"(?:\b(?:https?|ftp)://[^\s<>\"“”|\[\](){{}}*`]*[^\s<>\"“”|\[\](){{}}*`.,;:!?'’_]"
    rf"|\bwww\.{_HOST}(?![\w-]){_REST}|(?<![\w@.-]){_HOST}(?![\w@-]|\.[\w]){_REST})"
)
ADDRESSES = rf"(?:{EMAIL}|{LINK})"
_MARKS = {".": "dot", "@": "at", "_": "underscore", "-": "dash", "+": "plus", "%": "percent", "'": "apostrophe"}
_MOST_OF_A_PATH = 2  # words of an address's path that somebody would say and remember
_LINK_PARTS = re.compile(
    r"(?:[a-z]+://)?(?:[^/?#@]*@)?(?P<host>[^/?#:]+)(?::[0-9]*)?(?P<path>[^?#]*)(?P<more>.*)", re.I
)


def _email(match: re.Match[str]) -> str:
    return _aloud(match[0].lower().removeprefix("mailto:"))


def _link(match: re.Match[str]) -> str:
    """Say the host, and the path where it is a word or two; nobody can write down the rest."""
    parts = _LINK_PARTS.fullmatch(match[0])
    if parts is None:
        return ""
    host = parts["host"].lower().removeprefix("www.")
    path = [step for step in parts["path"].lower().split("/") if step]
    sayable = len(path) <= _MOST_OF_A_PATH and all(
        re.fullmatch(r"[a-z]{2,20}(?:-[a-z]{2,20}){0,2}", each) for each in path
    )
    return " slash ".join(map(_aloud, [host, *(path if sayable and not parts["more"] else [])]))


def _aloud(address: str) -> str:
    """Say an address: its marks by name, its digits one by one."""
    words = re.findall(r"[^\W\d_]+|[0-9]+|.", address)
    return " ".join(
        digit_by_digit(word) if word.isdecimal() and word.isascii() else _MARKS.get(word, word) for word in words
    )


RULES = (
    rule(EMAIL, _email),
    rule(
        r"(?<!\S)[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)+(?=\sat\s[\w.-]+(?:\sdot\s|\.)[a-z])", _email
    ),  # half in words already
    rule(LINK, _link, re.IGNORECASE),
    rule(r"\b(?:tel|sms|callto):(?=\+?[0-9(])", "", re.IGNORECASE),
    rule(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", ""),  # a row's id
    rule(r"(?<![\w@])@(?P<handle>[A-Za-z]\w{0,30})", lambda match: f"at {match['handle']}"),
    rule(r"(?<![\w#])#(?P<tag>[A-Za-z]\w*)", lambda match: match["tag"]),
)
