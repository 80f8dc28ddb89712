"""<Gather>: collects keys and speech, whichever comes first."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from sandbox.faults import Fault
from sandbox.speech import Recognition
from sandbox.speech.early_recognition import EarlyRecognition
from sandbox.speech.word_errors import with_word_errors
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.flow_control import Instruction
from sandbox.twilio.call.resource import Callback
from sandbox.twilio.line.utterances import LONGEST_UTTERANCE_MS, Utterance, UtteranceDetector
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import VerbContext
from sandbox.twilio.verbs.profanity import starred
from sandbox.twilio.webhooks.requests import common_form

_GLANCE_SECONDS = 0.02
_MOST_HINTS = 500
_LONGEST_SPEECH = LONGEST_UTTERANCE_MS / 1000

type Prompts = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class _Options:
    """The verb's attributes. Times in seconds."""

    speech: bool
    keys: bool
    timeout: float
    pause: float
    finish: str
    digits: int
    barge_in: bool
    hints: tuple[str, ...]
    longest: float


def _read(context: VerbContext, verb: Verb) -> _Options:
    inputs = verb.get("input", "dtmf").split()
    timeout = max(0.0, verb.number("timeout", 5.0))
    auto = verb.get("speechTimeout") == "auto"
    if auto and verb.get("speechModel"):
        context.error(13335, "Gather: speechTimeout='auto' cannot be used with speechModel")
    pause = context.services.config.gather_auto_pause_ms / 1000 if auto else verb.number("speechTimeout", timeout)
    hints = tuple(hint.strip() for hint in verb.get("hints").split(",") if hint.strip())[:_MOST_HINTS]
    digits = int(verb.number("numDigits", 0))
    finish = verb.get("finishOnKey", "#")
    barge_in, longest = verb.flag("bargeIn", default=True), verb.number("maxSpeechTime", _LONGEST_SPEECH)
    return _Options("speech" in inputs, "dtmf" in inputs, timeout, pause, finish, digits, barge_in, hints, longest)


class _Collector:
    """Keys and utterances of one gather, from its taps on the line."""

    def __init__(self, context: VerbContext, options: _Options) -> None:
        self.context, self.options = context, options
        self.pressed = ""
        self.finished_by = ""
        self.last_input_ms = 0
        self.prompts: asyncio.Task[None] | None = None
        longest_ms = round(min(options.longest, _LONGEST_SPEECH) * 1000)
        silence_ms = round(options.pause * 1000)
        self.detector = UtteranceDetector(
            silence_ms=silence_ms, on_start=self._interrupt_prompts, longest_ms=longest_ms
        )
        self._early = EarlyRecognition()

    def listen(self) -> None:
        leg = self.context.leg
        if self.options.keys and self._key not in leg.keys:
            leg.keys.append(self._key)
        prompting = self.prompts is not None and not self.prompts.done()
        if self.options.speech and (self.options.barge_in or not prompting) and self.detector not in leg.inbound:
            leg.inbound.append(self.detector)

    def recognition(self, said: Utterance) -> asyncio.Task[Recognition]:
        """The recognition of the utterance so far; canceled when the person goes on."""
        return self._early.of((said.start_ms, said.end_ms), lambda: self._recognize(said))

    def last_recognition(self, said: Utterance) -> asyncio.Task[Recognition]:
        """The recognition of a finished utterance, perhaps started in the pause before; the person may speak again
        meanwhile.
        """
        return self._early.take((said.start_ms, said.end_ms), lambda: self._recognize(said))

    async def _recognize(self, said: Utterance) -> Recognition:
        return await self.context.services.understand(said.pcm, hints=self.options.hints)

    def close(self) -> None:
        self._early.forget()
        leg = self.context.leg
        if self._key in leg.keys:
            leg.keys.remove(self._key)
        if self.detector in leg.inbound:
            leg.inbound.remove(self.detector)

    def _interrupt_prompts(self) -> None:
        if self.prompts and not self.prompts.done():
            self.context.call.log("barge_in", line_ms=self.context.leg.milliseconds)
            self.prompts.cancel()

    def _key(self, digit: str) -> None:
        self._interrupt_prompts()
        self.last_input_ms = self.context.leg.milliseconds
        if digit in self.options.finish and not self.detector.speaking:
            self.finished_by = digit
        elif not self.complete:
            self.pressed += digit

    @property
    def complete(self) -> bool:
        return bool(self.finished_by) or 0 < self.options.digits <= len(self.pressed)

    def timed_out(self) -> bool:
        """Nothing began within ``timeout`` of the end of the prompts or of the last key."""
        if self.detector.speaking or not self.detector.utterances.empty():
            return False
        return self.context.leg.milliseconds - self.last_input_ms >= self.options.timeout * 1000


