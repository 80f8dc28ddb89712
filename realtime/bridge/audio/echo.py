"""Our own voice, coming back from the caller's phone, is not the caller.

The telephone network has no echo canceller for us, and a model that hears itself takes that for an interruption. An
echo is the sound we played up to ``ECHO_S`` ago, much softer. So while we are heard, a frame far below the loudest
sound of that time goes to the model as silence; whoever is louder is the caller, passes at once, and for a moment
also in his soft sounds.
"""

from collections import deque
from dataclasses import dataclass

from realtime.bridge.audio.mulaw import BYTES_PER_SECOND, QUIET, loudness, profile, silence, size

ECHO_S = 0.8  # the carrier's own buffer (up to 0.2), the way to the phone and back (up to 0.6)
HOLD_S = 0.3  # longer than the soft sounds within a word
BLOCK_MS = 40  # of what we play: as fine as a syllable, so that the loudest of them is as loud as a frame can be


@dataclass(slots=True)
class _Block:
    begins_at: float
    ends_at: float
    loudness: float


class EchoGuard:
    """Silences frames that are at least ``db`` softer than what we played (0: never); costs nothing while we do not.

    18 dB lies between the two we must tell apart: a soft caller is some 12 dB below the agent, and what the echo
    control of telephones and networks leaves is mostly 25 dB and more below. A line that is worse can be tuned.
    """

    def __init__(self, db: float) -> None:
        self.until = 0.0  # no echo can come later than this
        self.silenced = 0  # frames
        self._on = db > 0
        self._ratio = 10 ** (db / 40)  # loudness is a root of the amplitude
        self._coming: deque[_Block] = deque()
        self._recent: deque[_Block] = deque()  # ever softer: what may echo, without what a later sound drowns
        self._caller_until = 0.0

    def played(self, audio: str, ends_at: float) -> None:
        """A piece goes to the caller's ear, and will have been played by then."""
        if not self._on:
            return
        begins_at = ends_at - size(audio) / BYTES_PER_SECOND
        for loud in profile(audio, BLOCK_MS):
            self._coming.append(_Block(begins_at, begins_at + BLOCK_MS / 1000, loud))
            begins_at += BLOCK_MS / 1000
        self.until = ends_at + ECHO_S

    def stopped(self, now: float) -> None:
        """What had not been played by now will never be."""
        self._advance(now)
        self._coming.clear()
        self.until = min(self.until, now + ECHO_S)

    def clean(self, audio: str, now: float) -> str:
        """The frame as the model may hear it: untouched, or silence of the same length."""
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
        """The loudest sound whose echo may be heard now."""
        while self._coming and self._coming[0].begins_at <= now:
            block = self._coming.popleft()
            while self._recent and self._recent[-1].loudness <= block.loudness:
                self._recent.pop()
            self._recent.append(block)
        while self._recent and self._recent[0].ends_at < now - ECHO_S:
            self._recent.popleft()
        return self._recent[0].loudness if self._recent else 0.0
