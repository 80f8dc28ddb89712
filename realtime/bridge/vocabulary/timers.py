"""Waiting as data: what is due when. Nobody in here looks at a clock."""

from enum import Enum, auto


class Timer(Enum):
    """What the bridge waits for."""

    START = auto()  # the stream after the socket
    OPENING = auto()  # the last mark of the opening
    MODEL = auto()  # the model's session
    OUTAGE = auto()  # a lost session to be replaced
    RECONNECT = auto()  # another attempt at that
    LEAD_IN = auto()  # the caller's first words after the opening
    LIVENESS = auto()  # a look at whether the model still notices the caller, or its sign of life
    STALL = auto()  # an answer that is due
    CALLER_TURN = auto()  # the end of a caller's turn
    RESUME = auto()  # an answer to an interruption without words
    IDLE = auto()  # anybody to say anything
    FILLER = auto()  # a word while a tool runs
    TOOL = auto()  # a tool's answer
    KEYS = auto()  # another key
    MEDIA = auto()  # a frame from the phone
    WRAP_UP = auto()  # the end of the call's allowance
    LIMIT = auto()  # the hard end
    DRAIN = auto()  # the last mark before leaving


class Timers:
    """When each thing waited for is overdue."""

    def __init__(self) -> None:
        self._times: dict[Timer, float] = {}

    @property
    def deadline(self) -> float | None:
        """The next moment something is due."""
        return min(self._times.values()) if self._times else None

    def __contains__(self, timer: Timer) -> bool:
        return timer in self._times

    def set(self, timer: Timer, at: float) -> None:
        """Wait for this until then, instead of any earlier wish."""
        self._times[timer] = at

    def clear(self, *timers: Timer) -> None:
        """No longer wait for these; without any, for nothing at all."""
        for timer in timers or tuple(self._times):
            self._times.pop(timer, None)

    def take_due(self, now: float) -> Timer | None:
        """The longest overdue thing, which is then no longer waited for."""
        due = [(at, timer.value, timer) for timer, at in self._times.items() if at <= now]
        if not due:
            return None
        timer = min(due)[2]
        del self._times[timer]
        return timer
