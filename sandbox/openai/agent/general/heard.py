"""Finds a tool's arguments in what the person said: by the question they answered, by the words around a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.language.numbers import numbers_in
from sandbox.language.replies import bare, says_no, says_yes
from sandbox.openai.agent.general.schema_values import Schema
from sandbox.openai.agent.general.script import THEIRS, question_about
from sandbox.openai.agent.turn import Message

_WHOLE_SENTENCE = re.compile(
    r"query|question|message|text|reason|problem|issue|description|summary|notes?$|request|details?|topic|content|"
    r"complaint|symptom|subject|prompt|input|utterance|sentence|words?$|what", re.IGNORECASE
)  # fmt: skip
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_PLACE = re.compile(
    r"\b(?:in|at|for|near|around|to|from|of) (?P<it>(?:the )?[A-Z][\w'’.-]*(?:[ ,]+[A-Z][\w'’.-]*){0,4})"
)
# What a property is called, and how its value is said.
_SHAPES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(name, re.IGNORECASE), re.compile(value, re.IGNORECASE))
    for name, value in (
        (r"e-?mail", r"(?P<it>[\w.+-]+@[\w-]+\.[\w.-]*\w)"),
        (r"phone|mobile|callback_?number", r"(?P<it>\+?\d[\d\s().-]{6,}\d)"),
        (r"date|day|when",
         rf"\b(?P<it>\d{{4}}-\d\d-\d\d|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?|to(?:day|night|morrow)|"
         rf"(?:next |this )?(?:{_DAYS}))\b"),
        (r"time|hour|when|slot", r"\b(?P<it>\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\b\.?|o'?clock)|\d{1,2}:\d\d|noon|midnight|"
         r"(?:in the )?(?:morning|afternoon|evening))"),
        (r"(?:^|_)(?:order|account|booking|reference|invoice|ticket|tracking)\w*|(?:^|_)id$|number|code",
         r"(?:number|id|code|order|account|reference|booking)[\w ]{0,12}? #?(?P<it>[A-Z0-9-]*\d[A-Z0-9-]*)"),
        (r"name$|^who|caller|customer|patient|guest",
         r"\b(?:my name is|this is|it's|i am|i'm|name's|the name is) (?P<it>[A-Z]\w+(?: [A-Z]\w+)?)"),
        (r"address|street", r"(?P<it>\d+ (?:[A-Z][\w.]*|\d+\w*)(?: [A-Z][\w.]*){0,4})"),
    )
)  # fmt: skip
_IS_PLACE = re.compile(r"location|city|place|town|area|destination|country|region|address|where|state$|origin", re.I)
_LEAD_IN = re.compile(
    r"^(?:(?:yes|sure|well|okay|ok|um|uh|so|hi|hello)[,. ]+)*"
    r"(?:(?:it(?:'s| is)|that(?:'s| is| would be)|my \w+(?: \w+)? is|i(?:'m| am)(?: in| at)?|this is|the \w+ is|"
    r"i(?:'d| would) (?:like|say)|for|in|at|to) )?",
    re.IGNORECASE,
)


def question_for(name: str, schema: Schema) -> str:
    """How the assistant asks for that property: by its short description, else by its name."""
    said = re.split(r"[.(,;:]|\be\.g", str(schema.get("description") or ""))[0].strip()
    item = said[:1].lower() + said[1:] if 0 < len(said.split()) <= 8 else spaced(name).lower()
    return question_about(THEIRS.sub("your", item), whose="the")


def spaced(name: str) -> str:
    """ "check_order" and "checkOrder" as words."""
    return " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name.replace("-", "_"))) or name


class Heard:
    """What a conversation says about properties; a property it says nothing about has no value."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._said = [(at, message.text) for at, message in enumerate(messages) if message.role == "user"]
        self._messages = messages

    def value(self, name: str, schema: Schema) -> Any:
        """What was said of it, in the type its schema asks for; None for nothing."""
        if options := schema.get("enum"):
            return self._option(options, self._answer(name, schema))
        match _types(schema):
            case types if "object" in types:
                return None
            case types if "array" in types:
                one = self.value(name, schema.get("items") or {"type": "string"})
                return None if one is None else [one]
            case types if types & {"integer", "number"}:
                return self._number(name, schema, whole="number" not in types)
            case types if "boolean" in types:
                answer = self._answer(name, schema, whole=True)
                return True if says_yes(answer) else False if says_no(answer) else None
            case _:
                return self._text(name, schema)

    def _answer(self, name: str, schema: Schema, *, whole: bool = False) -> str:
        """What was said after the assistant had asked for it: the value alone, or the ``whole`` line."""
        wanted = question_for(name, schema)
        words = set(spaced(name).lower().split())
        for at, text in reversed(self._said):
            asked = self._messages[at - 1] if at else None
            if asked is None or asked.role != "assistant" or "?" not in asked.text:
                continue
            if wanted in asked.text or words <= set(bare(asked.text.rpartition(".")[2]).split()):
                return text if whole else _LEAD_IN.sub("", text).strip(" .!") or text
        return ""

    def _option(self, options: Sequence[Any], answer: str) -> Any:
        for text in (answer, *(text for _, text in reversed(self._said))):
            said = f" {bare(text)} "
            for option in options:
                if isinstance(option, str) and option and f" {bare(spaced(option))} " in said:
                    return option
        return None

    def _number(self, name: str, schema: Schema, *, whole: bool) -> float | int | None:
        for text in filter(None, (self._answer(name, schema), self._said[-1][1] if self._said else "")):
            if found := numbers_in(text):
                number = found[0].value
                return int(number) if whole or number == int(number) else number
        return None

    def _text(self, name: str, schema: Schema) -> str | None:
        if answer := self._answer(name, schema):
            return answer
        plain = spaced(name).lower().replace(" ", "_")
        texts = [text for _, text in reversed(self._said)]
        for called, shape in _SHAPES:
            if called.search(plain):
                return next((match["it"].strip() for text in texts if (match := shape.search(text))), None)
        if _IS_PLACE.search(plain):
            return next((match["it"].strip(" .,?") for text in texts if (match := _PLACE.search(text))), None)
        return texts[0] if texts and _WHOLE_SENTENCE.search(plain) else None


def _types(schema: Schema) -> set[str]:
    kind = schema.get("type")
    kinds = {kind} if isinstance(kind, str) else set(kind or ())
    for branch in schema.get("anyOf") or schema.get("oneOf") or ():
        kinds |= _types(branch) if isinstance(branch, Mapping) else set()
    if not kinds - {"null"} and "properties" in schema:
        return {"object"}
    return kinds - {"null"}
