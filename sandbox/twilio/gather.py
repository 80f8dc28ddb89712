"""<Gather>: keys and speech, whichever comes first."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from sandbox.speech import Recognition
from sandbox.twilio.hearing import Ear
from sandbox.twilio.orders import Order
from sandbox.twilio.records import Callback
from sandbox.twilio.stage import Stage
from sandbox.twilio.twiml import Verb
from sandbox.twilio.webhooks import common_form

_GLANCE_SECONDS = 0.02
_MOST_HINTS = 500

type Prompts = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class _Wish:
    """The verb's attributes, read. Times in seconds."""

    speech: bool
    keys: bool
    timeout: float
    pause: float
    finish: str
    digits: int
    barge_in: bool
    hints: tuple[str, ...]


def _read(stage: Stage, verb: Verb) -> _Wish:
    inputs = verb.get("input", "dtmf").split()
    timeout = max(0.0, verb.number("timeout", 5.0))
    auto = verb.get("speechTimeout") == "auto"
    if auto and verb.get("speechModel"):
        stage.error(13335, "Gather: speechTimeout='auto' cannot be used with speechModel")
    pause = stage.services.config.gather_auto_pause_ms / 1000 if auto else verb.number("speechTimeout", timeout)
    hints = tuple(hint.strip() for hint in verb.get("hints").split(",") if hint.strip())[:_MOST_HINTS]
    digits = int(verb.number("numDigits", 0))
    finish = verb.get("finishOnKey", "#")
    return _Wish(
        "speech" in inputs, "dtmf" in inputs, timeout, pause, finish, digits, verb.flag("bargeIn", default=True), hints
    )


class _Collector:
    """Keys and utterances of one gather, from its taps on the line."""

    def __init__(self, stage: Stage, wish: _Wish) -> None:
        self.stage, self.wish = stage, wish
        self.pressed = ""
        self.finished_by = ""
        self.last_input_ms = 0
        self.prompts: asyncio.Task[None] | None = None
        self.ear = Ear(silence_ms=round(wish.pause * 1000), on_start=self._interrupt_prompts)

    def listen(self) -> None:
        leg = self.stage.leg
        if self.wish.keys and self._key not in leg.keys:
            leg.keys.append(self._key)
        prompting = self.prompts is not None and not self.prompts.done()
        if self.wish.speech and (self.wish.barge_in or not prompting) and self.ear not in leg.inbound:
            leg.inbound.append(self.ear)

    def close(self) -> None:
        leg = self.stage.leg
        if self._key in leg.keys:
            leg.keys.remove(self._key)
        if self.ear in leg.inbound:
            leg.inbound.remove(self.ear)

    def _interrupt_prompts(self) -> None:
        if self.prompts and not self.prompts.done():
            self.stage.call.log("barge_in", line_ms=self.stage.leg.milliseconds)
            self.prompts.cancel()

    def _key(self, digit: str) -> None:
        self._interrupt_prompts()
        self.last_input_ms = self.stage.leg.milliseconds
        if digit in self.wish.finish and not self.ear.speaking:
            self.finished_by = digit
        elif not self.complete:
            self.pressed += digit

    @property
    def complete(self) -> bool:
        return bool(self.finished_by) or 0 < self.wish.digits <= len(self.pressed)

    def timed_out(self) -> bool:
        """Nothing began within ``timeout`` of the end of the prompts or of the last key."""
        if self.ear.speaking or not self.ear.utterances.empty():
            return False
        return self.stage.leg.milliseconds - self.last_input_ms >= self.wish.timeout * 1000


async def gather(stage: Stage, verb: Verb, prompts: Prompts) -> Order | None:
    """The action to go to, or None to fall through to the next verb."""
    collector = _Collector(stage, _read(stage, verb))
    try:
        form = await _collect(collector, verb, prompts)
    finally:
        collector.close()
    stage.call.log("gathered", form=dict(form or ()))
    if form is None and not verb.flag("actionOnEmptyResult"):
        return None
    return stage.action(verb, form or ())


