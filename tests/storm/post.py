"""Delivers the webhooks of one call as the weather wants it, and keeps every answer."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from urllib.parse import urldefrag, urlsplit

import httpx

from sandbox.twilio.webhooks.transport import Overrides
from tests.stage.doors import WEBHOOK_SECONDS, Doors, Form, NoAnswer
from tests.stage.placed import now
from tests.storm.report import Answer
from tests.storm.weather import Delivery, Fate, callback, delivery

TURNS = ("voice", "gather")
INTO_THE_TURN_SECONDS = 0.05  # the repetition of the last turn comes so long after the next one was asked for

type Deliver = Callable[[], Awaitable[httpx.Response | None]]


class Post:
    """The deliveries of one call. ``answers`` has one entry for each; those of one webhook share its number."""

    def __init__(self, doors: Doors, dice: random.Random) -> None:
        self.answers: list[Answer] = []
        self.fates: list[Fate] = []
        self.end_told_at: float | None = None  # from when on a call that is over may be told so
        self._doors, self._dice = doors, dice
        self._webhooks = itertools.count()
        self._later: set[asyncio.Task[None]] = set()
        self._next_turn = asyncio.Event()

    async def ask(self, url: str, form: Form) -> httpx.Response:
        """Have a document made. Raises NoAnswer."""
        webhook, address = next(self._webhooks), urldefrag(url)[0]
        if _kind(address) in TURNS:
            self._turn_begins()
        wanted = delivery(self._dice)
        self.fates.append(wanted.fate)
        reply = await self._asked(wanted, lambda: self._deliver(webhook, url, form))
        if reply is None:
            raise NoAnswer(urlsplit(address).path)
        return reply

    def tell(self, url: str, form: Form, *, after: float = 0.0) -> "asyncio.Task[None]":
        """Post a callback, after so many seconds; the task ends with its first answer."""
        webhook, wanted = next(self._webhooks), callback(self._dice)
        self.fates.append(wanted.fate)

        async def told() -> None:
            await asyncio.sleep(after)
            await self._asked(wanted, lambda: self._deliver(webhook, url, form))

        return self._soon(told())

    async def settle(self) -> None:
        """Until everything has been delivered: what waits for a next turn comes now."""
        self._turn_begins()
        while self._later:
            await self._later.pop()

    async def _asked(self, wanted: Delivery, deliver: Deliver) -> httpx.Response | None:
        match wanted.fate:
            case Fate.ONCE:
                return await deliver()
            case Fate.TWICE_AT_ONCE:
                both = await asyncio.gather(deliver(), deliver())
                return self._dice.choice(both)
            case Fate.AGAIN_LATE:
                reply = await deliver()
                self._soon(self._again_after(wanted.seconds, deliver))
                return reply
            case Fate.AGAIN_NEXT_TURN:
                next_turn, reply = self._next_turn, await deliver()
                self._soon(self._again_in(next_turn, deliver))
                return reply
            case Fate.ANSWER_LOST:
                await self._broken_off(wanted.seconds, deliver)
                return await deliver()

    async def _broken_off(self, seconds: float, deliver: Deliver) -> None:
        """The connection is closed after so long; an answer that came before that is lost all the same."""
        try:
            async with asyncio.timeout(seconds):
                await deliver()
        except TimeoutError:
            pass

    async def _again_after(self, seconds: float, deliver: Deliver) -> None:
        await asyncio.sleep(seconds)
        await deliver()

    async def _again_in(self, turn: asyncio.Event, deliver: Deliver) -> None:
        await turn.wait()
        await asyncio.sleep(INTO_THE_TURN_SECONDS)
        await deliver()

    async def _deliver(self, webhook: int, url: str, form: Form) -> httpx.Response | None:
        """One delivery, and its answer kept; None when none came within the carrier's time."""
        address, fragment = urldefrag(url)
        asked_at = now()
        reply = await self._doors.attempt(address, form, Overrides.read_from(fragment, WEBHOOK_SECONDS))
        answered = None if isinstance(reply, str) else reply
        self.answers.append(
            Answer(
                webhook=webhook,
                kind=_kind(address),
                status=answered.status_code if answered is not None else None,
                body=answered.text if answered is not None else "",
                seconds=now() - asked_at,
                after_the_end=self.end_told_at is not None,
            )
        )
        return answered

    def _turn_begins(self) -> None:
        self._next_turn.set()
        self._next_turn = asyncio.Event()

    def _soon(self, work: Awaitable[None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return task


def _kind(address: str) -> str:
    """What a webhook is about: voice, gather, more, status, amd, …"""
    words = urlsplit(address).path.split("/")
    return "more" if "more" in words else words[3]
