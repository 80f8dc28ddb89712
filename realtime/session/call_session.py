"""A call held by the realtime engine: the only place that drives a bridge.

It owns the two sockets, the clock, the tools and the records, all in one TaskGroup whose life is the call's. Events
reach the bridge one after the other in this loop, so there is no lock anywhere; nothing on the audio's way waits for
a row.
"""

import asyncio
import json
from collections.abc import Iterable
from functools import partial
from time import monotonic

import structlog
from django.conf import settings

from calls.agent.tools.runner import run_tool
from calls.compliance.opt_out import honor_opt_out
from calls.compliance.opt_out_words import is_opt_out
from calls.models import Engine
from calls.providers.openai import OFFICIAL, realtime_headers, realtime_url
from leads.models import Suppression
from realtime.bridge.bridge import Bridge
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import openai, twilio
from realtime.session.handoff import depart
from realtime.session.recorder import Recorder
from realtime.session.setup import Prepared, session_of
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import PhoneSocket
from realtime.transport.model_socket import converse
from realtime.transport.send_queue import Outbox

log = structlog.get_logger(__name__)

QUIET_TOOLS = frozenset({"save_lead_preferences", "save_seller_details"})  # their success is no news to the caller
STOP_KEY = "9"  # as the opening tells every caller
PHONE_LIMIT = 8_000_000  # characters: more than a call's worth of speech
MODEL_LIMIT = 400_000  # characters: about half a minute of the caller
MOST_COMPLAINTS = 20  # in the log of one call