async def _collect(collector: _Collector, verb: Verb, prompts: Prompts) -> tuple[tuple[str, str], ...] | None:
    async with asyncio.TaskGroup() as group:
        collector.prompts = group.create_task(prompts())
        partial = group.create_task(_report_partials(collector, verb))
        try:
            return await _first_input(collector, verb)
        finally:
            collector.prompts.cancel()
            partial.cancel()


async def _first_input(collector: _Collector, verb: Verb) -> tuple[tuple[str, str], ...] | None:
    leg, prompting = collector.stage.leg, True
    while True:
        collector.listen()
        if prompting and collector.prompts and collector.prompts.done():
            prompting, collector.last_input_ms = False, max(collector.last_input_ms, leg.milliseconds)
        if collector.complete:
            return _digits(collector)
        if not collector.ear.utterances.empty() and not collector.pressed:
            heard = await _understood(collector)
            if heard is not None:
                return _speech(heard, verb)
            collector.last_input_ms = max(collector.last_input_ms, leg.milliseconds)
        if not prompting and collector.timed_out():
            return _digits(collector) if collector.pressed else None
        await leg.wait(_GLANCE_SECONDS)


async def _understood(collector: _Collector) -> Recognition | None:
    """None when the recogniser makes nothing of it, which to Twilio is silence."""
    stage, utterance = collector.stage, collector.ear.utterances.get_nowait()
    recognition = await stage.services.understand(utterance.pcm, hints=collector.wish.hints)
    faults = stage.services.faults
    if faults.take("gather.empty", call=stage.call.sid, elapsed=stage.leg.milliseconds / 1000):
        return None
    if fault := faults.take("gather.low_confidence", call=stage.call.sid, elapsed=stage.leg.milliseconds / 1000):
        return Recognition(recognition.text, float(fault.params.get("confidence", 0.21)), recognition.seconds)
    return recognition if recognition.text.strip() else None


def _speech(heard: Recognition, verb: Verb) -> tuple[tuple[str, str], ...]:
    return (
        ("SpeechResult", heard.text.strip()),
        ("Confidence", f"{heard.confidence:.7f}"),
        ("Language", verb.get("language", "en-US")),
    )


def _digits(collector: _Collector) -> tuple[tuple[str, str], ...]:
    form = (("Digits", collector.pressed),)
    return (*form, ("FinishedOnKey", collector.finished_by)) if collector.finished_by else form


async def _report_partials(collector: _Collector, verb: Verb) -> None:
    """Post what is understood so far while the person speaks; nobody waits for the answers."""
    callback = collector.stage.callback(verb, "partialResultCallback")
    if not callback.url:
        return
    every, sequence, stable, previous = collector.stage.services.config.partial_result_ms, 0, "", ""
    while True:
        await collector.stage.leg.wait(every / 1000)
        if collector.ear.speaking_ms < every:
            previous = ""
            continue
        heard = await collector.stage.services.understand(collector.ear.so_far(), hints=collector.wish.hints)
        stable, previous = _agreed(previous, heard.text), heard.text
        _post_partial(collector.stage, callback, sequence, stable, heard.text)
        sequence += 1


def _post_partial(stage: Stage, callback: Callback, sequence: int, stable: str, text: str) -> None:
    form = (
        ("SequenceNumber", str(sequence)),
        ("StableSpeechResult", stable),
        ("UnstableSpeechResult", text.removeprefix(stable).strip()),
    )
    stage.switch.webhooks.report(stage.call, callback, common_form(stage.call) + form)


def _agreed(earlier: str, later: str) -> str:
    """The words at the beginning on which two recognitions agree."""
    words = []
    for first, second in zip(earlier.split(), later.split(), strict=False):
        if first.strip(".,?!").lower() != second.strip(".,?!").lower():
            break
        words.append(second)
    return " ".join(words)
