"""What the stopwatch in the sandbox noted, read: answers of the model as they came, and sounds of the voice. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calls.speech.sentences import SentenceSplitter, split_sentences
from tests.bench_conversation.naive import ACCESS_KEY, KEY

NAIVE, RINGSIDE = "naive", "ringside"


@dataclass(frozen=True, slots=True)
class Written:
    """An answer of the model: when it was asked for (epoch seconds), by whom, after which words of the caller.

    `pieces` are the text as it came, each with its ms since the request; `ms` is when the answer was complete.
    """

    at: float
    by: str
    heard: str
    pieces: tuple[tuple[float, str], ...]
    ms: float
    with_tools: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for _, text in self.pieces)

    @property
    def beginnings(self) -> set[str]:
        """What Ringside may say first of it: cut as it came, or, if it was there before the result, cut as a whole."""
        return {self._cut_as_it_came()[0], *split_sentences(self.text)[:1]}

    @property
    def beginning_ms(self) -> float:
        """After how many ms the first of these was there."""
        return self._cut_as_it_came()[1]

    def _cut_as_it_came(self) -> tuple[str, float]:
        cutter = SentenceSplitter()
        for ms, text in self.pieces:
            if whole := cutter.feed(text):
                return whole[0], ms
        return cutter.flush(), self.ms


@dataclass(frozen=True, slots=True)
class Rendered:
    """A sound of the voice: when it was asked for (epoch seconds), by whom, for which text; complete after `ms`."""

    at: float
    by: str
    text: str
    ms: float


def read(noted: Mapping[str, Any]) -> Written | Rendered:
    """One request as the sandbox tells of it."""
    by = NAIVE if re.search(rf"\b({KEY}|{ACCESS_KEY})\b", noted["credentials"]) else RINGSIDE
    asked = json.loads(noted["asked"])
    ms = max((ms for ms, _ in noted["came"]), default=0.0)
    if noted["vendor"] == "voice":
        return Rendered(noted["at"], by, asked["Text"], ms)
    heard = next((each["content"] for each in reversed(asked["messages"]) if each["role"] == "user"), "")
    answer = [(ms, body) for ms, text in noted["came"] for body in _bodies(text)]
    pieces = tuple((ms, text) for ms, body in answer if (text := _text(body)))
    return Written(noted["at"], by, heard, pieces, ms, any(_message(body).get("tool_calls") for _, body in answer))


def _bodies(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a piece of an answer, streamed or not."""
    for line in text.splitlines():
        body = line.removeprefix("data: ")
        if body.startswith("{"):
            yield json.loads(body)


def _text(body: Mapping[str, Any]) -> str:
    return _message(body).get("content") or ""


def _message(body: Mapping[str, Any]) -> Mapping[str, Any]:
    first: Mapping[str, Any] = next(iter(body.get("choices") or ()), {})
    found: Mapping[str, Any] = first.get("delta") or first.get("message") or {}
    return found
