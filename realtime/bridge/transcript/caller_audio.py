"""What the model hears of the caller: every frame while it listens, and before that nothing, for later."""

from collections.abc import Iterator

from realtime.bridge.audio.mulaw import QUIET, KeptSpeech, loudness
from realtime.bridge.transcript.agent_audio import Voice
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits


class Ear:
    """The caller's sound on its way to the model."""

    def __init__(self, voice: Voice, limits: Limits) -> None:
        self.open = False  # the model hears the caller and knows what was said before
        self.opened_at = 0.0
        self.heard_at = 0.0  # the last sound of the caller
        self.unnoticed = 0  # frames with a sound since the model said anything
        self._attends = False
        self._voice = voice
        self._echo = voice.echo
        self._kept = KeptSpeech(limits.kept_speech_s)
        self._origin_ms: int | None = None  # the stream's time at which the model's audio clock started

    def hear(self, audio: str, at_ms: int | None, now: float) -> str:
        """A frame from the caller: what the model hears of it, or "" and kept until it listens."""
        if at_ms is not None:
            self._voice.set_clock(at_ms, now)
        if now < self._echo.until:
            audio = self._echo.clean(audio, now)
        if not self.open:
            self._kept.keep(audio, self._voice.ms(now))
            return ""
        if self._origin_ms is None:
            self._origin_ms = self._voice.ms(now)
        if loudness(audio) > QUIET:
            self.heard_at = now
            self.unnoticed += not self._attends
        return audio

    def listen(self, now: float) -> Iterator[a.Listen]:
        """The model listens from now on; what was kept comes first."""
        self.open, self.opened_at, self.unnoticed = True, now, 0
        kept = self._kept.take()
        if kept:
            self._origin_ms = kept.at_ms
            yield a.Listen(kept.audio)

    def attend(self, now: float) -> None:
        """The caller begins to speak: is he still heard?"""
        self._attends, self.heard_at = True, now

    def relax(self) -> None:
        """The caller's turn is over."""
        self._attends = False

    def close(self) -> None:
        """Nobody listens any more."""
        self.open, self._attends, self._origin_ms = False, False, None

    def stream_ms(self, session_ms: int) -> int:
        """An offset on the clock of the audio the model was sent, in ms of the stream."""
        return (self._origin_ms or 0) + session_ms
