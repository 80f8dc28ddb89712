"""Echo guard: keep the agent's own voice, coming back from the caller's phone, away from the model.

The telephone network cancels no echo for us, and a model that hears itself takes it for an interruption. An echo is the
sound we played up to `ECHO_S` ago, much softer. So while the agent is audible, a frame far below the loudest sound of
that time goes to the model as silence; a louder one is the caller, passes at once, and opens the guard for soft sounds.
"""

from collections import deque
from dataclasses import dataclass

from realtime.bridge.audio.mulaw import BYTES_PER_SECOND, QUIET, loudness, profile, silence, size

ECHO_S = 0.8  # the carrier's own buffer (up to 0.2), the way to the phone and back (up to 0.6)
HOLD_S = 0.3  # how long the guard stays open after the caller: longer than the soft sounds within a word
BLOCK_MS = 40  # of what we play: as short as a syllable, so that the loudest block is as loud as any frame


@dataclass(slots=True)
class _Block:
    begins_at: float
    ends_at: float
    loudness: float


class EchoGuard:
    """Silences frames that are at least `db` softer than what we played (0: never). Costs nothing while we are silent.

    18 dB lies between the two we must tell apart: a soft caller is some 12 dB below the agent, and what the echo
    control of telephones and networks leaves is mostly 25 dB and more below. A line that is worse can be tuned.
    """

    def __init__(self, db: float) -> None:
        self.until = 0.0  # no echo comes after this
        self.silenced = 0  # frames
        self._on = db > 0
        self._ratio = 10 ** (db / 40)  # loudness is a root of the amplitude
        self._coming: deque[_Block] = deque()
        self._recent: deque[_Block] = deque()  # may still echo; each softer than the one before it
        self._caller_until = 0.0

    def played(self, audio: str, ends_at: float) -> None:
        """Note a piece sent to the caller that will have been played by then."""
        if not self._on:
            return
        begins_at = ends_at - size(audio) / BYTES_PER_SECOND
        for loud in profile(audio, BLOCK_MS):
            self._coming.append(_Block(begins_at, begins_at + BLOCK_MS / 1000, loud))
            begins_at += BLOCK_MS / 1000
        self.until = ends_at + ECHO_S

    def stopped(self, now: float) -> None:
        """Forget what had not been played by now: it never will be."""
        self._advance(now)
        self._coming.clear()
        self.until = min(self.until, now + ECHO_S)

    def clean(self, audio: str, now: float) -> str:
        """The frame to give the model: untouched, or silence of the same length."""
        loud = loudness(audio)
        if loud * self._ratio > self._advance(now):
            if loud > QUIET:
                self._caller_until = now + HOLD_S
            return audio
        if now < self._caller_until:
            return audio
        self.silenced += 1
        return silence(size(audio))

    def _advance(self, now: float) -> float:
        """The loudness of the loudest sound whose echo may be heard now."""
        while self._coming and self._coming[0].begins_at <= now:
            block = self._coming.popleft()
            while self._recent and self._recent[-1].loudness <= block.loudness:
                self._recent.pop()
            self._recent.append(block)
        while self._recent and self._recent[0].ends_at < now - ECHO_S:
            self._recent.popleft()
        return self._recent[0].loudness if self._recent else 0.0