class HeldCall:
    """One call from its stream's start to the end of this engine's part."""

    def __init__(self, prepared: Prepared, start: e.StreamStarted, phone: PhoneSocket) -> None:
        self._prepared = prepared
        self._start = start
        self._phone = phone
        self._bridge = Bridge(prepared.script, prepared.limits)
        self._to_phone = Outbox(PHONE_LIMIT)
        self._to_model = Outbox(MODEL_LIMIT)
        self._records = Recorder(prepared.call.pk, began_ms=prepared.began_ms, after=prepared.after)
        self._session = openai.SessionConfig("")  # until it has been read
        self._tasks = asyncio.TaskGroup()
        self._model: asyncio.Task[None] | None = None
        self._sessions = 0
        self._over: asyncio.Future[a.FallBack | a.Finish] = asyncio.get_running_loop().create_future()
        self._sooner = asyncio.Event()
        self._awaited: float | None = None
        self._complaints = 0
        self._opted_out = False

    async def hold(self) -> None:
        """Hold the call until it is over or goes to the next engine; a fault of ours steps it down, never raises."""
        ending: a.FallBack | a.Finish = a.FallBack("internal_error")
        try:
            async with self._tasks:
                helpers = self._set_off()
                ending = await self._over
                for helper in helpers:
                    helper.cancel()
                self._records.finish()
        except* Exception as group:
            log.exception("realtime call broke", errors=[type(error).__name__ for error in group.exceptions])
            await self._records.rescue()
        log.info("realtime engine done", how=type(ending).__name__, reason=ending.reason)
        await depart(self._prepared.call, ending, self._phone)

    def step_down(self, reason: str) -> None:
        """The house takes the call off this engine; it goes to the next one once the caller has heard what was said."""
        if not self._over.done():
            self._happened(e.StepDownAsked(reason))

    def _set_off(self) -> list[asyncio.Task[None]]:
        self._tasks.create_task(self._records.run())
        helpers = [
            self._tasks.create_task(self._talk_to_phone()),
            self._tasks.create_task(self._keep_time()),
        ]
        self._happened(self._start)
        self._tasks.create_task(self._meet_model())
        return helpers

    # --- the bridge -------------------------------------------------------------------------------------------------

    def _happened(self, *events: e.Event) -> None:
        for event in events:
            self._perform(self._bridge.handle(event, monotonic()))

    def _perform(self, actions: Iterable[a.Action]) -> None:
        for action in actions:
            match action:
                case a.Listen():
                    self._to_model.put(openai.write_message(action, self._session))
                case a.Play():
                    self._to_phone.put(*twilio.write_messages(action, self._start.stream_sid))
                case a.StopPlayback():
                    self._to_phone.clear()
                    self._to_phone.put(*twilio.write_messages(action, self._start.stream_sid))
                case a.Record(entry):
                    self._record(entry)
                case a.RunTool():
                    self._tasks.create_task(self._use_tool(action))
                case a.Complaint(about, detail):
                    self._complain(about, detail)
                case a.Reconnect():
                    self._open_model()
                case a.FallBack() | a.Finish():
                    self._end(action)
                case _:
                    self._to_model.put(openai.write_message(action, self._session))
        self._watch()

    def _end(self, ending: a.FallBack | a.Finish) -> None:
        if not self._over.done():
            self._over.set_result(ending)
        if self._model:
            self._model.cancel()

    def _watch(self) -> None:
        """Wake the clock when something is due before the time it waits for."""
        deadline = self._bridge.deadline
        if deadline is not None and (self._awaited is None or deadline < self._awaited):
            self._sooner.set()
        if self._to_phone.clogged and not self._over.done():
            asyncio.get_running_loop().call_soon(self._happened, e.StreamStopped())
        if self._to_model.clogged and self._model:
            self._model.cancel()
            self._to_model.clear()
            asyncio.get_running_loop().call_soon(self._happened, e.ModelLost("not_reading"))

    async def _keep_time(self) -> None:
        while True:
            self._sooner.clear()
            self._awaited = self._bridge.deadline
            wait = None if self._awaited is None else max(0.0, self._awaited - monotonic())
            try:
                async with asyncio.timeout(wait):
                    await self._sooner.wait()
            except TimeoutError:
                self._perform(self._bridge.handle_deadline(monotonic()))

    # --- the sockets ------------------------------------------------------------------------------------------------

    async def _talk_to_phone(self) -> None:
        await self._phone.converse(self._to_phone, self._hear_phone)
        self._happened(e.StreamStopped())

    def _hear_phone(self, text: str) -> None:
        """Called from the socket itself, where nobody would notice a fault."""
        try:
            if frame := twilio.read_frame(text):
                self._pass_on(*frame)
            elif (event := twilio.read_message(text)) is not None:
                self._happened(event)
        except Exception as fault:
            self._break_off(fault)

    def _pass_on(self, sound: str, at_ms: int) -> None:
        """The way nearly every message takes; it changes no deadline."""
        sound = self._bridge.receive_audio(sound, at_ms, monotonic())
        if sound:
            self._to_model.put(openai.append_audio(sound))
            if self._to_model.clogged:
                self._watch()

    def _hear_model(self, session: int, text: str) -> None:
        if session != self._sessions:
            return  # the last words of one that was replaced
        try:
            self._happened(*openai.read_message(text))
        except Exception as fault:
            self._break_off(fault)

    def _break_off(self, fault: Exception) -> None:
        if not self._over.done():
            self._over.set_exception(fault)

    async def _meet_model(self) -> None:
        """While the opening plays."""
        self._session = await in_thread(session_of)(self._prepared)
        self._open_model()

    def _open_model(self) -> None:
        if not self._over.done():
            if self._model:
                self._model.cancel()
            self._to_model.clear()
            self._sessions += 1
            self._model = self._tasks.create_task(self._talk_to_model(self._sessions))

    async def _talk_to_model(self, session: int) -> None:
        reason = await converse(
            realtime_url(),
            realtime_headers(),
            proxy=settings.OPENAI_BASE_URL == OFFICIAL,
            outbox=self._to_model,
            heard=partial(self._hear_model, session),
        )
        log.info("model session over", reason=reason)
        self._happened(e.ModelLost(reason))

    # --- the house --------------------------------------------------------------------------------------------------

    async def _use_tool(self, action: a.RunTool) -> None:
        outcome = await in_thread(run_tool)(
            self._prepared.call.pk,
            name=action.name,
            arguments=action.arguments,
            tool_call_id=action.call_id,
            engine=Engine.REALTIME,
        )
        news = not (action.name in QUIET_TOOLS and outcome.envelope.get("ok"))
        output = json.dumps(outcome.envelope)
        ways_out = {"hang_up": outcome.ends_call, "hand_over": outcome.hands_over}
        self._happened(e.ToolReturned(action.call_id, output, news=news, **ways_out))

    def _record(self, entry: a.Entry) -> None:
        self._records.keep(entry)
        if isinstance(entry, a.TranscriptLine) and entry.speaker is a.Speaker.CALLER and not self._opted_out:
            pressed = entry.kind is a.Kind.KEYS
            if entry.text.rstrip("#") == STOP_KEY if pressed else is_opt_out(entry.text):
                self._opted_out = True
                self._tasks.create_task(self._honor_opt_out(entry, pressed=pressed))

    async def _honor_opt_out(self, line: a.TranscriptLine, *, pressed: bool) -> None:
        reason = Suppression.Reason.KEYPAD if pressed else Suppression.Reason.VERBAL_REQUEST
        self._happened(e.LeaveAsked("opted_out", self._prepared.opted_out))
        await in_thread(honor_opt_out)(self._prepared.call, heard=line.text, reason=reason)

    def _complain(self, about: str, detail: str) -> None:
        self._complaints += 1
        if self._complaints <= MOST_COMPLAINTS:
            log.warning("bridge complaint", about=about, detail=detail)
