"""Classifies who answered, person, machine or fax, from the sound of the line after the answer, as a stream. Pure.

The rules are those of Twilio's tuning guide: little speech and then silence is a person, a longer stretch a machine.
https://www.twilio.com/docs/voice/answering-machine-detection
"""

from dataclasses import dataclass

import numpy as np

from sandbox.audio import TELEPHONE_HZ, Pcm, dbfs
from sandbox.speech import Endpointer, SpeechStarted
from sandbox.twilio.line.tones import FAX_HZ

_PAUSE_MS = 200
_TONE_LEAST_DBFS = -35.0
_TONE_PURITY = 0.95
_TONE_HZ = range(350, 2400)
_BEEP_MS, _LONGEST_BEEP_MS, _FAX_MS = 160, 2000, 1000
_FAX_WITHIN_HZ = 50
# Up to a second passes between a machine's last word and its beep; after this long there is no beep.
_MESSAGE_END_MS = 2400


@dataclass(frozen=True)
class Thresholds:
    """``MachineDetection…`` of a call, in ms, with Twilio's defaults."""

    speech: int = 2400
    speech_end: int = 1200
    silence: int = 5000
    timeout: int = 30_000


class Classifier:
    """Feed it the line from the answer on: ``verdict`` is set once it is known.

    It listens to the end of a machine's message only with ``to_the_end``. Times count from the first frame.
    """

    def __init__(self, thresholds: Thresholds, *, to_the_end: bool) -> None:
        self._limits, self._to_the_end = thresholds, to_the_end
        self._endpointer = Endpointer(silence_ms=_PAUSE_MS)
        self._tone = _Tone()
        self._began_ms: int | None = None
        self._spoken_ms = 0
        self._voice_end_ms = 0
        self.now_ms = 0
        self.verdict = ""

    def feed(self, frame: Pcm) -> None:
        """The next 20 ms."""
        self.now_ms += len(frame) * 1000 // TELEPHONE_HZ
        self._tone.feed(frame)
        self._listen(frame)
        if not self.verdict:
            self.verdict = self._judge()

    def _listen(self, frame: Pcm) -> None:
        for event in self._endpointer.feed(frame):
            if isinstance(event, SpeechStarted):
                self._began_ms = event.onset_ms
            elif self._began_ms is not None:
                self._spoken_ms += event.speech_end_ms - self._began_ms
                self._began_ms, self._voice_end_ms = None, event.speech_end_ms

    @property
    def _speech_ms(self) -> int:
        """All speech so far, without the pauses."""
        return self._spoken_ms + (self.now_ms - self._began_ms if self._began_ms is not None else 0)

    @property
    def _quiet_ms(self) -> int:
        return 0 if self._began_ms is not None else self.now_ms - max(self._voice_end_ms, self._tone.end_ms)

    def _judge(self) -> str:
        if self._tone.is_fax:
            return "fax"
        if self.now_ms >= self._limits.timeout:
            return "machine_end_other" if self._is_machine and self._to_the_end else "unknown"
        if self._is_machine:
            return self._end_of_message() if self._to_the_end else "machine_start"
        if not self._speech_ms:
            return "unknown" if self._quiet_ms >= self._limits.silence else ""
        return "human" if self._quiet_ms >= self._limits.speech_end else ""

    @property
    def _is_machine(self) -> bool:
        return self._speech_ms > self._limits.speech or (self._speech_ms > 0 and self._tone.beeped)

    def _end_of_message(self) -> str:
        if self._tone.beeped:
            return "machine_end_beep"
        return "machine_end_silence" if self._quiet_ms >= _MESSAGE_END_MS else ""


class _Tone:
    """Finds a pure tone: a beep once it has ended, a fax's while it lasts."""

    def __init__(self) -> None:
        self._now_ms = 0
        self._before: Pcm = np.zeros(0, np.int16)
        self._hz, self._lasted_ms = 0, 0
        self.end_ms = 0
        self.beeped = self.is_fax = False

    def feed(self, frame: Pcm) -> None:
        ms = len(frame) * 1000 // TELEPHONE_HZ
        self._now_ms += ms
        hz, self._before = _pitch(np.concatenate([self._before, frame])), frame
        if hz and abs(hz - (self._hz or hz)) <= _FAX_WITHIN_HZ:
            self._hz, self._lasted_ms, self.end_ms = hz, self._lasted_ms + ms, self._now_ms
        else:
            self.beeped = self.beeped or _BEEP_MS <= self._lasted_ms <= _LONGEST_BEEP_MS
            self._hz, self._lasted_ms = hz, ms if hz else 0
        self.is_fax = self.is_fax or (self._lasted_ms >= _FAX_MS and abs(self._hz - FAX_HZ) <= _FAX_WITHIN_HZ)


def _pitch(sound: Pcm) -> int:
    """The one frequency (Hz, in steps of 25) that carries nearly all of 40 ms of sound; 0 when there is none."""
    if dbfs(sound) < _TONE_LEAST_DBFS:
        return 0
    power = np.square(np.abs(np.fft.rfft(sound.astype(np.float64) * np.hanning(len(sound)))))
    peak = int(power.argmax())
    share = float(power[max(0, peak - 2) : peak + 3].sum() / power.sum())
    hz = round(peak * TELEPHONE_HZ / len(sound))
    return hz if share >= _TONE_PURITY and hz in _TONE_HZ else 0
