"""A simulated person on the phone: listens to the line, lets a mind decide, speaks into the line.

What they decide is a mind's business; here are hearing, speaking, pressing keys and waiting politely. They know only
what recognition made of the sound that reached them.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, resample
from sandbox.callers import Act, HangUp, Mind, Persona, Press, Say, Wait
from sandbox.services import Services
from sandbox.twilio.call.flow_control import HangUp as CallEnds
from sandbox.twilio.call.ground_truth import Said
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.background_noise import StreetNoise
from sandbox.twilio.line.leg import through_the_line
from sandbox.twilio.line.tones import beep, fax
from sandbox.twilio.line.utterances import UtteranceDetector
from sandbox.twilio.people.phone_book import Entry

_GLANCE_SECONDS = 0.04
_BETWEEN_KEYS = 0.25
# After cutting in with nothing to say, a person listens this long before they try again.
_TRIES_AGAIN_AFTER_MS = 2500
# How long a polite person waits to answer while the other side goes on talking.
_HOLDS_BACK_SECONDS = 8.0
# An answer waits no longer than this because the other side has started another sentence.
_PONDERS_MS = 4000
# A sentence counts as said whole when only a line's last frames are missing.
_WHOLE = 0.97
_TONES = {"beep": beep, "fax": fax}


class PersonMind(Protocol):
    """What a person needs from a mind; ``sandbox.callers.mind.Mind`` and ``Script`` satisfy it."""

    persona: Persona

    @property
    def voice(self) -> str: ...
    @property
    def cuts_in_after(self) -> float | None: ...
    @property
    def bursts_after(self) -> float | None: ...
    def burst(self) -> Say | None: ...
    def on_answer(self) -> Say | None: ...
    def hear(self, text: str) -> Sequence[Act]: ...
    def silence(self, seconds: float) -> Sequence[Act]: ...


PATIENCE_SECONDS = 20.0  # of silence, then somebody with a script hangs up


class Script:
    """A mind that follows a fixed script, whatever it hears: see ``phone_book.Entry.script``."""

    cuts_in_after = bursts_after = None

    def __init__(self, lines: Sequence[object], *, voice: str = "buyer", patience: float = PATIENCE_SECONDS) -> None:
        self.persona = Persona("script", voice=voice, goal="")
        self.voice, self._lines, self._patience = voice, list(lines), patience

    def on_answer(self) -> Say | None:
        """A first line that is only words is said on answering."""
        if self._lines and isinstance(self._lines[0], str):
            return Say(str(self._lines.pop(0)), delay_ms=0)
        return None

    def burst(self) -> None:
        """A script never interrupts."""

    def hear(self, text: str) -> Sequence[Act]:
        return [] if self._due_after() is not None else self._next()

    def silence(self, seconds: float) -> Sequence[Act]:
        due = self._due_after()
        if due is not None and seconds >= due:
            return self._next()
        return [HangUp()] if seconds > self._patience else []

    def _due_after(self) -> float | None:
        """The silence the next line waits for, if it waits for one."""
        line = self._lines[0] if self._lines else None
        return float(line["after"]) if isinstance(line, Mapping) and "after" in line else None

    def _next(self) -> Sequence[Act]:
        return [_as_act(self._lines.pop(0))] if self._lines else []


def _as_act(line: object) -> Act:
    match line:
        case {"press": str(digits)}:
            return Press(digits)
        case {"hang_up": True}:
            return HangUp()
        case {"wait": True}:
            return Wait()
        case {"say": str(text)}:
            return Say(text, delay_ms=0)
        case _:
            return Say(str(line), delay_ms=0)


def person_on(call: Call, entry: Entry, services: Services) -> "Person":
    """The person who answers that call, by the phone book."""
    mind: PersonMind = scripted(entry) if entry.script is not None else _mind(entry)
    return Person(call, mind, services, hang_up=partial(call.flow.give, CallEnds("person")))


def scripted(entry: Entry) -> Script:
    """A mind that follows the entry's script, with its patience."""
    patience = float(entry.temper.get("patience", PATIENCE_SECONDS))
    return Script(entry.script or (), voice=entry.voice or "buyer", patience=patience)


def _mind(entry: Entry) -> Mind:
    return Mind.load(entry.persona, **entry.overrides)


