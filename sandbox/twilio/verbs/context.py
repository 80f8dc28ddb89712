"""The context a TwiML verb runs in: its call, its document, and what it may ask of the switch."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.audio import Pcm
from sandbox.services import Services
from sandbox.twilio.call.flow_control import Goto, HangUp, Instruction
from sandbox.twilio.call.recording import Recorder
from sandbox.twilio.call.resource import Call, Callback, RecordingOptions
from sandbox.twilio.line.leg import Leg
from sandbox.twilio.task_supervisor import TaskSupervisor
from sandbox.twilio.twiml import Document, Verb
from sandbox.twilio.twiml.urls import joined
from sandbox.twilio.webhooks.requests import Webhooks


class CallControl(Protocol):
    """What verbs may ask of the switch that owns all calls; ``Switch`` says what each member does."""

    services: Services
    tasks: TaskSupervisor
    webhooks: Webhooks

    @property
    def media_base(self) -> str: ...

    # this call
    def answer(self, call: Call) -> None: ...
    def notify(self, call: Call, code: int, message: str) -> None: ...
    async def request_action(self, call: Call, goto: Goto) -> None: ...
    def record(self, call: Call, options: RecordingOptions, *, alone: bool = True) -> Recorder: ...
    def start_stream(self, call: Call, name: str, sid: str, work: Coroutine[Any, Any, None]) -> None: ...
    async def stop_stream(self, call: Call, name: str) -> object: ...

    # the calls it dials
    def register(self, call: Call) -> None: ...
    async def ring(self, call: Call) -> str: ...
    def pick_up(self, call: Call) -> list[asyncio.Task[None]]: ...
    def detect_in_background(self, call: Call) -> None: ...
    async def send_digits(self, call: Call, digits: str) -> None: ...
    async def perform(self, call: Call, instruction: Instruction) -> HangUp: ...
    def end(self, call: Call, status: str) -> None: ...


@dataclass(frozen=True)
class VerbContext:
    call: Call
    switch: CallControl
    document: Document

    @property
    def leg(self) -> Leg:
        return self.call.leg

    @property
    def services(self) -> Services:
        return self.switch.services

    def url(self, address: str) -> str:
        """A URL in the document made absolute. Raises TwimlError 11100 when that fails."""
        return joined(self.document.base, address)

    def action(self, verb: Verb, form: tuple[tuple[str, str], ...] = ()) -> Goto:
        """The verb's ``action``; without one the document's own URL."""
        return Goto(self.url(verb.get("action")), verb.get("method", "POST").upper(), form)

    def callback(self, verb: Verb, attribute: str, *, events: str = "") -> Callback:
        """A callback attribute with its ``…Method`` and ``…Event`` companions."""
        address = verb.get(attribute)
        wanted = frozenset(verb.get(f"{attribute}Event", events).split())
        method = verb.get(f"{attribute}Method", "POST").upper()
        return Callback(self.url(address) if address else "", method, wanted)

    def error(self, code: int, message: str) -> None:
        """Logs an error in Twilio's debugger; the call goes on."""
        self.switch.notify(self.call, code, message)

    async def play(self, sound: Pcm) -> None:
        """Plays to the person on this leg; when canceled, the rest is dropped."""
        self.leg.player.put(sound)
        try:
            await self.leg.player.drained()
        except BaseException:
            self.leg.player.clear()
            raise
