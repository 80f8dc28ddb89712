"""Reads the instructions of any assistant: what it says first, last and when, what it shall ask, who it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.language.replies import content_words
from sandbox.openai.agent import briefing

_QUOTES = ("double", "curly", "low", "whole", "single")
_QUOTED = (
    r"(?:\"(?P<double>[^\"]+)\"|“(?P<curly>[^”]+)”|‘(?P<low>[^’]+)’|"
    r"'(?P<whole>.+)'(?=[\s.,;!?)]*$)|'(?P<single>.+?)'(?=[\s.,;!?)]|$))"
)
_PEOPLE = "caller|customer|user|person|client|patient|guest|visitor"
_SAYING = (
    r"(?P<verb>greet|welcome|open|begin|start|introduce yourself|answer|say|respond|reply|tell|repeat|end|close|finish|"
    r"conclude|sign off)"
)
_SAYS_QUOTED = re.compile(rf"\b{_SAYING}\b[^\n\"“‘':]{{0,90}}?:?\s*{_QUOTED}", re.IGNORECASE)
_SAYS_AFTER_COLON = re.compile(rf"\b{_SAYING}\b[^\n:\"“‘.!?]{{0,90}}:\s*(?P<words>\S[^\n]*)", re.IGNORECASE)
_SAYS_WITH = re.compile(
    r"\b(?i:(?P<verb>greet|welcome|open|begin|start|answer|say|reply|respond))\b[^\n.:]{0,50}?"
    r"\b(?i:with|by saying|saying|exactly),? (?P<words>[A-Z][^\n]*)"
)
_CONDITION = re.compile(r"^\W*(?:if|when|whenever|once|after|before|should)\b(?P<of>[^,\n]*),", re.IGNORECASE)
_AT_FIRST = re.compile(
    r"\b(?:call|conversation) (?:starts?|begins?|connects?)|\bpicks? up|\banswers?\b|\bfirst\b", re.I
)
_AT_LAST = re.compile(r"\b(?:good ?bye|is done|hangs? up|ends?|is over|finished|nothing else|that'?s all)\b", re.I)
_FIRST_VERBS = frozenset({"greet", "welcome", "open", "begin", "start", "introduce yourself", "answer", "say"})
_LAST_VERBS = frozenset({"end", "close", "finish", "conclude", "sign off"})
_ASKING = re.compile(
    r"\b(?:ask|collect|get|gather|obtain|find out|take down|request|record)\b"
    rf"(?: (?:(?:the|a|your|each) )?(?:{_PEOPLE}|them|him|her)s?(?!'|’)\b)?"
    r"(?: (?:for|about))?:?\s+(?P<what>[^\n.?!]+)",
    re.IGNORECASE,
)
THEIRS = re.compile(rf"\b(?:their|his|her|the (?:{_PEOPLE})['’]s)\b", re.IGNORECASE)
_NO_ITEM = re.compile(
    r"^(?:how|questions?|one (?:question|thing)|anything|nothing|clarif\w*|to|them|it|again|permission|help|only|"
    r"these|those|the following|all|each|every|any|some|more)\b",
    re.I,
)
_MOST_QUESTIONS, _LONGEST_ITEM = 12, 90


@dataclass(frozen=True, slots=True)
class Rule:
    """What to say, or which tool to call, when the person speaks of ``about``."""

    about: frozenset[str]
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Script:
    """What the instructions ask for; empty where they ask for nothing."""

    greeting: str = ""
    farewell: str = ""
    questions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    name: str = ""
    company: str = ""

    @property
    def introduction(self) -> str:
        """ "This is Max from Acme Plumbing." as far as it is known."""
        who = self.name or "the assistant"
        if not self.company:
            return f"This is {self.name}, an AI assistant." if self.name else "I am an AI assistant."
        return f"This is {who} from {self.company}."


def read(instructions: str) -> Script:
    """Reads them. Never fails: anybody may write them."""
    greeting = farewell = ""
    rules: list[Rule] = []
    questions: list[str] = []
    for sentence in _sentences(instructions):
        condition, said = _CONDITION.match(sentence), words_of(sentence)
        verb = _verb(sentence)
        if condition and not _AT_FIRST.search(condition["of"]) and not _AT_LAST.search(condition["of"]):
            rules.append(Rule(frozenset(content_words(condition["of"])), said, sentence))
        elif said and (verb in _LAST_VERBS or (condition and _AT_LAST.search(condition["of"]))):
            farewell = farewell or said
        elif said and (verb in _FIRST_VERBS or condition):
            greeting = greeting or said
        else:
            questions += _asked_for(sentence)
    told = briefing.read(instructions)
    unique = tuple(dict.fromkeys(questions))[:_MOST_QUESTIONS]
    return Script(greeting, farewell, unique, tuple(rules), told.agent, told.brokerage)


def words_of(text: str) -> str:
    """The words a sentence dictates: quoted, behind a colon, or behind "with"; "" when it dictates none."""
    if match := _SAYS_QUOTED.search(text):
        return next(filter(None, match.group(*_QUOTES)), "").strip()
    match = _SAYS_AFTER_COLON.search(text) or _SAYS_WITH.search(text)
    return match["words"].strip().strip("\"'“”").strip() if match else ""


def _verb(text: str) -> str:
    match = _SAYS_QUOTED.search(text) or _SAYS_AFTER_COLON.search(text) or _SAYS_WITH.search(text)
    return match["verb"].lower() if match else ""


def _sentences(text: str) -> Iterator[str]:
    """Lines and the sentences in them; what is quoted or stands behind a colon to be said is not cut."""
    for line in text.splitlines():
        plain = re.sub(r"^\s*(?:[-*•]|\d+[.)])\s*", "", line).strip()
        at, dictated = 0, _SAYS_AFTER_COLON.search(plain)
        for end in re.finditer(r"[.!?]['\"”’]?\s+(?=[A-Z])", plain):
            if dictated and end.start() >= dictated.start("words"):
                break
            part = plain[at : end.end()]
            if part.count('"') % 2 or part.count("“") != part.count("”") or _open_single(part):
                continue
            yield part.strip()
            at = end.end()
        if plain[at:].strip():
            yield plain[at:].strip()


def _open_single(text: str) -> bool:
    """Whether a single quote was opened and not closed; apostrophes stand between letters."""
    opened = len(re.findall(r"(?<!\w)'(?=\w)", text))
    return opened > len(re.findall(r"(?<=[\w.!?,])'(?!\w)", text))


def _asked_for(sentence: str) -> Iterator[str]:
    """The questions a sentence asks for: its own, or one for each thing to be asked."""
    if sentence.endswith("?"):
        yield sentence
        return
    if match := re.search(rf"\bask\b[^\n\"“‘]{{0,60}}{_QUOTED}", sentence, re.IGNORECASE):
        yield next(filter(None, match.group(*_QUOTES)))
        return
    match = _ASKING.search(sentence)
    if not match or re.search(r"\b(?:don'?t|do not|never|without)\b", sentence[: match.start()], re.IGNORECASE):
        return
    for item in re.split(
        r",\s*(?:and\s+)?(?:then\s+)?(?:for\s+)?|;\s*|\s+and\s+(?:for\s+)?(?:then\s+)?", match["what"]
    ):
        if 2 < len(plain := THEIRS.sub("your", item).strip()) <= _LONGEST_ITEM and not _NO_ITEM.match(plain):
            yield question_about(plain)


def question_about(item: str, *, whose: str = "your") -> str:
    """ "your address" asked for."""
    begins = re.match(r"(?:your|the|a|an|whether|if|what|when|where|which|how|who|why|about)\b", item, re.IGNORECASE)
    return f"Could you tell me {item if begins else f'{whose} {item}'}?"
