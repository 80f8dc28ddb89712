"""Call session: drives one bridge with two sockets, a clock, tools and a recorder. The only place that does.

All of it runs in one TaskGroup whose life is the call's. Events reach the bridge one after the other in one event loop,
so there is no lock, and nothing on the audio's way waits for the database.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterable
from functools import partial
from time import monotonic
from typing import Any

import structlog
from django.conf import settings

from calls.agent.phrases import SURE_TO_STOP
from calls.compliance.opt_out import keep_opt_out
from calls.database.outage import is_outage
from calls.providers import ToolRequest
from calls.providers.openai import OFFICIAL, realtime_headers, realtime_url
from calls.understanding.confirmation import use_heard_tool
from leads.models import Suppression
from realtime.bridge.bridge import Bridge
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import openai, twilio
from realtime.session.handoff import hand_off
from realtime.session.opt_out_listener import Heard, OptOutListener
from realtime.session.recorder import Recorder
from realtime.session.setup import CallSetup, session_config
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import CarrierSocket
from realtime.transport.model_socket import run_session
from realtime.transport.send_queue import SendQueue

log = structlog.get_logger(__name__)

QUIET_TOOLS = frozenset({"save_lead_preferences", "save_seller_details"})  # the caller need not hear of their success
CARRIER_QUEUE_LIMIT = 8_000_000  # characters: more than all the speech of a call
MODEL_QUEUE_LIMIT = 400_000  # characters: about half a minute of caller audio
CONFIG_TRIES, CONFIG_AGAIN_S = 12, 0.5  # the opening takes as long as most of them
SETTLED_S = 1.5  # for what is still being written at the end, before the line goes to the next engine
MOST_COMPLAINTS = 20  # logged per call


class CallSession:
    """One call, from the start of its stream to the end of this engine's part."""

    def __init__(self, setup: CallSetup, start: e.StreamStarted, carrier: CarrierSocket) -> None:
        self._setup = setup
        self._start = start
        self._carrier = carrier
        self._bridge = Bridge(setup.config, setup.limits)
        self._to_carrier = SendQueue(CARRIER_QUEUE_LIMIT)
        self._to_model = SendQueue(MODEL_QUEUE_LIMIT)
        self._recorder = Recorder(setup.call.pk, began_ms=setup.began_ms, after=setup.last_position)
        self._session_config = openai.SessionConfig("")  # until it has been read from the database
        self._tasks = asyncio.TaskGroup()
        self._model: asyncio.Task[None] | None = None
        self._session_number = 0
        self._ending: asyncio.Future[a.FallBack | a.Finish] = asyncio.get_running_loop().create_future()
        self._wake_clock = asyncio.Event()
        self._clock_deadline: float | None = None
        self._complaints = 0
        self._opt_out = OptOutListener()
        self._to_settle: set[asyncio.Task[None]] = set()  # what writes rows: the recorder and the tools
        self._let_go_of = False

    async def run(self) -> None:
        """Hold the call until it is over or goes to the next engine. A fault of ours steps it down, never raises."""
        ending: a.FallBack | a.Finish = a.FallBack("internal_error")
        try:
            async with self._tasks:
                endless = self._start_tasks()
                ending = await self._ending
                for task in endless:
                    task.cancel()
                self._recorder.finish()
                await self._let_go(ending)
        except* Exception as group:
            log.exception("realtime call broke", errors=[type(error).__name__ for error in group.exceptions])
            await self._recorder.rescue()
        log.info("realtime engine done", how=type(ending).__name__, reason=ending.reason)
        if not self._let_go_of:
            await hand_off(self._setup.call, ending, self._carrier)

    async def _let_go(self, ending: a.FallBack | a.Finish) -> None:
        """Give the line up once all is stored, or after `SETTLED_S`: a tool or a row that takes long is no dead air."""
        if self._to_settle:
            await asyncio.wait(self._to_settle, timeout=SETTLED_S)
        self._let_go_of = True
        await hand_off(self._setup.call, ending, self._carrier)

    def step_down(self, reason: str) -> None:
        """Give the call to the next engine, once the caller has heard what was said."""
        if not self._ending.done():
            self._handle(e.StepDownAsked(reason))

    def _start_tasks(self) -> list[asyncio.Task[None]]:
        self._settle(self._recorder.run())
        endless = [
            self._tasks.create_task(self._run_carrier_socket()),
            self._tasks.create_task(self._run_clock()),
        ]
        self._handle(self._start)
        self._tasks.create_task(self._connect_model())
        return endless

    # --- the bridge -------------------------------------------------------------------------------------------------

    def _handle(self, *events: e.Event) -> None:
        for event in events:
            self._perform(self._bridge.handle(event, monotonic()))

    def _perform(self, actions: Iterable[a.Action]) -> None:
        for action in actions:
            match action:
                case a.Listen():
                    self._to_model.put(openai.write_message(action, self._session_config))
                case a.Play():
                    self._to_carrier.put(*twilio.write_messages(action, self._start.stream_sid))
                case a.StopPlayback():
                    self._to_carrier.clear()
                    self._to_carrier.put(*twilio.write_messages(action, self._start.stream_sid))
                case a.Record(entry):
                    self._keep(entry)
                case a.RunTool():
                    self._settle(self._run_tool(action))
                case a.Complaint(about, detail):
                    self._log_complaint(about, detail)
                case a.Reconnect():
                    self._open_model()
                case a.FallBack() | a.Finish():
                    self._end(action)
                case _:
                    self._to_model.put(openai.write_message(action, self._session_config))
        self._after_actions()

    def _settle(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the call; what is left of it at the end is waited for a moment."""
        task = self._tasks.create_task(work)
        self._to_settle.add(task)
        task.add_done_callback(self._to_settle.discard)

    def _end(self, ending: a.FallBack | a.Finish) -> None:
        if not self._ending.done():
            self._ending.set_result(ending)
        if self._model:
            self._model.cancel()

    def _after_actions(self) -> None:
        """Wake the clock if something is due before the time it waits for, and give up a peer that does not read."""
        deadline = self._bridge.deadline
        if deadline is not None and (self._clock_deadline is None or deadline < self._clock_deadline):
            self._wake_clock.set()
        if self._to_carrier.clogged and not self._ending.done():
            asyncio.get_running_loop().call_soon(self._handle, e.StreamStopped())
        if self._to_model.clogged and self._model:
            self._model.cancel()
            self._to_model.clear()
            asyncio.get_running_loop().call_soon(self._handle, e.ModelLost("not_reading"))

    async def _run_clock(self) -> None:
        while True:
            self._wake_clock.clear()
            self._clock_deadline = self._bridge.deadline
            wait = None if self._clock_deadline is None else max(0.0, self._clock_deadline - monotonic())
            try:
                async with asyncio.timeout(wait):
                    await self._wake_clock.wait()
            except TimeoutError:
                self._perform(self._bridge.handle_deadline(monotonic()))

    # --- the sockets ------------------------------------------------------------------------------------------------

    async def _run_carrier_socket(self) -> None:
        await self._carrier.run(self._to_carrier, self._carrier_text)
        self._handle(e.StreamStopped())

    def _carrier_text(self, text: str) -> None:
        """Hot path: a message of the carrier. Called from the socket, where nobody would notice an exception."""
        try:
            if frame := twilio.read_frame(text):
                self._forward_audio(*frame)
            elif (event := twilio.read_message(text)) is not None:
                self._handle(event)
        except Exception as fault:
            self._fail(fault)

    def _forward_audio(self, sound: str, at_ms: int) -> None:
        """Hot path: what nearly every message takes. It changes no deadline."""
        sound = self._bridge.receive_audio(sound, at_ms, monotonic())
        if sound:
            self._to_model.put(openai.append_audio(sound))
            if self._to_model.clogged:
                self._after_actions()

    def _model_text(self, session: int, text: str) -> None:
        if session != self._session_number:
            return  # from a session that was replaced
        try:
            self._handle(*openai.read_message(text))
        except Exception as fault:
            self._fail(fault)

    def _fail(self, fault: Exception) -> None:
        if not self._ending.done():
            self._ending.set_exception(fault)

    async def _connect_model(self) -> None:
        """Read what the model is told and open its session, while the opening plays."""
        self._session_config = await self._read_config()
        self._open_model()

    async def _read_config(self) -> openai.SessionConfig:
        """What the model is told. A database that is away for a moment is asked again while the opening plays."""
        for left in reversed(range(CONFIG_TRIES)):
            try:
                return await in_thread(session_config)(self._setup)
            except Exception as error:
                if not (is_outage(error) and left):
                    raise
                if self._ending.done():
                    break
                await asyncio.sleep(CONFIG_AGAIN_S)
        return self._session_config  # the call is over, and nobody needs it

    def _open_model(self) -> None:
        if not self._ending.done():
            if self._model:
                self._model.cancel()
            self._to_model.clear()
            self._session_number += 1
            self._model = self._tasks.create_task(self._run_model_socket(self._session_number))

    async def _run_model_socket(self, session: int) -> None:
        reason = await run_session(
            realtime_url(),
            realtime_headers(),
            proxy=settings.OPENAI_BASE_URL == OFFICIAL,
            queue=self._to_model,
            on_text=partial(self._model_text, session),
        )
        log.info("model session over", reason=reason)
        self._handle(e.ModelLost(reason))

    # --- the application --------------------------------------------------------------------------------------------

    async def _run_tool(self, action: a.RunTool) -> None:
        tool = ToolRequest(action.call_id, action.name, action.arguments)
        outcome = await in_thread(use_heard_tool)(self._setup.call, tool)
        news = not (action.name in QUIET_TOOLS and outcome.envelope.get("ok"))
        output = json.dumps(outcome.envelope)
        ways_out = {"hang_up": outcome.ends_call, "hand_over": outcome.hands_over}
        self._handle(e.ToolReturned(action.call_id, output, news=news, **ways_out))

    def _keep(self, entry: a.Entry) -> None:
        self._recorder.keep(entry)
        if not isinstance(entry, a.TranscriptLine):
            return
        heard = self._opt_out.hear(entry)
        if heard is Heard.MAY_OPT_OUT:
            asyncio.get_running_loop().call_soon(self._handle, e.QuestionAsked(SURE_TO_STOP))
        elif heard is not None:
            self._tasks.create_task(self._honor_opt_out(entry.text, Suppression.Reason(heard)))

    async def _honor_opt_out(self, heard: str, reason: Suppression.Reason) -> None:
        self._handle(e.LeaveAsked("opted_out", self._setup.farewell))
        await in_thread(keep_opt_out.keep)(self._setup.call.pk, heard=heard, reason=reason.value)

    def _log_complaint(self, about: str, detail: str) -> None:
        self._complaints += 1
        if self._complaints <= MOST_COMPLAINTS:
            log.warning("bridge complaint", about=about, detail=detail)
