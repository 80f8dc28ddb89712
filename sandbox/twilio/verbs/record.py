"""<Record>: records what the person says after the beep, as a recording of its own."""

from dataclasses import dataclass, field

from sandbox.twilio.call.flow_control import Instruction
from sandbox.twilio.call.recording import Recorder
from sandbox.twilio.call.resource import RecordingOptions
from sandbox.twilio.line.tones import beep
from sandbox.twilio.line.utterances import UtteranceDetector
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import VerbContext

_GLANCE_SECONDS = 0.02


@dataclass
class _Listener:
    """Decides when a message ends: a key, a long enough silence, the maximum length, the end of the call."""

    finish_on: str
    silence: float
    longest: float
    detector: UtteranceDetector = field(init=False)
    finished_by: str = ""

    def __post_init__(self) -> None:
        self.detector = UtteranceDetector(silence_ms=200)

    def key(self, digit: str) -> None:
        if digit in self.finish_on:
            self.finished_by = digit

    @property
    def over(self) -> bool:
        quiet_ms = self.detector.now_ms - self.detector.last_sound_ms
        return bool(self.finished_by) or quiet_ms >= self.silence * 1000 or self.detector.now_ms >= self.longest * 1000


async def record(context: VerbContext, verb: Verb) -> Instruction | None:
    """Goes to ``action`` with the recording, or on to the next verb when nothing was said."""
    if verb.flag("playBeep", default=True):
        await context.play(beep())
    listener = _Listener(
        verb.get("finishOnKey", "1234567890*#"), verb.number("timeout", 5), verb.number("maxLength", 3600)
    )
    recorder = context.switch.record(context.call, _recording_options(context, verb))
    try:
        await _listen(context, listener)
    except BaseException:
        await _broken_off(context, verb, recorder)
        raise
    recorder.finish()
    recorder.tell()
    said = listener.detector.last_sound_ms > 0
    return context.action(verb, _result(context, recorder, listener.finished_by)) if said else None


async def _listen(context: VerbContext, listener: _Listener) -> None:
    leg = context.leg
    leg.inbound.append(listener.detector)
    leg.keys.append(listener.key)
    try:
        while not listener.over:
            await leg.wait(_GLANCE_SECONDS)
    finally:
        leg.inbound.remove(listener.detector)
        leg.keys.remove(listener.key)


async def _broken_off(context: VerbContext, verb: Verb, recorder: Recorder) -> None:
    """Requests ``action`` and ignores its answer. ``Digits=hangup`` is sent only when the person hung up, as Twilio
    documents it; it documents nothing for a redirect, which is treated as with <Dial>.
    """
    recorder.finish()
    recorder.tell()
    digits = "hangup" if context.call.flow.final else ""
    await context.switch.request_action(context.call, context.action(verb, _result(context, recorder, digits)))


def _recording_options(context: VerbContext, verb: Verb) -> RecordingOptions:
    callback = context.callback(verb, "recordingStatusCallback", events="completed")
    return RecordingOptions(1, "inbound", verb.get("trim", "trim-silence") == "trim-silence", "RecordVerb", callback)


def _result(context: VerbContext, recorder: Recorder, digits: str) -> tuple[tuple[str, str], ...]:
    wanted = ("RecordingUrl", "RecordingSid", "RecordingDuration")
    form = recorder.recording.callback_form(context.switch.media_base)
    return (*(pair for pair in form if pair[0] in wanted), ("Digits", digits))
