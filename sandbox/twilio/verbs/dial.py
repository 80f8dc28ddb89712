"""<Dial>: rings other phones, plays the first to answer a whisper if there is one, then bridges the two calls.

https://www.twilio.com/docs/voice/twiml/dial and https://www.twilio.com/docs/voice/twiml/number
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sandbox.twilio.call.flow_control import END_OF_DOCUMENT, Goto, HangUp, Instruction, Interrupted
from sandbox.twilio.call.placing import are_dial_keys, detection, dialable
from sandbox.twilio.call.recording import Recorder
from sandbox.twilio.call.resource import Call, Detection, Options, RecordingOptions
from sandbox.twilio.line.leg import Tap
from sandbox.twilio.line.tones import ringback
from sandbox.twilio.rest_errors import RestError
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import VerbContext

_RECORD_ALIAS = {"true": "record-from-answer"}


@dataclass(eq=False)
class _Attempt:
    """One number that is dialed, and the call to it."""

    context: VerbContext
    number: Verb
    child: Call
    whispering: Callable[[], None]
    helpers: list[asyncio.Task[None]] = field(default_factory=list)
    status: str = ""

    async def reach(self) -> bool:
        """True when somebody answered and, after a whisper, is still there."""
        switch = self.context.switch
        self.status = await switch.ring(self.child)
        if self.status != "answered":
            return False
        self.helpers = switch.pick_up(self.child)
        switch.detect_in_background(self.child)
        await switch.send_digits(self.child, self.child.options.send_digits)
        if not self.number.get("url"):
            return True
        self.whispering()
        whisper = Goto(self.context.url(self.number.get("url")), self.number.get("method", "POST").upper())
        final = await switch.perform(self.child, whisper)
        return final.cause == END_OF_DOCUMENT

    async def finish(self) -> str:
        """Hangs up this phone, whatever it was doing; returns ``DialCallStatus``."""
        for helper in self.helpers:
            helper.cancel()
        await asyncio.gather(*self.helpers, return_exceptions=True)
        if self.child.live:
            status = "completed" if self.child.answered else self.status or "canceled"
            self.context.switch.end(self.child, status)
            self.child.over.set()
        return self.child.status


class _Dial:
    """One <Dial> while it runs."""

    def __init__(self, context: VerbContext, verb: Verb) -> None:
        self.context, self.verb = context, verb
        self.attempts: list[_Attempt] = []
        self.reached: _Attempt | None = None
        self.bridged = False
        self.recorder: Recorder | None = None
        self.ringing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        self._start_recording()
        self.ringing = ringing = self.context.switch.tasks.spawn(self._ring_back())
        try:
            self.reached = await self._first_to_answer()
            ringing.cancel()
            await asyncio.wait({ringing})
            if self.reached is not None:
                await self._talk(self.reached)
        finally:
            ringing.cancel()
            for attempt in self.attempts:
                await attempt.finish()
            self._finish_recording()

    async def _ring_back(self) -> None:
        while True:
            sound, pause = ringback(self.verb.get("ringTone"))
            await self.context.play(sound)
            await self.context.leg.wait(pause)

    def _whispering(self) -> None:
        """A phone was picked up and is whispered to: the caller hears nothing, unless told that it rings on."""
        if self.ringing and not self.verb.flag("answerOnBridge"):
            self.ringing.cancel()
            self.context.leg.player.clear()

    # ringing --------------------------------------------------------------------------------------------------

    async def _first_to_answer(self) -> _Attempt | None:
        """All numbers ring at once, or one after the other when ``sequential``."""
        numbers = self._numbers()
        if not self.verb.flag("sequential"):
            return await self._race(numbers)
        for number in numbers:
            if (attempt := await self._race((number,))) is not None:
                return attempt
        return None

    def _numbers(self) -> tuple[Verb, ...]:
        """The valid numbers; for the others Twilio logs an error and dials nobody. What the sandbox does not offer
        (<Client>, <Conference> …) was complained about already, and is no number.
        """
        alone = () if self.verb.left_out and not self.verb.text else (Verb("Number", text=self.verb.text),)
        asked = self.verb.children or alone
        numbers = tuple(replace(number, text=dialable(number.text)) for number in asked)
        for number in asked:
            if not dialable(number.text):
                self.context.error(13224, f"Dial: the number is invalid: {number.text!r}")
        return tuple(number for number in numbers if number.text)

    async def _race(self, numbers: tuple[Verb, ...]) -> _Attempt | None:
        running = {self.context.switch.tasks.spawn(attempt.reach()): attempt for attempt in map(self._attempt, numbers)}
        try:
            while running:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    attempt = running.pop(task)
                    if task.result():
                        return attempt
                    await attempt.finish()
            return None
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for attempt in running.values():
                await attempt.finish()

    def _attempt(self, number: Verb) -> _Attempt:
        parent = self.context.call
        child = Call(
            parent.account_sid,
            number.text,
            self.verb.get("callerId") or parent.from_,
            self._options(number),
            "outbound-dial",
            parent,
            clock=parent.clock,
        )
        self.context.switch.register(child)
        attempt = _Attempt(self.context, number, child, self._whispering)
        self.attempts.append(attempt)
        return attempt

    def _options(self, number: Verb) -> Options:
        callback = self.context.callback(number, "statusCallback", events="completed")
        limit = self.verb.number("timeLimit", 14400)
        return Options(
            status=callback,
            timeout=self.verb.number("timeout", 30),
            time_limit=limit,
            send_digits=self._send_digits(number),
            detection=self._detection(number),
        )

    def _detection(self, number: Verb) -> Detection:
        """AMD on a dialed number always runs in the background."""
        form = {name[0].upper() + name[1:]: [value] for name, value in number.attributes.items()}
        try:
            wanted = detection({key: value for key, value in form.items() if key.startswith("MachineDetection")})
        except RestError as error:
            self.context.error(12200, f"Dial->Number: {error.message}")
            return Detection()
        callback = self.context.callback(number, "amdStatusCallback")
        return replace(wanted, asynchronous=bool(wanted.mode), callback=callback)

    def _send_digits(self, number: Verb) -> str:
        digits = number.get("sendDigits")
        if are_dial_keys(digits):
            return digits
        self.context.error(13222, f"Dial->Number: Invalid sendDigits value: {digits}")
        return ""

    # talking --------------------------------------------------------------------------------------------------

    async def _talk(self, attempt: _Attempt) -> None:
        self.context.switch.answer(self.context.call)
        parent, child = self.context.leg, attempt.child.leg
        self.bridged = True
        self.context.call.log("bridged", child=attempt.child.sid, line_ms=parent.milliseconds)
        self._start_recording(attempt.child)
        links: tuple[tuple[list[Tap], Tap], ...] = (
            (parent.inbound, child.player.put),
            (child.inbound, parent.player.put),
        )
        star = self._star(attempt.child)
        parent.keys.append(star)
        for taps, tap in links:
            taps.append(tap)
        try:
            await attempt.child.flow.interruptible(asyncio.Event().wait())
        except Interrupted as interrupted:
            attempt.child.log("hang_up", cause=getattr(interrupted.instruction, "cause", "redirected"))
        finally:
            parent.keys.remove(star)
            for taps, tap in links:
                taps.remove(tap)
            parent.player.clear()

    def _star(self, child: Call) -> "_Star":
        return _Star(child, self.verb.flag("hangupOnStar"))

    def _start_recording(self, child: Call | None = None) -> None:
        """Records from the ringing, with the parent alone and the child joining later, or from the answer."""
        mode = _RECORD_ALIAS.get(self.verb.get("record"), self.verb.get("record"))
        if not mode.startswith("record-from-" if child else "record-from-ringing"):
            return
        if self.recorder is None:
            options = self._recording_options(2 if mode.endswith("-dual") else 1)
            self.recorder = self.context.switch.record(self.context.call, options, alone=False)
        if child:
            self.recorder.join(child.leg)

    def _recording_options(self, channels: int) -> RecordingOptions:
        callback = self.context.callback(self.verb, "recordingStatusCallback", events="completed")
        trim = self.verb.get("trim") == "trim-silence"
        return RecordingOptions(channels, self.verb.get("recordingTrack", "both"), trim, "DialVerb", callback)

    def _finish_recording(self) -> None:
        if self.recorder:
            self.recorder.finish()
            self.recorder.tell()

    def result(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the ``action`` request."""
        attempt = self.reached or (self.attempts[-1] if self.attempts else None)
        pairs = [
            ("DialCallStatus", attempt.child.status if attempt else "failed"),
            ("DialBridged", str(self.bridged).lower()),
        ]
        if attempt:
            pairs.append(("DialCallSid", attempt.child.sid))
        if attempt and self.bridged:
            pairs.append(("DialCallDuration", str(attempt.child.seconds)))
        if self.recorder:
            form = self.recorder.recording.callback_form(self.context.switch.media_base)
            pairs += [pair for pair in form if pair[0] in ("RecordingUrl", "RecordingSid", "RecordingDuration")]
        return tuple(pairs)


@dataclass(frozen=True)
class _Star:
    """``hangupOnStar``: the parent's * ends the child's call, not the parent's."""

    child: Call
    active: bool

    def __call__(self, digit: str) -> None:
        if self.active and digit == "*":
            self.child.flow.give(HangUp("*"))


async def dial(context: VerbContext, verb: Verb) -> Instruction | None:
    """Goes to ``action`` with the outcome, or on to the next verb; when interrupted, ``action`` is requested all the
    same.
    """
    dialing = _Dial(context, verb)
    try:
        await dialing.run()
    except asyncio.CancelledError:
        if verb.get("action"):
            await context.switch.request_action(context.call, context.action(verb, dialing.result()))
        raise
    return context.action(verb, dialing.result()) if verb.get("action") else None