class Person:
    """Lives from the answer to the end of the call: ``await person.run()``."""

    def __init__(self, call: Call, mind: PersonMind, services: Services, *, hang_up: Callable[[], None]) -> None:
        self._call, self._leg, self._mind, self._services = call, call.leg, mind, services
        self._hang_up, self._persona = hang_up, mind.persona
        self._ear = UtteranceDetector(silence_ms=services.config.reply_pause_ms)
        self._last_spoke_ms = 0
        self._heard_until_ms = 0
        self._tries_again_ms = 0
        self._burst_into_ms = -1

    async def run(self) -> None:
        self._arrive()
        greeting = None if self._call.direction == "inbound" else self._mind.on_answer()
        await self._act([greeting] if greeting else [])
        if self._persona.tone:
            self._leg.mouth.put(_TONES[self._persona.tone]())
        await self._rehearse()
        while True:
            text = await self._listen()
            if text:
                await self._answer(text)
            else:
                await self._act(self._mind.silence(self._silent_seconds()))

    def _arrive(self) -> None:
        self._leg.outbound.append(self._ear)
        if self._persona.noise_dbfs is not None:
            self._leg.background = StreetNoise(self._persona.noise_dbfs).around
        truth = self._call.ground_truth
        truth.persona, truth.goal, truth.facts = self._persona.name, self._persona.goal, self._persona.facts

    async def _rehearse(self) -> None:
        """Synthesizes interruptions beforehand, so that they are ready in time."""
        for line in self._persona.bursts:
            await self._services.speech.speak(line, voice=self._mind.voice)

    async def _answer(self, text: str) -> None:
        """Answers what was heard; somebody who cut in and has nothing to say to the first half listens to the rest as
        well.
        """
        line_ms = self._leg.milliseconds
        acts = self._mind.hear(text)
        if self._heard_until_ms and self._ear.speaking and all(isinstance(act, Wait) for act in acts):
            self._heard_until_ms, self._tries_again_ms = 0, self._ear.speaking_ms + _TRIES_AGAIN_AFTER_MS
            return
        self._call.log("heard", text=text, line_ms=line_ms)
        self._call.ground_truth.heard.append((line_ms, text))
        await self._act(acts)

    def _silent_seconds(self) -> float:
        return (self._leg.milliseconds - max(self._last_spoke_ms, self._ear.last_sound_ms)) / 1000

    async def _listen(self) -> str:
        """What the other side said until it paused; empty after a second in which nobody said anything.

        Something said longer ago is answered even when the other side has started to speak again.
        """
        text, began, ended = "", self._leg.milliseconds, 0
        while True:
            if text and self._leg.milliseconds - ended > _PONDERS_MS:
                return text
            if not self._ear.utterances.empty():
                ended = ended or self._leg.milliseconds
                text = f"{text} {await self._understand_next()}".strip()
            elif self._ear.speaking:
                if self._bursts_in():
                    await self._burst()
                elif self._cuts_in():
                    return f"{text} {await self._understand_so_far()}".strip()
                await self._leg.wait(_GLANCE_SECONDS)
            elif text or self._leg.milliseconds - began >= 1000:
                return text
            else:
                await self._leg.wait(_GLANCE_SECONDS)

    def _bursts_in(self) -> bool:
        """Whether to interrupt now: once in any stretch of talk."""
        after = self._mind.bursts_after
        again = self._ear.speech_began_ms == self._burst_into_ms
        return after is not None and not again and self._ear.speaking_ms > after * 1000

    async def _burst(self) -> None:
        self._burst_into_ms = self._ear.speech_began_ms
        if burst := self._mind.burst():
            await self._say(burst)

    def _cuts_in(self) -> bool:
        after = self._mind.cuts_in_after
        fresh = self._ear.speech_began_ms >= self._heard_until_ms
        return after is not None and fresh and self._ear.speaking_ms > max(after * 1000, self._tries_again_ms)

    async def _understand_next(self) -> str:
        utterance = self._ear.utterances.get_nowait()
        self._tries_again_ms = 0
        if utterance.start_ms < self._heard_until_ms:
            return ""
        return await self._understand(utterance.pcm)

    async def _understand_so_far(self) -> str:
        self._heard_until_ms = self._ear.now_ms
        return await self._understand(self._ear.so_far())

    async def _understand(self, pcm: Pcm) -> str:
        return (await self._services.speech.recognize(pcm, rate=TELEPHONE_HZ)).text.strip()

    async def _act(self, acts: Sequence[Act]) -> None:
        for act in acts:
            match act:
                case Say():
                    await self._say(act)
                case Press():
                    await self._press(act.digits)
                case HangUp():
                    self._call.log("person_hangs_up", line_ms=self._leg.milliseconds)
                    self._hang_up()
                    await asyncio.Event().wait()
                case Wait():
                    pass

    async def _say(self, act: Say) -> None:
        speech = await self._services.speech.speak(act.text, voice=self._mind.voice)
        sound = through_the_line(self._loud(resample(speech, SPEECH_HZ, TELEPHONE_HZ)))
        since_heard = self._leg.milliseconds - self._ear.last_sound_ms
        await self._leg.wait(max(0, act.delay_ms - since_heard) / 1000)
        await self._hold_back(act)
        start = self._leg.milliseconds
        self._leg.mouth.put(sound[: round(len(sound) * act.share)])
        try:
            await self._leg.mouth.drained()
        finally:
            self._note(act.text, start, len(sound) * 1000 / TELEPHONE_HZ)

    def _note(self, text: str, start_ms: int, whole_ms: float) -> None:
        end_ms = self._last_spoke_ms = self._leg.milliseconds
        share = min(1.0, (end_ms - start_ms) / whole_ms) if whole_ms else 1.0
        said = Said(text, start_ms, end_ms, 1.0 if share > _WHOLE else round(share, 2))
        self._call.ground_truth.said.append(said)
        self._call.log("said", text=text, start_ms=start_ms, end_ms=end_ms, finished=said.share == 1.0)

    def _loud(self, sound: Pcm) -> Pcm:
        """The sound at this person's loudness."""
        if not self._persona.volume_db:
            return sound
        louder = sound.astype(np.float64) * 10 ** (self._persona.volume_db / 20)
        return np.clip(louder, -32768, 32767).astype(np.int16)

    async def _hold_back(self, act: Say) -> None:
        """Waits politely while the other side speaks."""
        until = self._leg.milliseconds + _HOLDS_BACK_SECONDS * 1000
        while not act.over and self._ear.speaking and self._leg.milliseconds < until:
            await self._leg.wait(_GLANCE_SECONDS)

    async def _press(self, digits: str) -> None:
        for digit in digits:
            self._call.log("pressed", digit=digit, line_ms=self._leg.milliseconds)
            self._call.ground_truth.pressed.append((self._leg.milliseconds, digit))
            self._leg.press(digit)
            await self._leg.wait(_BETWEEN_KEYS)