async def gather(context: VerbContext, verb: Verb, prompts: Prompts) -> Instruction | None:
    """Returns the action to go to, or None to fall through to the next verb."""
    collector = _Collector(context, _read(context, verb))
    try:
        form = await _collect(collector, verb, prompts)
    finally:
        collector.close()
    context.call.log("gathered", form=dict(form or ()))
    if form is None and not verb.flag("actionOnEmptyResult"):
        return None
    return context.action(verb, form or ())


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
    leg, prompting = collector.context.leg, True
    while True:
        collector.listen()
        if said := collector.detector.at_pause():
            collector.recognition(said)
        if prompting and collector.prompts and collector.prompts.done():
            prompting, collector.last_input_ms = False, max(collector.last_input_ms, leg.milliseconds)
        if collector.complete:
            return _digits(collector)
        if not collector.detector.utterances.empty() and not collector.pressed:
            heard = await _understood(collector)
            if heard is not None:
                return _speech(heard, verb)
            collector.last_input_ms = max(collector.last_input_ms, leg.milliseconds)
        if not prompting and collector.timed_out():
            return _digits(collector) if collector.pressed else None
        await leg.wait(_GLANCE_SECONDS)


async def _understood(collector: _Collector) -> Recognition | None:
    """The recognition; None when it is empty, which Twilio treats as silence."""
    recognition = await collector.last_recognition(collector.detector.utterances.get_nowait())
    heard = _with_faults(collector.context, recognition)
    return heard if heard.text.strip() else None


def _with_faults(context: VerbContext, heard: Recognition) -> Recognition:
    """The recognition with the requested faults."""

    def fault(what: str) -> Fault | None:
        return strikes(context.services, context.call, f"gather.{what}")

    if fault("empty"):
        return replace(heard, text="", confidence=0.0)
    if invented := fault("invented"):
        heard = replace(heard, text=invented.text("text"))
    if wrong := fault("misheard"):
        heard = with_word_errors(heard, share=wrong.number("share"), seed=context.services.config.word_error_seed)
    if doubtful := fault("low_confidence"):
        heard = replace(heard, confidence=doubtful.number("confidence"))
    return heard


def _speech(heard: Recognition, verb: Verb) -> tuple[tuple[str, str], ...]:
    return (
        ("SpeechResult", _polite(heard.text, verb).strip()),
        ("Confidence", f"{heard.confidence:.7f}"),
        ("Language", verb.get("language", "en-US")),
    )


def _polite(text: str, verb: Verb) -> str:
    return starred(text) if verb.flag("profanityFilter", default=True) else text


def _digits(collector: _Collector) -> tuple[tuple[str, str], ...]:
    form = (("Digits", collector.pressed),)
    return (*form, ("FinishedOnKey", collector.finished_by)) if collector.finished_by else form


async def _report_partials(collector: _Collector, verb: Verb) -> None:
    """Posts partial results while the person speaks and when they pause; nobody waits for the answers."""
    context, callback = collector.context, collector.context.callback(verb, "partialResultCallback")
    if not callback.url:
        return
    sequence, stable, previous, utterance = 0, "", "", -1
    async for began_ms, heard in _heard_so_far(collector):
        text = _polite(heard.text, verb)
        stable, previous, utterance = _agreed(previous if began_ms == utterance else "", text), text, began_ms
        _post_partial(context, callback, sequence, stable, text)
        sequence += 1


async def _heard_so_far(collector: _Collector) -> AsyncIterator[tuple[int, Recognition]]:
    """When the current utterance began and its recognition: at intervals, and once in each of its pauses."""
    detector, every = collector.detector, collector.context.services.config.partial_result_ms
    due_ms, reported = every, None
    while True:
        await collector.context.leg.wait(_GLANCE_SECONDS)
        said = detector.at_pause()
        if said and (said.start_ms, said.end_ms) != reported:
            reported, recognition = (said.start_ms, said.end_ms), collector.recognition(said)
            await asyncio.wait([recognition])
            if not recognition.cancelled():  # else the person has gone on
                yield said.start_ms, recognition.result()
        elif not said and detector.speaking_ms >= every and detector.now_ms >= due_ms:
            began_ms = detector.speech_began_ms
            services, hints = collector.context.services, collector.options.hints
            yield began_ms, await services.understand(detector.so_far(), hints=hints)
        else:
            continue
        due_ms = detector.now_ms + every


def _post_partial(context: VerbContext, callback: Callback, sequence: int, stable: str, text: str) -> None:
    form = (
        ("SequenceNumber", str(sequence)),
        ("StableSpeechResult", stable),
        ("UnstableSpeechResult", text.removeprefix(stable).strip()),
    )
    context.switch.webhooks.report(context.call, callback, common_form(context.call) + form)


def _agreed(earlier: str, later: str) -> str:
    """The leading words on which two recognitions agree."""
    words = []
    for first, second in zip(earlier.split(), later.split(), strict=False):
        if first.strip(".,?!").lower() != second.strip(".,?!").lower():
            break
        words.append(second)
    return " ".join(words)
