"""One call at the carrier: rings, is answered, performs TwiML as it comes, and tells the house about it.

The person on it is the lead of the run's plan; a leg dialed from the call belongs to a member of the staff.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from tests.soak.ear import Ear
from tests.soak.faults import Plan
from tests.soak.stream import MediaStream
from tests.stage.doors import Door, Doors, Form, NoAnswer
from tests.stage.line import Goto, Line
from tests.stage.placed import PlacedCall, now

RING_SECONDS = 1.0
STAFF_PICKS_UP_SECONDS = 2.0
TALK_SECONDS = 4.0  # of a bridged call
LEAVES_AT_THE_FAULT = frozenset({"stop_without_close", "vanishes_at_hang_up"})

type Strike = Callable[["Leg"], Coroutine[Any, Any, None]]


class StaffLine(Line):
    """The phone of a member of the staff, who presses 1 when asked to."""

    def __init__(self, lead: "Leg", to: str) -> None:
        super().__init__(lead.next_sid(), lead.doors)
        self._lead, self._to = lead, to

    def common(self) -> Form:
        return self._lead.common() | {"CallSid": self.sid, "ParentCallSid": self._lead.sid, "To": self._to}

    async def respond(self, gather: Element) -> Form:
        await asyncio.sleep(0.5)
        return {"Digits": "1"}


class Leg(PlacedCall):
    """The call to a lead. ``strike`` waits for the second of its fault, and does it."""

    def __init__(
        self, sid: str, fields: Form, plan: Plan, doors: Doors, next_sid: Callable[[], str], strike: Strike
    ) -> None:
        super().__init__(sid, fields, doors, next_sid)
        self.plan, self.ear, self.dice, self._strike = plan, Ear(), random.Random(plan.seed), strike
        self.strikes: list[tuple[str, float]] = []  # what went wrong on it, and when
        self.door: Door | None = None  # the process that holds its stream
        self.streams: list[MediaStream] = []
        self.crossed = 0  # sounds of somebody else's agent
        self.staff_answers = self.dice.random() < 0.5
        self.ended_utc: datetime | None = None
        self.ended = asyncio.Event()  # the line is free again
        self.over = asyncio.Event()  # and nothing of the call is left
        self._turns = 0
        self._reports: set[asyncio.Task[None]] = set()

    @property
    def fault(self) -> str:
        return self.plan.fault

    def struck(self, fault: str) -> None:
        """That fault has come."""
        self.strikes.append((fault, now()))

    async def run(self) -> None:
        try:
            await self._ring()
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(self._strike(self)), tasks.create_task(self._detect_machine())]
                await self._hold()
                for helper in helpers:
                    helper.cancel()
        finally:
            self.ended.set()
            self.over.set()

    async def _ring(self) -> None:
        self._report("initiated")
        await asyncio.sleep(RING_SECONDS / 2)
        self.status = "ringing"
        self._report("ringing")
        await asyncio.sleep(RING_SECONDS / 2)
        self.status, self.answered_at = "in-progress", now()
        self._report("answered")

    async def _hold(self) -> None:
        """Until the caller leaves, the house ends the call, or its documents do."""
        talking = asyncio.create_task(self.follow(self.form["Url"]))
        leaving = asyncio.create_task(asyncio.sleep(self._leaves_after()))
        ordered = asyncio.create_task(self._orders.get())
        while not self.how:
            await asyncio.wait({talking, leaving, ordered}, return_when=asyncio.FIRST_COMPLETED)
            if ordered.done():
                talking = await self._obey(ordered.result(), talking)
                ordered = asyncio.create_task(self._orders.get())
            elif leaving.done() or talking.exception():
                self.how = "caller" if leaving.done() else "error"
        self._end()
        for task in (talking, leaving, ordered):
            task.cancel()
        await asyncio.gather(talking, leaving, ordered, return_exceptions=True)

    async def _obey(self, form: Form, talking: "asyncio.Task[None]") -> "asyncio.Task[None]":
        if form.get("Status"):
            self.how = "rest"
            return talking
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        return asyncio.create_task(self.follow(form["Url"]))

    def _leaves_after(self) -> float:
        return self.plan.at if self.fault in LEAVES_AT_THE_FAULT else self.plan.leaves

    def _end(self) -> None:
        self.status, self.ended_at, self.ended_utc = "completed", now(), datetime.now(UTC)
        self.ended.set()
        for stream in self.streams:
            stream.line_ended = self.ended_at
        if self.fault != "vanishes_at_hang_up":
            self._report("completed")

    # --- the person ---------------------------------------------------------------------------------------------------

    async def respond(self, gather: Element) -> Form:
        if "speech" not in gather.get("input", "dtmf"):
            return {}
        await asyncio.sleep(self.dice.uniform(0.3, 0.7))
        seconds = self.dice.uniform(0.6, 1.4)
        self.ear.caller_speaks(now(), seconds)
        pause = gather.get("speechTimeout", "auto")
        await asyncio.sleep(seconds + (0.6 if pause == "auto" else float(pause)))
        self._turns += 1
        return {"SpeechResult": f"I would like a garden, number {self._turns}.", "Confidence": "0.93"}

    async def hear(self, seconds: float) -> None:
        self.ear.hears_agent(now(), seconds)
        await super().hear(seconds)

    async def connect(self, verb: Element) -> None:
        stream = MediaStream(self, verb[0])
        self.streams.append(stream)
        await stream.run()

    async def dial(self, verb: Element, base: str) -> Goto | None:
        number = verb.find("Number")
        to = (number.text if number is not None else verb.text) or ""
        staff = StaffLine(self, to)
        ringing = asyncio.create_task(self._ringing())
        try:
            status = await self._reach(staff, number, base, seconds=float(verb.get("timeout", "30")))
        finally:
            ringing.cancel()
            self.ear.agent_cut(now())
        self.notes += staff.notes
        if status == "completed":
            self.notes.append("talked to a person")
            await self._talk_to_a_person()
        action = verb.get("action")
        told = {"DialCallStatus": status, "DialCallSid": staff.sid, "DialCallDuration": "4", "DialBridged": "true"}
        return (urljoin(base, action), told) if action else None

    async def _reach(self, staff: StaffLine, number: Element | None, base: str, *, seconds: float) -> str:
        self._tell_of(number, staff, "ringing")
        if not self.staff_answers:
            await asyncio.sleep(seconds)
            self._tell_of(number, staff, "no-answer")
            return "no-answer"
        await asyncio.sleep(STAFF_PICKS_UP_SECONDS)
        self._tell_of(number, staff, "in-progress")
        if number is not None and number.get("url"):
            await staff.follow(urljoin(base, number.get("url", "")))
        if staff.how in ("document", "error"):
            self._tell_of(number, staff, "completed")
            return "no-answer"
        return "completed"

    async def _ringing(self) -> None:
        while True:
            self.ear.hears_agent(now(), 0.2)
            await asyncio.sleep(0.2)

    async def _talk_to_a_person(self) -> None:
        self.ear.hears_agent(now(), TALK_SECONDS)
        await asyncio.sleep(TALK_SECONDS)

    # --- what the house is told ---------------------------------------------------------------------------------------

    async def ask(self, url: str, form: Form) -> Any:
        if self.fault != "webhooks_doubled":
            return await super().ask(url, form)
        first, second = await asyncio.gather(super().ask(url, form), super().ask(url, form))
        if first.text != second.text and "<Pause" not in second.text + first.text:
            self.notes.append("two answers to one webhook")
        return first

    def tell(self, url: str, form: Form, *, late: float = 0.0) -> None:
        """Post a callback, soon; nobody waits for it."""
        if url:
            task = asyncio.create_task(self._post(url, form, late))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def _post(self, url: str, form: Form, late: float) -> None:
        await asyncio.sleep(late)
        try:
            reply = await self.doors.post(url, form)
        except NoAnswer as problem:
            self.notes.append(f"callback lost: {problem}")
            return
        if reply.status_code >= 300:
            self.notes.append(f"callback answered {reply.status_code}")

    def _report(self, event: str) -> None:
        form = self.status_report(event)
        if self.fault == "status_never":
            return
        late = 4.0 - self._events if self.fault == "status_reordered" else 0.0
        for _ in range(2 if self.fault == "status_doubled" else 1):
            self.tell(self.form.get("StatusCallback", ""), form, late=late)

    async def _detect_machine(self) -> None:
        await asyncio.sleep(self.dice.uniform(0.5, 4.0))
        told = self.common() | {"AnsweredBy": "human", "MachineDetectionDuration": "2400"}
        self.tell(self.form.get("AsyncAmdStatusCallback", ""), told)

    def _tell_of(self, number: Element | None, staff: StaffLine, status: str) -> None:
        if number is not None:
            self.tell(
                number.get("statusCallback", ""), staff.common() | {"CallStatus": status, "SequenceNumber": status}
            )
