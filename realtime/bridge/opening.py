"""The opening: recorded, or said by the model where the voice is down, and proved heard by its marks."""

from collections.abc import Generator, Iterator
from enum import Enum, auto

from realtime.bridge.opening_check import has_opening
from realtime.bridge.turns.conversation import Exchange
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits, Script
from realtime.bridge.vocabulary.timers import Timer, Timers


class Came(Enum):
    """What has come of the opening."""

    NOTHING = auto()  # yet, or nothing new
    HEARD = auto()  # marks prove all of it
    NOT_SAID = auto()  # the model said something else, twice


class Opening:
    """Has the opening said before anything else. ``over`` once it was heard, or must have been."""

    def __init__(self, script: Script, limits: Limits, timers: Timers, exchange: Exchange) -> None:
        self.over = False
        self._script, self._limits, self._timers, self._exchange = script, limits, timers, exchange
        self._item_id = f"{script.ids}opening"
        self._lines: tuple[str, ...] = ()  # that say it, until marks prove them all heard
        self._misquoted = False

    def begin(self, now: float) -> Iterator[a.Action]:
        """Play the recording. Without one ``have_it_said`` is due; without an opening the model has the first word."""
        opening = self._script.opening
        if opening is None:
            self._exchange.floor.owe(a.Respond())
            self.over = True
        elif opening.audio:
            yield from self._exchange.voice.recite(self._item_id, a.Kind.OPENING, opening, now)
            self._await_proof((self._item_id,))

    def have_it_said(self) -> None:
        """The model says what has no recording; it hears nobody until then, so nobody cuts it off."""
        opening = self._script.opening
        if opening and not opening.audio and not self._lines:
            self._exchange.recites = True
            direction = self._script.direct_opening.format(text=opening.text)
            self._exchange.floor.owe(a.Respond(direction, may_use_tools=False))

    def watch(self, now: float, *, model_speaks: bool) -> Generator[a.Action, None, Came]:
        """What has come of it by now, also late or while we leave. ``model_speaks``: the model may be saying it."""
        if self._exchange.recites and model_speaks and not (yield from self._check_words(now)):
            return Came.NOT_SAID
        proved = self._lines and self._exchange.voice.transcript.are_confirmed(self._lines)
        return Came.HEARD if proved else Came.NOTHING

    def ended(self, now: float, *, proved: bool) -> Generator[a.Action, None, bool]:
        """It was heard; True the first time. ``proved`` by marks, else by the clock that says it must have been."""
        self._timers.clear(Timer.OPENING)
        yield self._exchange.voice.note("opening_played", now, proved=proved)
        if proved:
            self._lines = ()
        first, self.over = not self.over, True
        if first:
            self._exchange.recites = False
        return first

    def _check_words(self, now: float) -> Generator[a.Action, None, bool]:
        """What the model said in place of the recording counts when it was the opening, else it is cut short.

        False when that was its second attempt.
        """
        lines, opening = self._exchange.recital, self._script.opening
        if lines is None or opening is None or self._lines:
            return True
        said = self._exchange.voice.transcript.generated(lines)
        if has_opening(said, opening=opening.text, disclosure=self._script.disclosure):
            self._await_proof(lines)
            return True
        yield from self._exchange.answers.fall_silent(now, cancel=True)
        if self._misquoted:
            return False
        self._misquoted = True
        yield self._exchange.voice.note("opening_misquoted", now)
        self.have_it_said()
        return True

    def _await_proof(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self._timers.set(Timer.OPENING, self._exchange.voice.playback.ends_at + self._limits.drain_s)
