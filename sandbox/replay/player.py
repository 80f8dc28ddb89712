"""Plays the schedule of a recorded call: webhooks, line and media streams, driven by the clock of the log."""

import asyncio
import contextlib
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.audio import ulaw_decode
from sandbox.replay.comparison import Names, difference, stream_difference
from sandbox.replay.schedule import Schedule, Step, Streamed, streams_of
from sandbox.twilio.call.flow_control import Goto
from sandbox.twilio.call.resource import Call, Callback, Options
from sandbox.twilio.line.leg import Clock
from sandbox.twilio.switch import Switch
from sandbox.twilio.twiml import Document, TwimlError, Verb
from sandbox.twilio.verbs.context import VerbContext
from sandbox.twilio.verbs.media_stream import MediaStream

# How much longer an app that ended a stream by itself gets to do it again.
_GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Compared:
    """One compared answer: ``differs`` says how it differs, "" when it does not."""

    at_ms: int
    what: str
    differs: str


@dataclass
class Report:
    """``call`` is the CallSid the app saw, ``settings`` say how fast the stand-ins were."""

    call: str
    settings: dict[str, Any] = field(default_factory=dict)
    steps: list[Compared] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return sum(bool(step.differs) for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        ordered = sorted(self.steps, key=lambda step: step.at_ms)
        told = {"call": self.call, "settings": self.settings, "differences": self.differences}
        return told | {"steps": [asdict(step) for step in ordered]}


class Player:
    """One replay: ``await Player(switch, schedule, app=...).play()``. It lasts as long as the call did."""

    def __init__(self, switch: Switch, schedule: Schedule, *, app: str) -> None:
        self._switch, self._schedule = switch, schedule
        self._names = Names(schedule.origin, app)
        options = Options(url=self._names.today(schedule.steps[0].url))
        account = switch.services.config.account_sid
        clock = Clock(pace=schedule.pace)
        self.call = Call(account, schedule.to, schedule.from_, options, schedule.direction, clock=clock)
        self._report = Report(self.call.sid, switch.services.config.stand_ins())
        self._documents: list[Document] = []
        self._began = 0.0

    async def play(self) -> Report:
        self._switch.register(self.call)
        self.call.log("replay", of=self._schedule.sid)
        self._began = time.monotonic()
        try:
            await self._everything()
        finally:
            self._switch.end(self.call, "completed")
            self.call.over.set()
        return self._report

    async def _everything(self) -> None:
        async with asyncio.TaskGroup() as group:
            line = group.create_task(self._line())
            streams = [group.create_task(self._stream(stream)) for stream in self._schedule.streams]
            for step in self._schedule.steps:
                if not step.document:
                    group.create_task(self._tell(step))
            await self._ask_all()
            await self._until(self._schedule.ended_ms)
            await asyncio.gather(*streams)
            line.cancel()

    async def _until(self, at_ms: float) -> None:
        await asyncio.sleep(max(0.0, self._began + at_ms / 1000 - time.monotonic()))

    # requests -------------------------------------------------------------------------------------------------

    async def _ask_all(self) -> None:
        """One document after the other: the URL of the next may be in the answer to the last."""
        for step in self._schedule.steps:
            if step.document:
                await self._until(step.at_ms)
                await self._ask(step)

    async def _ask(self, step: Step) -> None:
        url = self._names.today(step.url)
        self.call.status = step.call_status or self.call.status
        with contextlib.suppress(TwimlError):
            goto = Goto(url, step.method, tuple(self._form(step).items()))
            self._documents.append(await self._switch.webhooks.document(self.call, goto))
        answer = [event.data for event in self.call.events if event.kind == "webhook"][-1]
        self._names.learn(step.twiml, answer["twiml"], at=step.url)
        self._compare(step, answer["status"], answer["twiml"])

    async def _tell(self, step: Step) -> None:
        await self._until(step.at_ms)
        callback = Callback(self._names.today(step.url), step.method)
        status = await self._switch.webhooks.tell(self.call, callback, tuple(self._form(step).items()))
        self._compare(step, status, "")

    def _form(self, step: Step) -> dict[str, str]:
        """The recorded form, with the ids of this call."""
        renamed = {self._schedule.sid: self.call.sid, self._schedule.account: self.call.account_sid}
        return {name: renamed.get(value, value) for name, value in step.form.items()}

    def _compare(self, step: Step, status: int, twiml: str) -> None:
        what = f"{step.method} {self._names.today(step.url).removeprefix(self._names.app.rstrip('/'))}"
        self._report.steps.append(Compared(step.at_ms, what, difference(step, status, twiml)))

    # the line -------------------------------------------------------------------------------------------------

    async def _line(self) -> None:
        """From the answer on, the person speaks and presses keys as recorded."""
        if self._schedule.answered_ms is None:
            return
        await self._until(self._schedule.answered_ms)
        self.call.becomes("in-progress")
        self.call.clock.add(self.call.leg)
        self._switch.audio_log.follow(self.call)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.call.clock.run())
            group.create_task(self._speak())
            group.create_task(self._press())

    async def _speak(self) -> None:
        for start_ms, sound in self._schedule.sound:
            await self._line_reaches(start_ms)
            self.call.leg.mouth.put(ulaw_decode(sound))

    async def _press(self) -> None:
        for line_ms, digit in self._schedule.keys:
            await self._line_reaches(line_ms)
            self.call.log("pressed", digit=digit, line_ms=self.call.leg.milliseconds)
            self.call.leg.press(digit)

    async def _line_reaches(self, line_ms: int) -> None:
        await self.call.leg.wait((line_ms - self.call.leg.milliseconds) / 1000)

    # streams --------------------------------------------------------------------------------------------------

    async def _stream(self, recorded: Streamed) -> None:
        await self._until(recorded.at_ms)
        document, verb = self._stream_verb(recorded)
        started = len(self._streams())
        context = VerbContext(self.call, self._switch, document)
        running = asyncio.ensure_future(MediaStream(context, verb, two_way=recorded.two_way).run())
        grace = _GRACE_SECONDS if recorded.close_code is not None else 0.0
        await asyncio.wait({running}, timeout=(recorded.until_ms - recorded.at_ms) / 1000 + grace)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        now = self._streams()[started:]
        differs = stream_difference(recorded, now[0] if now else None)
        self._report.steps.append(Compared(recorded.at_ms, f"stream {verb.get('url')}", differs))

    def _stream_verb(self, recorded: Streamed) -> tuple[Document, Verb]:
        """The <Stream> the app asks for now, else the recorded one. Its callbacks are in the schedule already."""
        for document in reversed(self._documents):
            for verb in document.verbs:
                for child in verb.children:
                    if child.name == "Stream":
                        quiet = {name: value for name, value in child.attributes.items() if "Callback" not in name}
                        return document, Verb("Stream", quiet, child.text, child.children)
        parameters = tuple(Verb("Parameter", {"name": n, "value": v}) for n, v in recorded.parameters.items())
        return Document(()), Verb("Stream", {"url": self._names.today(recorded.url)}, "", parameters)

    def _streams(self) -> list[Streamed]:
        lines = [{"at_ms": event.at_ms, "kind": event.kind, **event.data} for event in self.call.events]
        return streams_of(lines, lines[-1]["at_ms"])
