"""The opening: play its recording, or have the model say it without one, and prove by marks that it was heard.

The law asks for the disclosure in it, so nothing else is said before, and a model's version of it is checked.
"""

from collections.abc import Generator, Iterator
from enum import Enum, auto

from realtime.bridge.opening_check import has_opening
from realtime.bridge.turns.conversation import Conversation
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from realtime.bridge.vocabulary.timers import Timer, Timers


class OpeningState(Enum):
    """How far the opening has come."""

    PENDING = auto()  # not heard yet, or nothing new
    HEARD = auto()  # marks prove that all of it was played
    NOT_SAID = auto()  # the model said something else, twice


class Opening:
    """Has the opening said before anything else. `over` once the caller has heard it, or must have."""

    def __init__(self, config: CallConfig, limits: Limits, timers: Timers, conversation: Conversation) -> None:
        self.over = False
        self._config, self._limits, self._timers, self._conversation = config, limits, timers, conversation
        self._item_id = f"{config.id_prefix}opening"
        self._unproved_lines: tuple[str, ...] = ()  # that say it, until marks prove them all heard
        self._misquoted = False

    def begin(self, now: float) -> Iterator[a.Action]:
        """Play the recording. Without one, `ask_model_to_say_it` follows; without an opening the model begins."""
        opening = self._config.opening
        if opening is None:
            self._conversation.gate.owe(a.Respond())
            self.over = True
        elif opening.audio:
            yield from self._conversation.agent_audio.play_recording(self._item_id, a.Kind.OPENING, opening, now)
            self._await_proof((self._item_id,))

    def ask_model_to_say_it(self) -> None:
        """Ask the model for an opening that has no recording. It hears nobody until then, so nobody cuts it off."""
        opening = self._config.opening
        if opening and not opening.audio and not self._unproved_lines:
            self._conversation.model_says_opening = True
            direction = self._config.direct_opening.format(text=opening.text)
            self._conversation.gate.owe(a.Respond(direction, may_use_tools=False))

    def watch(self, now: float, *, model_speaks: bool) -> Generator[a.Action, None, OpeningState]:
        """The opening's state after an event, also late or while we leave. `model_speaks`: the model may say it now."""
        if self._conversation.model_says_opening and model_speaks and not (yield from self._check_words(now)):
            return OpeningState.NOT_SAID
        proved = self._unproved_lines and self._conversation.agent_audio.transcript.are_confirmed(self._unproved_lines)
        return OpeningState.HEARD if proved else OpeningState.PENDING

    def ended(self, now: float, *, proved: bool) -> Generator[a.Action, None, bool]:
        """Mark the opening as over; True the first time. `proved` by marks, else by the clock that says it must be."""
        self._timers.clear(Timer.OPENING)
        yield self._conversation.agent_audio.note("opening_played", now, proved=proved)
        if proved:
            self._unproved_lines = ()
        first, self.over = not self.over, True
        if first:
            self._conversation.model_says_opening = False
        return first

    def _check_words(self, now: float) -> Generator[a.Action, None, bool]:
        """Accept what the model said as the opening if its words were the opening's, else cut it short.

        False if that was its second attempt.
        """
        lines, opening = self._conversation.opening_lines, self._config.opening
        if lines is None or opening is None or self._unproved_lines:
            return True
        said = self._conversation.agent_audio.transcript.generated(lines)
        if has_opening(said, opening=opening.text, disclosure=self._config.disclosure):
            self._await_proof(lines)
            return True
        yield from self._conversation.agent_responses.stop_speaking(now, cancel=True)
        if self._misquoted:
            return False
        self._misquoted = True
        yield self._conversation.agent_audio.note("opening_misquoted", now)
        self.ask_model_to_say_it()
        return True

    def _await_proof(self, lines: tuple[str, ...]) -> None:
        self._unproved_lines = lines
        self._timers.set(Timer.OPENING, self._conversation.agent_audio.playback.ends_at + self._limits.drain_s)
