"""Response latency: how long the caller waits, from when they stopped speaking to the first audio of the response."""

from dataclasses import dataclass

from realtime.bridge.vocabulary.actions import Timing


@dataclass(slots=True)
class _Turn:
    stopped_at: float
    noticed_at: float
    answered_at: float | None = None


class ResponseLatency:
    """Measures the response to the caller's last turn. Times are seconds on the bridge's clock."""

    def __init__(self) -> None:
        self._turn: _Turn | None = None

    def start(self, stopped_at: float, now: float) -> None:
        """The caller stopped at this time; the model has reported it now."""
        self._turn = _Turn(min(now, stopped_at), now)

    def reset(self) -> None:
        """Nobody waits for a response."""
        self._turn = None

    def response_began(self, now: float) -> None:
        """The model begins to respond; only the first response counts."""
        if self._turn and self._turn.answered_at is None:
            self._turn.answered_at = now

    def first_sound(self, now: float) -> tuple[Timing, float] | None:
        """The response's first audio is sent: its timing, and from when the caller waited; once per turn."""
        turn, self._turn = self._turn, None
        if turn is None:
            return None
        timing = Timing(
            endpoint_ms=_ms_between(turn.stopped_at, turn.noticed_at),
            response_ms=None if turn.answered_at is None else _ms_between(turn.stopped_at, turn.answered_at),
            first_audio_ms=_ms_between(turn.stopped_at, now),
        )
        return timing, turn.stopped_at


def _ms_between(start: float, end: float) -> int:
    return max(0, round((end - start) * 1000))
