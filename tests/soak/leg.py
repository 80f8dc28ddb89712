"""One call at the carrier: rings, is answered, performs TwiML as it comes, and tells the house about it.

The person on it is the lead of the run's plan; a leg dialled from the call belongs to a member of the staff.
"""

import asyncio
import io
import random
import wave
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.soak.doors import Door, Doors, Form, NoAnswer
from tests.soak.ear import Ear
from tests.soak.faults import Plan
from tests.soak.stream import MediaStream

RING_SECONDS = 1.0
STAFF_PICKS_UP_SECONDS = 2.0
TALK_SECONDS = 4.0  # of a bridged call
WORDS_PER_SECOND = 12.5  # as fast as the soak's Polly
LEAVES_AT_THE_FAULT = frozenset({"stop_without_close", "vanishes_at_hang_up"})

type Goto = tuple[str, Form]


class Line:
    """Performs documents for whoever is on the line."""

    def __init__(self, sid: str, doors: Doors, ear: Ear, dice: random.Random) -> None:
        self.sid, self.doors, self.ear, self.dice = sid, doors, ear, dice
        self.notes: list[str] = []
        self.how = ""
        self._lengths: dict[str, float] = {}

    def common(self) -> Form:
        """What every request about this line carries."""
        raise NotImplementedError

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
        self.ear.hears_agent(_now(), seconds)
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

    async def respond(self, gather: Element) -> Form:
        """What the person does when asked: words or keys, or nothing."""
        raise NotImplementedError

    async def connect(self, verb: Element) -> None:
        self.notes.append("Connect on a line of the staff")

    async def dial(self, verb: Element, base: str) -> Goto | None:
        self.notes.append("Dial on a line of the staff")
        return None


class StaffLine(Line):
    """The phone of a member of the staff, who presses 1 when asked to."""

    def __init__(self, lead: "Leg", to: str) -> None:
        super().__init__(lead.next_sid(), lead.doors, Ear(), lead.dice)
        self._lead, self._to = lead, to

    def common(self) -> Form:
        return self._lead.common() | {"CallSid": self.sid, "ParentCallSid": self._lead.sid, "To": self._to}

    async def respond(self, gather: Element) -> Form:
        await asyncio.sleep(0.5)
        return {"Digits": "1"}


class Leg(Line):
    """The call to a lead."""

    def __init__(self, sid: str, fields: Form, plan: Plan, doors: Doors, next_sid: Callable[[], str]) -> None:
        super().__init__(sid, doors, Ear(), random.Random(plan.seed))
        self.form, self.plan, self.next_sid = fields, plan, next_sid
        self.account = "AC" + "0" * 32
        self.status = "queued"
        self.created_at = datetime.now(UTC)
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.strikes: list[tuple[str, float]] = []  # what went wrong on it, and when
        self.door: Door | None = None  # the process that holds its stream
        self.streams: list[MediaStream] = []
        self.crossed = 0  # sounds of somebody else's agent
        self.staff_answers = self.dice.random() < 0.5
        self.ended_utc: datetime | None = None
        self.ended = asyncio.Event()  # the line is free again
        self.over = asyncio.Event()  # and nothing of the call is left
        self._orders: asyncio.Queue[Form] = asyncio.Queue()
        self._events = 0
        self._turns = 0
        self._reports: set[asyncio.Task[None]] = set()

    @property
    def seconds(self) -> int:
        return round((self.ended_at or _now()) - self.answered_at) if self.answered_at else 0

    @property
    def fault(self) -> str:
        return self.plan.fault

    def common(self) -> Form:
        return {
            "CallSid": self.sid,
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallStatus": self.status,
            "Direction": "outbound-api",
            "From": self.form["From"],
            "To": self.form["To"],
            "FromCity": "",
        }

    def struck(self, fault: str) -> None:
        """That fault has come."""
        self.strikes.append((fault, _now()))

    def order(self, form: Form) -> None:
        """The house updates the call."""
        self._orders.put_nowait(form)

    async def run(self, strike: Callable[["Leg"], Coroutine[Any, Any, None]]) -> None:
        """From the ringing to the end."""
        try:
            await self._ring()
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(strike(self)), tasks.create_task(self._detect_machine())]
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
        self.status, self.answered_at = "in-progress", _now()
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
        self.status, self.ended_at, self.ended_utc = "completed", _now(), datetime.now(UTC)
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
        self.ear.caller_speaks(_now(), seconds)
        pause = gather.get("speechTimeout", "auto")
        await asyncio.sleep(seconds + (0.6 if pause == "auto" else float(pause)))
        self._turns += 1
        return {"SpeechResult": f"I would like a garden, number {self._turns}.", "Confidence": "0.93"}

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
            self.ear.agent_cut(_now())
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
            self.ear.hears_agent(_now(), 0.2)
            await asyncio.sleep(0.2)

    async def _talk_to_a_person(self) -> None:
        self.ear.hears_agent(_now(), TALK_SECONDS)
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
        form = self.common() | {"CallbackSource": "call-progress-events", "SequenceNumber": str(self._events)}
        if event == "initiated":
            form["CallStatus"] = "initiated"
        if event == "completed":
            form |= {"CallDuration": str(self.seconds), "Duration": "1"}
        self._events += 1
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


def _now() -> float:
    return asyncio.get_running_loop().time()
