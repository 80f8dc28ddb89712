"""A switch that only writes down what verbs ask of it: verbs need no more than ``CallControl``."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.flow_control import Goto, HangUp, Instruction
from sandbox.twilio.call.recording import Recorder, Recording
from sandbox.twilio.call.resource import Call, RecordingOptions
from sandbox.twilio.task_supervisor import TaskSupervisor
from sandbox.twilio.twiml import Document, parse
from sandbox.twilio.verbs.context import VerbContext
from sandbox.twilio.webhooks.requests import Webhooks


@dataclass
class WrittenDown:
    """``asked`` holds what was asked of the switch, in order."""

    services: Services = field(default_factory=lambda: Services(Config()))
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    media_base: str = "https://sandbox"

    def __post_init__(self) -> None:
        self.tasks = TaskSupervisor(self.services.complaints)
        self.webhooks = Webhooks(self.services, self.tasks)

    def answer(self, call: Call) -> None:
        self.asked.append(("answer",))

    def notify(self, call: Call, code: int, message: str) -> None:
        self.asked.append(("notify", code))

    async def request_action(self, call: Call, goto: Goto) -> None:
        self.asked.append(("request_action", goto.url))

    def record(self, call: Call, options: RecordingOptions, *, alone: bool = True) -> Recorder:
        self.asked.append(("record", options.track, options.channels))
        return Recorder(Recording(call, options, Path()), call.leg, tell=lambda recording: None)

    def start_stream(self, call: Call, name: str, sid: str, work: Coroutine[Any, Any, None]) -> None:
        work.close()
        self.asked.append(("start_stream", name))

    async def stop_stream(self, call: Call, name: str) -> None:
        self.asked.append(("stop_stream", name))

    def register(self, call: Call) -> None:
        self.asked.append(("register", call.to))

    async def ring(self, call: Call) -> str:
        return "no-answer"

    def pick_up(self, call: Call) -> list[asyncio.Task[None]]:
        return []

    def detect_in_background(self, call: Call) -> None:
        self.asked.append(("detect_in_background",))

    async def send_digits(self, call: Call, digits: str) -> None:
        self.asked.append(("send_digits", digits))

    async def perform(self, call: Call, instruction: Instruction) -> HangUp:
        return HangUp("performed")

    def end(self, call: Call, status: str) -> None:
        self.asked.append(("end", status))


def a_call() -> Call:
    return Call("AC1", "+15125550101", "+15125550100")


def document(twiml: str) -> Document:
    return parse(f"<Response>{twiml}</Response>", base="https://app/voice")


def context_of(twiml: str) -> VerbContext:
    return VerbContext(a_call(), WrittenDown(), document(twiml))
