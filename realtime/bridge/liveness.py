"""Is the model still there? A session can stay open and say nothing more, not even of a caller who speaks.

A healthy session tells within a fraction of a second that it hears somebody. When the caller has been heard for a while
and it has said nothing, it is asked for a sign of life; one that gives none is replaced like one that was lost.
"""

from dataclasses import dataclass

from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

UNNOTICED_FRAMES = 25  # half a second of sound: longer than a healthy session needs to notice a voice
CREDIT_FRAMES = 150  # more, after a sign of life: what sounds is no voice, but the noise of the line


@dataclass(slots=True)
class Liveness:
    """Asks a silent session whether it lives, only while the next move is the caller's."""

    limits: Limits
    timers: Timers
    caller_audio: CallerAudio
    is_dead: bool = False  # asked for a sign of life, it gave none
    _asked: bool = False

    def heard_from_model(self) -> None:
        """The model said something, whatever it is."""
        self.caller_audio.unnoticed_frames = -CREDIT_FRAMES if self._asked else 0
        self._asked = self.is_dead = False

    def watch(self, now: float) -> None:
        """Look now and then."""
        if Timer.LIVENESS not in self.timers:
            self.timers.set(Timer.LIVENESS, now + self.limits.liveness_s)

    def should_probe(self, now: float) -> bool:
        """Whether to ask for a sign of life now; ``stopped`` when there was none in time."""
        if self._asked:
            self._asked, self.is_dead = False, True
            return False
        self._asked = self.caller_audio.unnoticed_frames >= UNNOTICED_FRAMES
        if self._asked:
            self.timers.set(Timer.LIVENESS, now + self.limits.probe_s)
        return self._asked
