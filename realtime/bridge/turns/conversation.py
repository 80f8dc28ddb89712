"""The conversation: wires the parts of turn-taking together, and keeps caller and model going between events.

It knows nothing of the call's phases; the bridge decides what becomes of the call.
"""

from collections.abc import Iterator

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.turns.agent_responses import AgentResponses
from realtime.bridge.turns.caller_turns import CallerTurns
from realtime.bridge.turns.false_interruptions import FalseInterruptions
from realtime.bridge.turns.model_context import ModelContext
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.response_latency import ResponseLatency
from realtime.bridge.turns.response_timeouts import ResponseTimeouts
from realtime.bridge.turns.tool_calls import ToolCall, ToolCalls
from realtime.bridge.turns.tool_turns import ToolTurns
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from realtime.bridge.vocabulary.timers import Timer, Timers


class Conversation:
    """Caller, agent, tools and the model's context for one call. Survives the loss of a model's session."""

    def __init__(self, config: CallConfig, limits: Limits, timers: Timers) -> None:
        tool_calls, latency = ToolCalls(), ResponseLatency()
        self._config = config
        self._timers = timers
        self.model_says_opening = False  # and hears nobody until then
        self.agent_audio = agent_audio = AgentAudio(config.id_prefix, echo_db=limits.echo_db)
        self.gate = gate = ResponseGate()
        self.caller_audio = caller_audio = CallerAudio(agent_audio, limits)
        self.timeouts = timeouts = ResponseTimeouts(config, limits, timers, agent_audio, gate, tool_calls)
        false_interruptions = FalseInterruptions(config, limits, timers, agent_audio, gate)
        self.false_interruptions = false_interruptions
        self._context = context = ModelContext(agent_audio, gate, tool_calls, caller_audio, config.history)
        self.tool_turns = tool_turns = ToolTurns(limits, timers, agent_audio, gate, tool_calls, context, timeouts)
        self.caller_turns = CallerTurns(
            limits, timers, agent_audio, gate, tool_calls, caller_audio, context, timeouts, latency, false_interruptions
        )
        self.agent_responses = AgentResponses(
            limits, timers, agent_audio, gate, context, tool_turns, timeouts, latency, false_interruptions
        )

    @property
    def is_quiet(self) -> bool:
        """Whether nobody speaks or types, nothing runs, and nothing is due."""
        return self.gate.is_quiet and not self.tool_turns.running and not self.caller_turns.typing

    @property
    def opening_lines(self) -> tuple[str, ...] | None:
        """The lines in which the model said the opening, except unheard ones; None while it still speaks."""
        if self.gate.waits_for_model or self.gate.owes_direction or self.tool_turns.running:
            return None
        spoken = self.gate.audible - self.gate.muted
        said = [item for item, response in self.gate.items.items() if response in spoken]
        return tuple(item for item in said if not self.agent_audio.is_unsent(item))

    def model_joined(self, now: float) -> Iterator[a.Action]:
        """The model's session is ready: give it what was said so far, then the caller's audio."""
        yield from self._context.replay()
        yield from self.caller_audio.start(now)

    def model_left(self) -> bool:
        """The session is gone, with all it was about to say; True when a response was due."""
        waited = self.caller_audio.forwarding and not self.gate.is_quiet
        self.caller_audio.stop()
        self._context.session_lost()
        self.false_interruptions.answered()
        self.gate.forget_session()
        self._timers.clear(Timer.STALL, Timer.CALLER_TURN, Timer.RESUME, Timer.LEAD_IN)
        return waited

    def after_event(self, now: float) -> Iterator[a.Action]:
        """Runs after every event: give tool results, ask for what is owed, and set a timeout for what is due."""
        if not self.caller_audio.forwarding and not self.model_says_opening:
            return
        yield from self.tool_turns.give_results()
        opening_under_way = self.model_says_opening and not self.gate.owes_direction
        waits = self.tool_turns.running or self.caller_turns.typing or opening_under_way
        ask = None if waits else self.gate.ask()
        if ask:
            yield ask
            self.timeouts.expect_answer(now)
        if self.gate.waits_for_model and Timer.STALL not in self._timers:
            self.timeouts.expect_answer(now)

    def stalled(self, now: float) -> Iterator[a.Action]:
        """A response that is due does not come: ask once more; the second time the model is given up."""
        if not self.gate.waits_for_model or self.gate.caller_speaks or not self.timeouts.may_nudge():
            return
        yield self.agent_audio.note("nudged", now)
        yield from self.agent_responses.stop_speaking(now, cancel=True)
        self.gate.give_up()
        self.gate.owe_again()

    def ask_for_goodbye(self, *, unless_said_with: ToolCall | None = None) -> None:
        """Ask for a goodbye, unless the agent spoke when it called the tool that ends the call."""
        if unless_said_with is None or not self.tool_turns.spoken_of(unless_said_with):
            self.gate.owe(a.Respond(self._config.direct_goodbye, may_use_tools=False))

    def announce_hand_over(self, call: ToolCall, now: float) -> Iterator[a.Action]:
        """Play a phrase before the call goes to a person, unless the agent spoke when it called the tool."""
        phrase = self._config.hand_over
        if phrase and phrase.audio and not self.tool_turns.spoken_of(call):
            yield from self.agent_audio.play_phrase(phrase, now)
