"""Phones in browsers: they ring, are answered by a human, and carry a real voice both ways."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np

from sandbox.audio import Pcm, ulaw_decode, ulaw_encode
from sandbox.journal import Event, ladder
from sandbox.twilio.call.flow_control import HangUp
from sandbox.twilio.call.resource import TERMINAL, Call
from sandbox.twilio.line.leg import FRAME

KEYS = frozenset("0123456789*#")
# Jitter buffer: a voice that comes in bursts is played this much later, and more than the most is dropped.
_HEAD_START_FRAMES = 3
_MOST_WAITING_SECONDS = 0.4
_HEAD_START: Pcm = np.zeros(FRAME * _HEAD_START_FRAMES, np.int16)


class Browser(Protocol):
    """How a phone reaches its browser; neither call blocks."""

    def tell(self, event: str, **data: Any) -> None: ...
    def play(self, frame: bytes) -> None: ...


@dataclass(eq=False)
class BrowserPhone:
    """One phone in one browser, for one number."""

    browser: Browser
    number: str = ""
    call: Call | None = None

    def hear(self, frame: bytes) -> None:
        """20 ms of mu-law from the microphone."""
        if self.call is None or len(frame) != FRAME:
            return
        mouth = self.call.leg.mouth
        if mouth.seconds > _MOST_WAITING_SECONDS:
            mouth.clear()
        if mouth.empty:
            mouth.put(_HEAD_START)
        mouth.put(ulaw_decode(frame))

    def press(self, digit: str) -> None:
        if self.call is not None and digit in KEYS:
            self.call.log("pressed", digit=digit, line_ms=self.call.leg.milliseconds)
            self.call.leg.press(digit)

    def hang_up(self) -> None:
        """Hangs up, or cancels a call of one's own that nobody has answered yet."""
        if self.call is not None:
            self.call.log("person_hangs_up", line_ms=self.call.leg.milliseconds)
            self.call.flow.give(HangUp("person"))

    async def run(self) -> None:
        """Plays the line to the browser from the answer to the end of the call."""
        call = self.call
        if call is None:
            raise ValueError("a phone runs on a call")
        self.browser.tell("answered", call=call.sid)

        def ear(frame: Pcm) -> None:
            self.browser.play(ulaw_encode(frame))

        call.leg.outbound.append(ear)
        try:
            await asyncio.Event().wait()
        finally:
            call.leg.outbound.remove(ear)

    def follow(self, call: Call) -> None:
        """Shows what happens in this call until it is over, including what has happened already."""

        stop: list[Callable[[], None]] = []

        def show(event: Event) -> None:
            line = {"at_ms": event.at_ms, "kind": event.kind, **event.data}
            self.browser.tell("row", call=call.sid, row=asdict(ladder.row(line)))
            if event.kind == "status" and event.data["status"] in TERMINAL:
                self._over(call)
                stop.pop()()

        for event in call.events:
            show(event)
        stop.append(call.events.watch(show))

    def _over(self, call: Call) -> None:
        if self.call is call:
            self.call = None
            self.browser.tell("ended", call=call.sid, status=call.status, seconds=call.seconds)


@dataclass(eq=False)
class _Ringing:
    call: Call
    answer: asyncio.Future[BrowserPhone | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def decide(self, phone: BrowserPhone | None) -> bool:
        """The first decision counts; None declines."""
        if self.answer.done():
            return False
        self.answer.set_result(phone)
        return True


class BrowserPhones:
    """All phones in browsers, and the calls that ring on them."""

    def __init__(self) -> None:
        self._phones: set[BrowserPhone] = set()
        self._ringing: dict[str, _Ringing] = {}
        self._answered: dict[Call, BrowserPhone] = {}

    def claim(self, phone: BrowserPhone, number: str) -> None:
        """From now on ``number`` rings here; a call that is ringing already rings here at once."""
        phone.number = number
        self._phones.add(phone)
        for ringing in self._ringing.values():
            if ringing.call.person == number:
                self._ring_on(phone, ringing.call)

    def release(self, phone: BrowserPhone) -> None:
        """The browser is gone: its call ends and its number is free."""
        self._phones.discard(phone)
        phone.hang_up()

    def serves(self, number: str) -> bool:
        return any(phone.number == number for phone in self._phones)

    def holder(self, call: Call) -> BrowserPhone | None:
        """The phone this call is on."""
        return self._answered.pop(call, None)

    def call_from(self, phone: BrowserPhone, call: Call) -> None:
        """The person at this phone dialed."""
        phone.call, self._answered[call] = call, phone
        phone.follow(call)
        phone.browser.tell("calling", call=call.sid, to=call.to)

    async def ring(self, call: Call, *, seconds: float) -> str:
        """Rings the phones of a call's number: "answered", "busy" or "no-answer"."""
        mine = [phone for phone in self._phones if phone.number == call.person]
        free = [phone for phone in mine if phone.call is None]
        if mine and not free:
            return "busy"
        ringing = self._ringing[call.sid] = _Ringing(call)
        try:
            for phone in free:
                self._ring_on(phone, call)
            async with asyncio.timeout(seconds):
                return self._picked_up(call, await ringing.answer)
        except TimeoutError:
            return "no-answer"
        finally:
            del self._ringing[call.sid]
            self._stop_ringing(call)

    def _ring_on(self, phone: BrowserPhone, call: Call) -> None:
        about: Mapping[str, str] = {"call": call.sid, "from_": call.from_, "to": call.to}
        phone.browser.tell("ringing", **about)

    def _picked_up(self, call: Call, phone: BrowserPhone | None) -> str:
        if phone is None:
            return "busy"
        phone.call, self._answered[call] = call, phone
        phone.follow(call)
        return "answered"

    def _stop_ringing(self, call: Call) -> None:
        """On every phone but the one that answered."""
        for phone in self._phones:
            if phone.number == call.person and phone.call is not call:
                phone.browser.tell("stopped", call=call.sid)

    def answer(self, phone: BrowserPhone, sid: str) -> bool:
        """Answers a ringing call; False when it no longer rings."""
        ringing = self._ringing.get(sid)
        return ringing is not None and phone.call is None and ringing.decide(phone)

    def decline(self, sid: str) -> None:
        with contextlib.suppress(KeyError):
            self._ringing[sid].decide(None)
