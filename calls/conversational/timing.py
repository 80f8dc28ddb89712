"""How long the conversational engine waits for what, and the clock it waits by. Pure but for the clock's default.

One value is passed from the webhook down to whoever waits, so that a test shortens a wait, or counts it on a clock of
its own, without touching a module.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """How time is told and spent, in seconds. A test passes one that only counts."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Timing:
    """Every wait of the engine, in seconds."""

    clock: Clock = Clock()
    first_word: float = 1.5  # without one by then, a filler: with the pause that ended the turn, well below 3 s
    duplicate: float = 2.5  # for the first delivery, which has a document after `first_word`
    glance: float = 0.03  # between two looks at a row that another thread or process writes
    opening_render: float = 2.0  # for one that waits in no cache: somebody has picked up and hears nothing yet
    opening_stalled: float = 6.0  # it is rendered within two; meanwhile nobody says anything
    stalled: float = 20.0  # no answer that takes so long is wanted any more, whether or not it is made
    retry_within: float = 3.0  # a failure later than this leaves no time for another try
    voice_rest: float = 20.0  # after a failure of the voice the carrier's own speaks for so long
    stream_settled: float = 1.0  # for what a lost stream has still to write down, before the opening is said again
    settled: float = 0.1  # without a newer partial result; each one replaces those before
    beat: float = 0.5  # between two signs of life of who writes a preemptive answer
    lost: float = 2.0  # without a sign of them; then the model is asked anew
    lost_aloud: float = 8.0  # the same once something was said, which cannot be asked for anew: the client's own

    def is_stalled(self, seconds: float, *, opening: bool) -> bool:
        """Whether whoever makes an answer for so long already must have died."""
        return seconds > (self.opening_stalled if opening else self.stalled)

    def may_ask_again(self, seconds: float, *, said: bool, permanent: bool) -> bool:
        """Whether a model that failed after so long is asked once more: nothing was said, and another try may help."""
        return not said and not permanent and seconds <= self.retry_within

    def is_lost(self, silent: float, *, said: bool) -> bool:
        """Whether who writes a preemptive answer has given no sign for too long."""
        return silent > (self.lost_aloud if said else self.lost)

    def wait(self, ready: Callable[[], bool], *, look_again: Callable[[], None], seconds: float) -> bool:
        """Ask `ready` at once and after each further look until it says so; False after `seconds`."""
        until = self.clock.now() + seconds
        while not ready():
            if self.clock.now() >= until:
                return False
            self.clock.sleep(self.glance)
            look_again()
        return True


TIMING = Timing()  # what a webhook waits by
