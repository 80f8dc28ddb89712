"""Timers as data: what is due when. Nothing here looks at a clock."""

from enum import Enum, auto


class Timer(Enum):
    """What the bridge waits for."""

    START = auto()  # the start of the stream, after the carrier has connected
    OPENING = auto()  # the last mark of the opening
    MODEL = auto()  # the model's session
    OUTAGE = auto()  # the replacement of a lost session
    RECONNECT = auto()  # another attempt at it
    LEAD_IN = auto()  # the caller's first words after the opening
    LIVENESS = auto()  # the next liveness check, or the answer to a probe
    STALL = auto()  # a response that is due
    CALLER_TURN = auto()  # the end of a caller's turn
    RESUME = auto()  # a response to an interruption without words
    IDLE = auto()  # anybody to speak
    FILLER = auto()  # a recorded phrase into a wait
    TOOL = auto()  # a tool's result
    KEYS = auto()  # another key
    MEDIA = auto()  # a frame from the caller
    WRAP_UP = auto()  # the goodbye before the call's limit
    LIMIT = auto()  # the call's limit
    DRAIN = auto()  # the last mark before leaving


class Timers:
    """When each thing waited for is due."""

    def __init__(self) -> None:
        self._times: dict[Timer, float] = {}

    @property
    def deadline(self) -> float | None:
        """When the next timer is due."""
        return min(self._times.values()) if self._times else None

    def __contains__(self, timer: Timer) -> bool:
        return timer in self._times

    def set(self, timer: Timer, at: float) -> None:
        """Set a timer, in place of an earlier setting."""
        self._times[timer] = at

    def clear(self, *timers: Timer) -> None:
        """Clear these timers; without arguments, all of them."""
        for timer in timers or tuple(self._times):
            self._times.pop(timer, None)

    def take_due(self, now: float) -> Timer | None:
        """The timer that has been due longest, which is cleared; None when none is due."""
        due = [(at, timer.value, timer) for timer, at in self._times.items() if at <= now]
        if not due:
            return None
        timer = min(due)[2]
        del self._times[timer]
        return timer
