"""The leads of the run: each talks on, and at its second asks not to be called; what was said is remembered."""

import asyncio
from collections import Counter
from collections.abc import Callable
from xml.etree.ElementTree import Element

import httpx

from sandbox.twilio.webhooks.transport import Overrides
from tests.soak.faults import Plan
from tests.soak.leg import Leg as SoakLeg
from tests.soak.model import Model as SoakModel
from tests.soak.model import Receive, Send, Session
from tests.stage.doors import Doors as StageDoors
from tests.stage.doors import Form
from tests.stage.placed import now

WISHES = ("Please stop calling me.", "Take me off your list.", "Do not call me again.")
FAREWELL_SECONDS = 8.0  # before the end of the call, the last words were said


class Leg(SoakLeg):
    """One lead."""

    def __init__(self, sid: str, fields: Form, plan: Plan, doors: "Doors", next_sid: Callable[[], str]) -> None:
        super().__init__(sid, fields, plan, doors, next_sid, _nothing)
        self.said: list[str] = []
        self.wish_due = asyncio.Event()
        self.wished_at: float | None = None
        self._spoken_to = False  # by the document that is performed

    def words(self) -> str:
        """What the lead says now: a line of its own, or its wish once that is due."""
        if self.wish_due.is_set() and self.wished_at is None:
            self.wished_at = now()
            line = WISHES[self.plan.number % len(WISHES)]
        else:
            line = f"I would like garden number {len(self.said) + 1} of lead {self.plan.number}."
        self.said.append(line)
        return line

    @property
    def left_without_farewell(self) -> bool:
        """The line ended by no wish of the lead's, and nobody said goodbye."""
        if self.how == "caller":
            return False
        if self.how == "rest":
            return (self.ended_at or 0.0) - self.ear.agent_until > FAREWELL_SECONDS
        return self.how != "document" or not self._spoken_to

    async def respond(self, gather: Element) -> Form:
        if "speech" not in gather.get("input", "dtmf"):
            return {}
        await asyncio.sleep(self.dice.uniform(0.3, 0.7))
        if self.wished_at is not None:  # who has asked says no more
            await asyncio.sleep(float(gather.get("timeout", "5")))
            return {}
        seconds = self.dice.uniform(0.6, 1.0)
        self.ear.caller_speaks(now(), seconds)
        await asyncio.sleep(seconds + 1.0)
        return {"SpeechResult": self.words(), "Confidence": "0.93"}

    async def _document(self, url: str, form: Form) -> Element:
        document = await super()._document(url, form)
        self._spoken_to = any(verb.tag in ("Say", "Play") for verb in document.iter())
        return document


async def _nothing(leg: SoakLeg) -> None:
    """Nothing goes wrong on this line of its own."""


class Listening(Session):
    """A session of the model, which writes down what the lead really says."""

    async def _write_down(self, item: str) -> None:
        leg = self._model.legs.get(self.number) if isinstance(self._model, Models) else None
        await asyncio.sleep(0.3)
        if leg is None or not self.open or leg.wished_at is not None:
            return
        await self.say(
            "conversation.item.input_audio_transcription.completed",
            **{"item_id": item, "content_index": 0, "transcript": leg.words()},
            usage={"type": "duration", "seconds": 1.0},
        )


class Models(SoakModel):
    """The realtime model, which knows who is on which line."""

    def __init__(self) -> None:
        super().__init__()
        self.legs: dict[int | None, Leg] = {}

    async def serve(self, receive: Receive, send: Send, abort: Callable[[], None]) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        session = Listening(self, send, abort)
        self.sessions.append(session)
        await session.serve(receive)


class Doors(StageDoors):
    """The carrier's way in, which notes every answer."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.answers: Counter[tuple[str, str]] = Counter()
        self.longest = 0.0

    async def attempt(self, address: str, form: Form, wish: Overrides) -> httpx.Response | str:
        began = now()
        reply = await super().attempt(address, form, wish)
        self.longest = max(self.longest, now() - began)
        kind = address.split("/webhooks/twilio/")[-1].split("/")[0]
        html = not isinstance(reply, str) and "html" in reply.headers.get("content-type", "")
        self.answers[kind, reply if isinstance(reply, str) else f"{reply.status_code}{' html' if html else ''}"] += 1
        return reply
