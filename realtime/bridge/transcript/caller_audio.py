"""What the model hears of the caller: every frame while it listens, and before that nothing, for later."""

from collections.abc import Iterator

from realtime.bridge.audio.mulaw import QUIET, KeptSpeech, loudness
from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits


class CallerAudio:
    """The caller's sound on its way to the model."""

    def __init__(self, agent_audio: AgentAudio, limits: Limits) -> None:
        self.forwarding = False  # the model hears the caller and knows what was said before
        self.forwarding_since = 0.0
        self.last_sound_at = 0.0  # the last sound of the caller
        self.unnoticed_frames = 0  # frames with a sound since the model said anything
        self._caller_speaks = False
        self._agent_audio = agent_audio
        self._echo = agent_audio.echo
        self._kept = KeptSpeech(limits.kept_speech_s)
        self._origin_ms: int | None = None  # the stream's time at which the model's audio clock started

    def receive(self, audio: str, at_ms: int | None, now: float) -> str:
        """A frame from the caller: what the model hears of it, or "" and kept until it listens."""
        if at_ms is not None:
            self._agent_audio.set_clock(at_ms, now)
        if now < self._echo.until:
            audio = self._echo.clean(audio, now)
        if not self.forwarding:
            self._kept.keep(audio, self._agent_audio.ms(now))
            return ""
        if self._origin_ms is None:
            self._origin_ms = self._agent_audio.ms(now)
        if loudness(audio) > QUIET:
            self.last_sound_at = now
            self.unnoticed_frames += not self._caller_speaks
        return audio

    def start(self, now: float) -> Iterator[a.Listen]:
        """The model listens from now on; what was kept comes first."""
        self.forwarding, self.forwarding_since, self.unnoticed_frames = True, now, 0
        kept = self._kept.take()
        if kept:
            self._origin_ms = kept.at_ms
            yield a.Listen(kept.audio)

    def caller_began(self, now: float) -> None:
        """The caller begins to speak: is he still heard?"""
        self._caller_speaks, self.last_sound_at = True, now

    def caller_ended(self) -> None:
        """The caller's turn is over."""
        self._caller_speaks = False

    def stop(self) -> None:
        """Nobody listens any more."""
        self.forwarding, self._caller_speaks, self._origin_ms = False, False, None

    def stream_ms(self, session_ms: int) -> int:
        """An offset on the clock of the audio the model was sent, in ms of the stream."""
        return (self._origin_ms or 0) + session_ms
