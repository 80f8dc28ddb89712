"""Caller audio on its way to the model: forwarded while a session can hear it, kept for later while none can."""

from collections.abc import Iterator

from realtime.bridge.audio.mulaw import QUIET, KeptSpeech, loudness
from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits


class CallerAudio:
    """The caller's frames: cleaned of our echo, then forwarded or kept."""

    def __init__(self, agent_audio: AgentAudio, limits: Limits) -> None:
        self.forwarding = False  # the model hears the caller, and knows what was said before
        self.forwarding_since = 0.0
        self.last_sound_at = 0.0  # when the caller last made a sound
        self.unnoticed_frames = 0  # frames with sound since the model last sent anything
        self._caller_speaks = False
        self._agent_audio = agent_audio
        self._echo = agent_audio.echo
        self._kept = KeptSpeech(limits.kept_speech_s)
        self._origin_ms: int | None = None  # the stream's time at which the model's audio clock started

    def receive(self, audio: str, at_ms: int | None, now: float) -> str:
        """Hot path: the frame to forward to the model, or "" when it was kept until a model hears it."""
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
        """Forward frames from now on; what was kept comes first."""
        self.forwarding, self.forwarding_since, self.unnoticed_frames = True, now, 0
        kept = self._kept.take()
        if kept:
            self._origin_ms = kept.at_ms
            yield a.Listen(kept.audio)

    def caller_began(self, now: float) -> None:
        """The model reports that the caller began to speak, so it notices them."""
        self._caller_speaks, self.last_sound_at = True, now

    def caller_ended(self) -> None:
        """The model reports that the caller's turn is over."""
        self._caller_speaks = False

    def stop(self) -> None:
        """Keep frames from now on: no model hears them."""
        self.forwarding, self._caller_speaks, self._origin_ms = False, False, None

    def stream_ms(self, session_ms: int) -> int:
        """An offset on the clock of the audio the model was sent, as ms of the stream."""
        return (self._origin_ms or 0) + session_ms
