"""A line at the carrier: performs TwiML documents as they come, and asks for the next one."""

import asyncio
import io
import wave
from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.stage.doors import Doors, Form, NoAnswer

WORDS_PER_SECOND = 12.5  # of what the carrier's own voice says: as fast as the Polly of the stage

type Goto = tuple[str, Form]


class Line(ABC):
    """Performs documents for whoever is on the line."""

    def __init__(self, sid: str, doors: Doors) -> None:
        self.sid, self.doors = sid, doors
        self.notes: list[str] = []
        self.how = ""
        self._lengths: dict[str, float] = {}

    @abstractmethod
    def common(self) -> Form:
        """What every request about this line carries."""

    async def follow(self, url: str, form: Form | None = None) -> None:
        """Perform the document there and all it leads to; ``how`` tells how it ended."""
        goto: Goto | str = (url, form or {})
        while isinstance(goto, tuple):
            try:
                goto = await self._perform(await self._document(*goto), base=goto[0])
            except NoAnswer as problem:
                self.notes.append(f"application error: {problem}")
                goto = "error"
        self.how = self.how or goto

    async def _document(self, url: str, form: Form) -> Element:
        reply = await self.ask(url, self.common() | form)
        if reply.status_code != 200:
            raise NoAnswer(f"answered {reply.status_code}")
        return ElementTree.fromstring(reply.text)  # noqa: S314 - our own product wrote it

    async def ask(self, url: str, form: Form) -> Any:
        """Post a webhook that a document is expected from."""
        return await self.doors.post(url, form)

    async def _perform(self, document: Element, *, base: str) -> Goto | str:
        for verb in document:
            if verb.tag == "Redirect":
                return urljoin(base, verb.text or ""), {}
            if verb.tag == "Hangup":
                return "document"
            goto = await self._one(verb, base)
            if goto is not None:
                return goto
        return "ran out"

    async def _one(self, verb: Element, base: str) -> Goto | None:
        match verb.tag:
            case "Say" | "Play":
                await self._sound(verb, base)
            case "Pause":
                await asyncio.sleep(float(verb.get("length", "1")))
            case "Gather":
                return await self._gather(verb, base)
            case "Connect":
                await self.connect(verb)
            case "Dial":
                return await self.dial(verb, base)
            case _:
                self.notes.append(f"unknown verb {verb.tag}")
        return None

    async def _sound(self, verb: Element, base: str) -> None:
        if verb.tag == "Say":
            seconds = len((verb.text or "").split()) / WORDS_PER_SECOND
        else:
            seconds = await self._length(urljoin(base, verb.text or ""))
        await self.hear(seconds)

    async def hear(self, seconds: float) -> None:
        """Be spoken to for so long."""
        await asyncio.sleep(seconds)

    async def _length(self, url: str) -> float:
        if url not in self._lengths:
            reply = await self.doors.get(url)
            with wave.open(io.BytesIO(reply.content)) as sound:
                self._lengths[url] = sound.getnframes() / sound.getframerate()
        return self._lengths[url]

    async def _gather(self, verb: Element, base: str) -> Goto | None:
        for inner in verb:
            await self._one(inner, base)
        heard = await self.respond(verb)
        action = urljoin(base, verb.get("action", ""))
        if heard or verb.get("actionOnEmptyResult") == "true":
            return action, heard
        return None

    @abstractmethod
    async def respond(self, gather: Element) -> Form:
        """What the person does when asked: words or keys, or nothing."""

    async def connect(self, verb: Element) -> None:
        self.notes.append("unexpected Connect")

    async def dial(self, verb: Element, base: str) -> Goto | None:
        self.notes.append("unexpected Dial")
        return None
