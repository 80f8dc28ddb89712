"""Session liveness: detect a model session that stays open and no longer reacts to the caller.

A healthy session reports within a fraction of a second that somebody speaks. If the caller has made sound for half a
second and the session has sent nothing, it is probed; one that does not answer the probe is replaced like a lost one.
"""

from dataclasses import dataclass

from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

UNNOTICED_FRAMES = 25  # half a second of sound: longer than a healthy session takes to report speech
CREDIT_FRAMES = 150  # 3 s more after an answered probe: the sound is line noise, not speech


@dataclass(slots=True)
class Liveness:
    """Probes a silent session, only while the next move is the caller's."""

    limits: Limits
    timers: Timers
    caller_audio: CallerAudio
    is_dead: bool = False  # the last probe was not answered
    _asked: bool = False

    def heard_from_model(self) -> None:
        """The model sent something, whatever it is."""
        self.caller_audio.unnoticed_frames = -CREDIT_FRAMES if self._asked else 0
        self._asked = self.is_dead = False

    def watch(self, now: float) -> None:
        """Keep the timer for the next check running."""
        if Timer.LIVENESS not in self.timers:
            self.timers.set(Timer.LIVENESS, now + self.limits.liveness_s)

    def should_probe(self, now: float) -> bool:
        """Whether to probe the session now. Sets `is_dead` when the last probe was not answered."""
        if self._asked:
            self._asked, self.is_dead = False, True
            return False
        self._asked = self.caller_audio.unnoticed_frames >= UNNOTICED_FRAMES
        if self._asked:
            self.timers.set(Timer.LIVENESS, now + self.limits.probe_s)
        return self._asked
