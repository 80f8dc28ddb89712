"""<Record>: what the person says after the beep, as a recording of its own."""

from dataclasses import dataclass, field

from sandbox.twilio.call.flow_control import Order
from sandbox.twilio.call.recording import Recorder
from sandbox.twilio.call.resource import RecordingWish
from sandbox.twilio.line.tones import beep
from sandbox.twilio.line.utterances import Ear
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import Stage

_GLANCE_SECONDS = 0.02


@dataclass
class _Listener:
    """Ends a message: a key, a long enough silence, the longest length, the end of the call."""

    finish_on: str
    silence: float
    longest: float
    ear: Ear = field(init=False)
    finished_by: str = ""

    def __post_init__(self) -> None:
        self.ear = Ear(silence_ms=200)

    def key(self, digit: str) -> None:
        if digit in self.finish_on:
            self.finished_by = digit

    @property
    def over(self) -> bool:
        quiet_ms = self.ear.now_ms - self.ear.last_sound_ms
        return bool(self.finished_by) or quiet_ms >= self.silence * 1000 or self.ear.now_ms >= self.longest * 1000


async def record(stage: Stage, verb: Verb) -> Order | None:
    """Goes to ``action`` with the recording, or on to the next verb when nothing was said."""
    if verb.flag("playBeep", default=True):
        await stage.play(beep())
    listener = _Listener(
        verb.get("finishOnKey", "1234567890*#"), verb.number("timeout", 5), verb.number("maxLength", 3600)
    )
    recorder = stage.switch.record(stage.call, _wish(stage, verb))
    try:
        await _listen(stage, listener)
    except BaseException:
        await _broken_off(stage, verb, recorder)
        raise
    recorder.finish()
    recorder.tell()
    said = listener.ear.last_sound_ms > 0
    return stage.action(verb, _result(stage, recorder, listener.finished_by)) if said else None


async def _listen(stage: Stage, listener: _Listener) -> None:
    leg = stage.leg
    leg.inbound.append(listener.ear)
    leg.keys.append(listener.key)
    try:
        while not listener.over:
            await leg.wait(_GLANCE_SECONDS)
    finally:
        leg.inbound.remove(listener.ear)
        leg.keys.remove(listener.key)


async def _broken_off(stage: Stage, verb: Verb, recorder: Recorder) -> None:
    """``action`` is told, and what it answers is not heard. Only of somebody who is gone it is said that they hung up:
    Twilio documents ``Digits=hangup`` for that, and nothing for a redirect, which is taken to be as with <Dial>.
    """
    recorder.finish()
    recorder.tell()
    digits = "hangup" if stage.call.orders.final else ""
    await stage.switch.inform(stage.call, stage.action(verb, _result(stage, recorder, digits)))


def _wish(stage: Stage, verb: Verb) -> RecordingWish:
    callback = stage.callback(verb, "recordingStatusCallback", events="completed")
    return RecordingWish(1, "inbound", verb.get("trim", "trim-silence") == "trim-silence", "RecordVerb", callback)


def _result(stage: Stage, recorder: Recorder, digits: str) -> tuple[tuple[str, str], ...]:
    wanted = ("RecordingUrl", "RecordingSid", "RecordingDuration")
    form = recorder.recording.callback_form(stage.switch.media_base)
    return (*(pair for pair in form if pair[0] in wanted), ("Digits", digits))
