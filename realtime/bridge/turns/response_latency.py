"""How long the caller waits for an answer: from when he stopped speaking to its first sound."""

from dataclasses import dataclass

from realtime.bridge.vocabulary.actions import Timing


@dataclass(slots=True)
class _Turn:
    stopped_at: float
    noticed_at: float
    answered_at: float | None = None


class ResponseLatency:
    """Times the answer to the caller's last turn. Times are seconds of the bridge's clock."""

    def __init__(self) -> None:
        self._turn: _Turn | None = None

    def start(self, stopped_at: float, now: float) -> None:
        """The caller stopped then; the model has noticed it now."""
        self._turn = _Turn(min(now, stopped_at), now)

    def reset(self) -> None:
        """Nobody waits for an answer."""
        self._turn = None

    def response_began(self, now: float) -> None:
        """The model begins to answer; only the first response counts."""
        if self._turn and self._turn.answered_at is None:
            self._turn.answered_at = now

    def first_sound(self, now: float) -> tuple[Timing, float] | None:
        """The answer's first sound is sent: its timing, and from when the caller waited; once a turn."""
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
