"""The switch: all calls of the account from queue to end, with their recordings and streams."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.services import Services
from sandbox.twilio.call.audio_log import AudioLog
from sandbox.twilio.call.flow_control import Form, Goto, HangUp, Instruction, Interrupted, Run
from sandbox.twilio.call.line_faults import LineFaults
from sandbox.twilio.call.machine_detection import Detector
from sandbox.twilio.call.recording import Recorder, Recording
from sandbox.twilio.call.resource import Call, Callback, RecordingOptions
from sandbox.twilio.line.tones import keys
from sandbox.twilio.people.browser_phones import BrowserPhone, BrowserPhones
from sandbox.twilio.people.person import Person, person_on
from sandbox.twilio.people.phone_book import Entry, PhoneBook
from sandbox.twilio.task_supervisor import TaskSupervisor
from sandbox.twilio.twiml import parse
from sandbox.twilio.verbs import interpreter
from sandbox.twilio.webhooks.requests import Webhooks, common_form
from sandbox.twilio.webhooks.status_callbacks import StatusCallbacks

# Between the request and the ringing, and between the ringing and a busy tone.
_DIAL_SECONDS = 0.1
_BUSY_SECONDS = 0.4
_LIMIT_GLANCE_SECONDS = 0.5
# The longest a redirect waits for an action URL whose answer nobody needs; chosen.
_INFORM_SECONDS = 2.0
# Errors an outage causes: servers are down, sockets break.
OUTAGES = frozenset({11200, 11205, 31901, 31902, 31903, 31920, 31921})


@dataclass(frozen=True)
class RunningStream:
    """A one-way stream that runs beside the document."""

    sid: str
    task: asyncio.Task[None]


class Switch:
    """Use between ``start()`` and ``close()``, which ends all calls."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.tasks = TaskSupervisor(services.complaints)
        self.webhooks = Webhooks(services, self.tasks)
        self.status_callbacks = StatusCallbacks(services, self.webhooks)
        self.book = PhoneBook(services.config.default_persona)
        self.browser_phones = BrowserPhones()
        self.audio_log = AudioLog(pace=services.config.pace)
        self.calls: dict[str, Call] = {}
        self.recordings: dict[str, Recording] = {}
        self._recorders: dict[Call, list[Recorder]] = {}
        self._streams: dict[Call, dict[str, RunningStream]] = {}
        self._helpers: dict[Call, list[asyncio.Task[None]]] = {}
        self._next_dial = 0.0

    async def start(self) -> None:
        """Reads the phone book. Raises OSError or ValueError when it cannot be read."""
        if path := self.services.config.phone_book:
            await asyncio.to_thread(self.book.load, Path(path))

    async def close(self) -> None:
        await self.tasks.close()
        await self.webhooks.close()

    @property
    def media_base(self) -> str:
        """The base URL of recordings: this sandbox's own address."""
        return self.services.config.base_url

    def notify(self, call: Call, code: int, message: str) -> None:
        """Logs an error in the debugger; the call goes on. What breaks Twilio's rules, unlike an outage, is also a
        complaint.
        """
        call.log("error", code=code, message=message)
        if code not in OUTAGES:
            self.services.complaints.add("twilio.call", message=str(code), problem=message, about=call.sid)

    # lives ----------------------------------------------------------------------------------------------------

    def place(self, call: Call) -> None:
        """Starts a call, outbound or inbound."""
        self.register(call)
        for warned in call.options.warnings:
            self.notify(call, warned.code, warned.message)
        self.tasks.spawn(self._live(call))

    def register(self, call: Call) -> None:
        """Makes a call known to the REST API."""
        self.calls[call.sid] = call
        self.audio_log.admit(call)
        call.log("created", to=call.to, direction=call.direction)

    async def _live(self, call: Call) -> None:
        try:
            await call.flow.unless_ended(self._turn_to_dial(call))
            self.end(call, await self._through(call))
        except Interrupted:
            call.becomes("canceled")
        except Exception:
            self.end(call, "failed")
            raise
        finally:
            call.over.set()
            self.webhooks.forget(call)

    async def _turn_to_dial(self, call: Call) -> None:
        """Waits for the account's dialing rate; a call canceled in the queue reports nothing."""
        rate, now = self.services.config.calls_per_second, asyncio.get_running_loop().time()
        self._next_dial = max(now, self._next_dial)
        wait, self._next_dial = self._next_dial - now, self._next_dial + (1 / rate if rate else 0.0)
        await asyncio.sleep(wait)
        call.queue_ms = round(wait * 1000)

    async def _through(self, call: Call) -> str:
        """Runs the call; returns the status it ends with."""
        if call.direction == "inbound":
            return await self._let_in(call)
        status = await self.ring(call)
        return (await self.converse(call)).status if status == "answered" else status

    async def _let_in(self, call: Call) -> str:
        """An inbound call: the app is asked while it rings, and its first verb answers, except <Reject> and <Dial
        answerOnBridge>.
        """
        performer = interpreter.Interpreter(call, self)
        call.becomes("ringing")
        try:
            first = await call.flow.unless_ended(performer.opening(Goto(call.options.url, call.options.method)))
        except Interrupted:
            return "canceled"
        if refused := interpreter.rejection(first):
            return refused.status
        end = await self._on_the_line(call, performer.run(first))
        if call.answered:
            return end.status
        return "canceled" if call.flow.final else "no-answer"

    async def ring(self, call: Call) -> str:
        """Dials and rings; "answered", or the status the call ends with."""
        entry = self.entry(call)
        self.status_callbacks.announce(call, "initiated")
        try:
            await call.flow.unless_ended(asyncio.sleep(_DIAL_SECONDS))
            if entry.outcome == "failed":
                return "failed"
            call.becomes("ringing")
            self.status_callbacks.announce(call, "ringing")
            return await call.flow.unless_ended(self._picked_up(call, entry))
        except Interrupted:
            return "canceled"

    async def _picked_up(self, call: Call, entry: Entry) -> str:
        if entry.outcome == "busy":
            await asyncio.sleep(_BUSY_SECONDS)
            return "busy"
        if entry.outcome == "browser":
            return await self.browser_phones.ring(call, seconds=call.options.timeout)
        rings = self.services.config.ring_seconds if entry.ring_seconds is None else entry.ring_seconds
        await asyncio.sleep(min(rings, call.options.timeout))
        return "answered" if entry.outcome == "answer" and rings <= call.options.timeout else "no-answer"

    async def converse(self, call: Call) -> HangUp:
        """From the answer to the end of an outbound call."""
        self.answer(call)
        return await self._on_the_line(call, self._perform_all(call))

    async def _perform_all(self, call: Call) -> HangUp:
        return await self.perform(call, await self._opening(call))

    async def _on_the_line(self, call: Call, performance: Coroutine[Any, Any, HangUp]) -> HangUp:
        """Runs the call's clock as long as the performance lasts."""
        clock = self.tasks.spawn(call.clock.run())
        try:
            return await performance
        finally:
            await _stopped([fork.task for fork in self._streams.pop(call, {}).values()])
            await _stopped([clock, *self._helpers.pop(call, [])])

    def answer(self, call: Call) -> None:
        """Answers, unless that has happened."""
        if not call.answered:
            self._helpers[call] = self.pick_up(call)

    def pick_up(self, call: Call) -> list[asyncio.Task[None]]:
        """Opens the line with a person on it. Returns the tasks to stop at the end."""
        call.becomes("in-progress")
        self.status_callbacks.announce(call, "answered")
        call.clock.add(call.leg)
        self.audio_log.follow(call)
        LineFaults(call, self.services, self.tasks, voice=self.book.lookup(call.person).voice or "buyer").attach()
        if call.options.recording:
            self.record(call, call.options.recording)
        return [self.tasks.spawn(self._person(call).run()), self.tasks.spawn(self._limit(call))]

    def entry(self, call: Call) -> Entry:
        """The phone book's entry for the other end. A number claimed by a browser rings there."""
        if self.browser_phones.serves(call.person):
            return replace(self.book.lookup(call.person), outcome="browser")
        return self.book.lookup(call.person)

    def _person(self, call: Call) -> Person | BrowserPhone:
        if phone := self.browser_phones.holder(call):
            return phone
        return person_on(call, self.book.lookup(call.person), self.services)

    async def _limit(self, call: Call) -> None:
        """Ends the call at its time limit, which an update may change meanwhile."""
        while (left := call.options.time_limit - call.leg.milliseconds / 1000) > 0:
            await call.leg.wait(min(left, _LIMIT_GLANCE_SECONDS))
        call.flow.give(HangUp("time limit"))

    async def _opening(self, call: Call) -> Instruction:
        """What an answered call does first, after digits are sent and a synchronous AMD verdict is known."""
        form: Form = ()
        await self.send_digits(call, call.options.send_digits)
        if call.options.detection.asynchronous:
            self.detect_in_background(call)
        elif call.options.detection.mode:
            form = await Detector(call, self.services).verdict()
        return self._first_order(call, form)

    def detect_in_background(self, call: Call) -> None:
        """Runs AMD while the call goes on, if it was requested."""
        if call.options.detection.mode:
            self.tasks.spawn(self._report_verdict(call, Detector(call, self.services)))

    async def send_digits(self, call: Call, digits: str) -> None:
        """Presses keys at the answered phone; stops waiting when it hangs up."""
        if not digits:
            return
        call.log("digits_sent", digits=digits, line_ms=call.leg.milliseconds)
        call.leg.player.put(keys(digits))
        with contextlib.suppress(Interrupted):
            await call.flow.unless_ended(call.leg.player.drained())

    def _first_order(self, call: Call, form: Form) -> Instruction:
        options = call.options
        if options.url:
            return Goto(options.url, options.method, form)
        return Run(parse(options.twiml))

    async def _report_verdict(self, call: Call, detector: Detector) -> None:
        if not (form := await detector.verdict()):
            return
        callback = call.options.detection.callback
        if not callback.url:
            self.notify(call, 21262, "AsyncAmd without AsyncAmdStatusCallback")
        base = tuple(pair for pair in common_form(call) if pair[0] in ("CallSid", "AccountSid"))
        self.webhooks.report(call, callback, base + form)

    async def perform(self, call: Call, instruction: Instruction) -> HangUp:
        """Runs TwiML on a call until something ends it."""
        return await interpreter.Interpreter(call, self).run(instruction)

    def end(self, call: Call, status: str) -> None:
        """Closes the line: recordings are finished, the last status callback goes out."""
        call.clock.remove(call.leg)
        self.audio_log.finish(call)
        call.becomes(status)
        recorders = self._recorders.pop(call, [])
        finished = [recorder.finish() for recorder in recorders]
        self.status_callbacks.announce(call, "completed", extra=self._about_recording(call, finished))
        for recorder in recorders:
            recorder.tell()
        call.leg.hang_up()

    def _about_recording(self, call: Call, finished: list[Recording]) -> Form:
        own = [one for one in finished if one.options is call.options.recording and one.status == "completed"]
        if not own:
            return ()
        wanted = {"RecordingUrl", "RecordingSid", "RecordingDuration"}
        return tuple(pair for pair in own[0].callback_form(self.media_base) if pair[0] in wanted)

    async def request_action(self, call: Call, goto: Goto) -> None:
        """Requests the action URL of an interrupted verb and ignores its answer.

        The call is over, or a REST redirect sends it elsewhere. A redirect waits for the answer: a measurement saw the
        action requested after 0.3 s and the new URL 0.3 s later (github.com/qisoft/i-hate-making-calls, issues 25 and
        31); https://twilio.com/changelog of 24 May 2021 says that the answer is not carried out.
        """
        status = "completed" if call.flow.final else ""
        form = common_form(call, status=status) + goto.form
        asked = self.webhooks.report(call, Callback(goto.url, goto.method), form)
        if asked is not None and not call.flow.final:
            await asyncio.wait({asked}, timeout=_INFORM_SECONDS)

    # streams --------------------------------------------------------------------------------------------------

    def start_stream(self, call: Call, name: str, sid: str, work: Coroutine[Any, Any, None]) -> None:
        """Starts a one-way stream that runs beside the document until stopped or the call ends."""
        self._streams.setdefault(call, {})[name] = RunningStream(sid, self.tasks.spawn(work))

    async def stop_stream(self, call: Call, name: str) -> RunningStream | None:
        """Stops the stream of that name or sid; None when there is none."""
        running = self._streams.get(call, {})
        named = next((key for key, fork in running.items() if name in (key, fork.sid)), None)
        if named is None:
            return None
        fork = running.pop(named)
        await _stopped([fork.task])
        return fork

    # recordings -----------------------------------------------------------------------------------------------

    def record(self, call: Call, options: RecordingOptions, *, alone: bool = True) -> Recorder:
        """Starts to record ``call``; unless ``alone``, the second channel waits for a leg to ``join``."""
        recording = Recording(call, options, Path())
        recording.path = self.services.config.recordings_folder() / f"{recording.sid}.wav"
        self.recordings[recording.sid] = recording
        recorder = Recorder(recording, call.leg, tell=self._tell_recording)
        if alone:
            recorder.hear_played(call.leg)
        self._recorders.setdefault(call, []).append(recorder)
        call.log("recording", recording=recording.sid, line_ms=call.leg.milliseconds)
        recorder.tell()
        return recorder

    def recorder(self, recording: Recording) -> Recorder | None:
        """The recorder of a recording that is still running."""
        running = self._recorders.get(recording.call, [])
        return next((one for one in running if one.recording is recording), None)

    def _tell_recording(self, recording: Recording) -> None:
        callback = recording.options.callback
        if recording.status in callback.events:
            self.webhooks.report(recording.call, callback, recording.callback_form(self.media_base))


async def _stopped(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
