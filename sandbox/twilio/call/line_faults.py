"""Faults of one line's sound and keys: echo, static, a cough, keys as in-band tones."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, resample
from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.leg import FRAME, FRAME_MS, SILENCE, through_the_line
from sandbox.twilio.line.tones import keys
from sandbox.twilio.task_supervisor import TaskSupervisor

type Sound = NDArray[np.float64] | Pcm

_SOUNDS = ("line.echo", "line.static", "line.cough")


class LineFaults:
    """Disturbs the line from the answer on; ``voice`` is the person's."""

    def __init__(self, call: Call, services: Services, tasks: TaskSupervisor, *, voice: str) -> None:
        self._call, self._leg, self._services, self._tasks, self._voice = call, call.leg, services, tasks, voice
        self._lasting: dict[str, tuple[Fault, int]] = {}
        self._played: deque[Pcm] = deque()
        self._coughs: deque[Pcm] = deque()
        self._noise = np.random.default_rng(1)

    def attach(self) -> None:
        self._leg.distortion, self._leg.keypad = self._disturbed, self._as_tone
        self._leg.outbound.append(self._remember)

    def _begin(self, name: str) -> None:
        if fault := strikes(self._services, self._call, name, subject=self._call.sid):
            self._lasting[name] = fault, self._leg.milliseconds + round(fault.number("seconds") * 1000)

    def _now(self, name: str) -> Fault | None:
        """The fault of that name that has struck and still lasts."""
        fault, until = self._lasting.get(name, (None, 0))
        return fault if self._leg.milliseconds < until else None

    def _as_tone(self, digit: str) -> bool:
        """Whether the key went out as sound and not as a signal."""
        if not self._now("line.inband_keys"):
            self._begin("line.inband_keys")
        if not self._now("line.inband_keys"):
            return False
        self._leg.mouth.put(keys(digit))
        return True

    def _disturbed(self, frame: Pcm) -> Pcm:
        if self._services.faults.awaited(*_SOUNDS):
            self._look_out()
        added = [*self._echoed(), *self._crackle(), *self._coughed()]
        if not added:
            return frame
        total = np.sum([frame, *added], axis=0, dtype=np.float64)
        return through_the_line(np.clip(total, -32768, 32767).astype(np.int16))

    def _look_out(self) -> None:
        self._begin("line.echo")
        self._begin("line.static")
        if cough := strikes(self._services, self._call, "line.cough", subject=self._call.sid):
            self._tasks.spawn(self._cough(cough.text("text")))

    def _remember(self, frame: Pcm) -> None:
        """Keeps what was played, for the echo."""
        if self._now("line.echo"):
            self._played.append(frame)
        else:
            self._played.clear()

    def _echoed(self) -> list[Sound]:
        echo = self._now("line.echo")
        if echo is None or len(self._played) * FRAME_MS <= echo.number("delay_ms"):
            return []
        return [self._played.popleft().astype(np.float64) * 10 ** (echo.number("level_db") / 20)]

    def _crackle(self) -> list[Sound]:
        static = self._now("line.static")
        return [self._noise.normal(0, 32768 * 10 ** (static.number("level_dbfs") / 20), FRAME)] if static else []

    async def _cough(self, text: str) -> None:
        speech = await self._services.speech.speak(text, voice=self._voice)
        sound = np.concatenate([resample(speech, SPEECH_HZ, TELEPHONE_HZ), SILENCE])
        self._coughs.extend(sound[at : at + FRAME] for at in range(0, len(sound) - FRAME, FRAME))

    def _coughed(self) -> list[Sound]:
        return [self._coughs.popleft()] if self._coughs else []
