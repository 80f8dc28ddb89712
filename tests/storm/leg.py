"""One call of the storm: rings, is answered, says its lines, and reports and is reported on as the weather has it."""

import asyncio
import random
import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import httpx

from calls.conversational import barge_in, documents
from tests.stage.doors import Doors, Form
from tests.stage.placed import PlacedCall, now
from tests.storm.post import Post
from tests.storm.script import BOOKS_IN_TURN, line
from tests.storm.weather import Plan, reported_after_the_end, turns_of

RING_SECONDS = 0.3
THINKS_SECONDS = 0.05, 0.3  # before a line; it takes no time to say, as if it were said into the prompt
BEFORE_THE_END = ["initiated", "ringing", "answered"]
_BRIDGED = re.compile(r"/more/\d+/[1-9]\d*$")  # the document before it was a phrase that bridges a wait


def result_seconds(words: str) -> float:
    """From the end of a prompt to the result of words said after it."""
    speaking = len(words.split()) / barge_in.BRISK_WORDS_PER_SECOND
    return speaking + documents.PAUSE_SECONDS + barge_in.RECOGNITION_SECONDS + barge_in.TO_THE_EAR_SECONDS


class HungUp(Exception):
    """The caller has left."""


class Leg(PlacedCall):
    """The call to a lead who says the lines of the script. ``lines_said`` counts them."""

    def __init__(self, sid: str, fields: Form, plan: Plan, doors: Doors, next_sid: Callable[[], str]) -> None:
        super().__init__(sid, fields, doors, next_sid)
        self.plan, self._dice = plan, random.Random(plan.seed)
        self.post = Post(doors, self._dice)
        self.lines_said = 0
        self.bridges = 0  # phrases played to bridge a wait
        self.told_late = 0  # status callbacks that came after the end of the call
        self.ended, self.over = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        try:
            held = await self._ring()
            self._detect_machine(self.plan.verdict_after)
            await self._hold()
            self.ended.set()
            await self._tell_the_end(held)
            await self.post.settle()
        finally:
            self.ended.set()
            self.over.set()

    async def ask(self, url: str, form: Form) -> httpx.Response:
        self.bridges += bool(_BRIDGED.search(url.partition("#")[0]))
        return await self.post.ask(url, form)

    async def respond(self, gather: Element) -> Form:
        await asyncio.sleep(self._dice.uniform(*THINKS_SECONDS))
        if self.lines_said == turns_of(self.plan):
            raise HungUp
        self.lines_said += 1
        if self.lines_said == BOOKS_IN_TURN:  # who agrees to a time has heard it
            await asyncio.sleep(result_seconds(line(self.lines_said)))
        return {"SpeechResult": line(self.lines_said), "Confidence": "0.93"}

    async def _ring(self) -> list[Form]:
        """Until somebody picks up; the status callbacks that are held back."""
        reports = {}
        for event, status in zip(BEFORE_THE_END, ("queued", "ringing", "in-progress"), strict=True):
            self.status = status
            reports[event] = self.status_report(event)
            if event not in reported_after_the_end(self.plan.order, BEFORE_THE_END):
                self._tell("StatusCallback", reports[event])
            await asyncio.sleep(0 if event == "answered" else RING_SECONDS / 2)
        self.answered_at = now()
        return [reports[event] for event in reported_after_the_end(self.plan.order, BEFORE_THE_END)]

    async def _hold(self) -> None:
        """Until the caller leaves, or the documents or the house end the call."""
        talking, ordered = asyncio.create_task(self._talk()), asyncio.create_task(self._orders.get())
        await asyncio.wait({talking, ordered}, return_when=asyncio.FIRST_COMPLETED)
        self.how = self.how or "rest"
        talking.cancel()
        ordered.cancel()
        await asyncio.gather(talking, ordered, return_exceptions=True)

    async def _talk(self) -> None:
        try:
            await self.follow(self.form["Url"])
        except HungUp:
            self.how = "caller"

    async def _tell_the_end(self, held: list[Form]) -> None:
        self.status, self.ended_at = "completed", now()
        self.post.end_told_at = now()
        await self._tell("StatusCallback", self.status_report("completed"))
        for report in held:
            self.told_late += 1
            await self._tell("StatusCallback", report)
        if self.plan.verdict_after is None:
            self._detect_machine(0.0)

    def _detect_machine(self, after: float | None) -> None:
        if after is not None:
            told = self.common() | {"AnsweredBy": "human", "MachineDetectionDuration": "2400"}
            self._tell("AsyncAmdStatusCallback", told, after=after)

    def _tell(self, field: str, form: Form, *, after: float = 0.0) -> "asyncio.Task[Any]":
        return self.post.tell(self.form[field], form, after=after)
