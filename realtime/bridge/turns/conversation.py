"""The exchange of turns between caller and agent while a model's session lasts.

``Exchange`` puts the parties together and knows nothing of phases; the bridge decides what becomes of the call.
"""

from collections.abc import Iterator

from realtime.bridge.transcript.agent_audio import Voice
from realtime.bridge.transcript.caller_audio import Ear
from realtime.bridge.turns.agent_responses import Answers
from realtime.bridge.turns.caller_turns import Turns
from realtime.bridge.turns.false_interruptions import Interruptions
from realtime.bridge.turns.model_context import Memory
from realtime.bridge.turns.response_gate import Floor
from realtime.bridge.turns.response_latency import Stopwatch
from realtime.bridge.turns.response_timeouts import Patience
from realtime.bridge.turns.tool_calls import ToolCall, ToolDesk
from realtime.bridge.turns.tool_turns import Errands
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits, Script
from realtime.bridge.vocabulary.timers import Timer, Timers


class Exchange:
    """Caller, agent, tools and the model's memory of them, for one call; survives the loss of a model's session."""

    def __init__(self, script: Script, limits: Limits, timers: Timers) -> None:
        desk, stopwatch = ToolDesk(), Stopwatch()
        self._script = script
        self._timers = timers
        self.recites = False  # the model says a text of ours before it hears anybody
        self.voice = voice = Voice(script.ids, echo_db=limits.echo_db)
        self.floor = floor = Floor()
        self.ear = ear = Ear(voice, limits)
        self.patience = patience = Patience(script, limits, timers, voice, floor, desk)
        interruptions = Interruptions(script, limits, timers, voice, floor)
        self.interruptions = interruptions
        self._memory = memory = Memory(voice, floor, desk, ear, script.before)
        self.errands = errands = Errands(limits, timers, voice, floor, desk, memory, patience)
        self.turns = Turns(limits, timers, voice, floor, desk, ear, memory, patience, stopwatch, interruptions)
        self.answers = Answers(limits, timers, voice, floor, memory, errands, patience, stopwatch, interruptions)

    @property
    def is_quiet(self) -> bool:
        """Nobody speaks or types, nothing runs, and nobody waits for anybody."""
        return self.floor.is_quiet and not self.errands.running and not self.turns.typing

    @property
    def recital(self) -> tuple[str, ...] | None:
        """The lines that were to say our text, those cut off or without sound left out; None: it is still at it."""
        if self.floor.waits_for_model or self.floor.owes_direction or self.errands.running:
            return None
        spoken = self.floor.audible - self.floor.muted
        return tuple(
            item for item, said_in in self.floor.items.items() if said_in in spoken and not self.voice.begins(item)
        )

    def join(self, now: float) -> Iterator[a.Action]:
        """The model is ready to take part: it learns what was said, then hears what was kept."""
        yield from self._memory.recall()
        yield from self.ear.listen(now)

    def part(self) -> bool:
        """The session is gone, with all it was about to say; True when somebody was waiting for it."""
        waited = self.ear.open and not self.floor.is_quiet
        self.ear.close()
        self._memory.lose()
        self.interruptions.answered()
        self.floor.forget_session()
        self._timers.clear(Timer.STALL, Timer.SPEECH, Timer.RESUME, Timer.LEAD_IN)
        return waited

    def carry_on(self, now: float) -> Iterator[a.Action]:
        """After every event: give the tools' answers, ask for what is owed, and never wait without a limit."""
        if not self.ear.open and not self.recites:
            return
        yield from self.errands.give_results()
        waits = self.errands.running or self.turns.typing or (self.recites and not self.floor.owes_direction)
        ask = None if waits else self.floor.ask()
        if ask:
            yield ask
            self.patience.expect_answer(now)
        if self.floor.waits_for_model and Timer.STALL not in self._timers:
            self.patience.expect_answer(now)

    def stalled(self, now: float) -> Iterator[a.Action]:
        """An answer that is due does not come: ask once more, then this model is done."""
        if not self.floor.waits_for_model or self.floor.caller_speaks or not self.patience.may_nudge():
            return
        yield self.voice.note("nudged", now)
        yield from self.answers.fall_silent(now, cancel=True)
        self.floor.give_up()
        self.floor.owe_again()

    def ask_for_goodbye(self, *, unless_said_with: ToolCall | None = None) -> None:
        """The agent shall say goodbye, unless it has spoken when it called the tool that ends the call."""
        if unless_said_with is None or not self.errands.spoken_of(unless_said_with):
            self.floor.owe(a.Respond(self._script.direct_goodbye, may_use_tools=False))

    def announce_hand_over(self, call: ToolCall, now: float) -> Iterator[a.Action]:
        """A recorded word before the call goes to a person, unless the agent has spoken when it called the tool."""
        word = self._script.hand_over
        if word and word.audio and not self.errands.spoken_of(call):
            yield from self.voice.say(word, now)
