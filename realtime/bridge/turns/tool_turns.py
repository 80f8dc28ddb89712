"""Tool turns: when a tool call runs, when its result is given, and whether the agent has to speak about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.turns.model_context import ModelContext
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.response_timeouts import ResponseTimeouts
from realtime.bridge.turns.tool_calls import TOOK_TOO_LONG, WAS_INTERRUPTED, ToolCall, ToolCalls
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

MOST_UNSURE = 3  # responses that may start before a result is confirmed; then we take it as known


@dataclass(slots=True)
class ToolTurns:
    """The turn-taking of tools. What became of each call is in `ToolCalls`."""

    limits: Limits
    timers: Timers
    agent_audio: AgentAudio
    gate: ResponseGate
    tool_calls: ToolCalls
    context: ModelContext
    timeouts: ResponseTimeouts
    _unsure: int = 0  # responses begun since a result was given and not confirmed

    @property
    def running(self) -> bool:
        """Whether some tool has not returned."""
        return self.tool_calls.running

    def made_by(self, response_id: str) -> bool:
        """Whether the response called a tool."""
        return self.tool_calls.made_by(response_id)

    def called(self, event: e.ToolCalled, now: float) -> Iterator[a.Action]:
        """Run a tool call: once per call id, and not for a response the caller has cut off."""
        due = now + self.limits.tool_s
        call = ToolCall(event.call_id, event.item_id, event.response_id, event.name, event.arguments, due)
        if not self.tool_calls.open(call):
            return
        self.context.note_tool_call(call.call_id)
        self.timeouts.model_active()
        if event.response_id in self.gate.muted:
            self.tool_calls.close(call.call_id, WAS_INTERRUPTED, news=False)
            return
        yield a.RunTool(call.call_id, call.name, call.arguments, self.limits.tool_s)
        self._watch()
        self.timers.set(Timer.FILLER, max(now, self.agent_audio.playback.ends_at) + self.limits.tool_filler_s)

    def returned(self, event: e.ToolReturned) -> ToolCall | None:
        """A tool returned; None when we know its result already, or never called it."""
        call = self.tool_calls.close(event.call_id, event.output, news=event.news, hang_up=event.hang_up)
        self._watch()
        return call

    def overdue(self, now: float) -> Iterator[a.Action]:
        """Give the tools that are out of time a result of ours."""
        for call in self.tool_calls.overdue(now):
            self.tool_calls.close(call.call_id, TOOK_TOO_LONG, news=True)
            yield a.Complaint("tool_too_slow", call.name)
        self._watch()

    def give_results(self) -> Iterator[a.Action]:
        """After the response that called: give each result, then ask once for words if any result needs them."""
        if self.gate.active:
            return
        for call in self.tool_calls.take_results():
            yield from self.context.give_result(call)
            if self._needs_words(call):
                self.gate.owe(a.Respond())
            else:
                self.tool_calls.confirm(call.call_id)

    def all_results_known(self) -> bool:
        """Whether the model had every result when its response began. Not waited for without a limit."""
        self._unsure = 0 if self.tool_calls.all_known else self._unsure + 1
        if self._unsure > MOST_UNSURE:
            self.tool_calls.confirm_all()
        return self.tool_calls.all_known

    def spoken_of(self, call: ToolCall) -> bool:
        """Whether the agent said something in the response that made this call."""
        return call.response_id in self.gate.audible

    def caller_spoke_since(self, call: ToolCall) -> bool:
        """Whether the caller has spoken, or is speaking, since the model made this call."""
        return self.gate.caller_speaks or self.gate.answer_due or call.response_id in self.gate.muted

    def _watch(self) -> None:
        due = self.tool_calls.next_due
        if due is None:
            self.timers.clear(Timer.TOOL, Timer.FILLER)
        else:
            self.timers.set(Timer.TOOL, due)

    def _needs_words(self, call: ToolCall) -> bool:
        """Whether a result needs a response: one without news does not if the agent has just asked something."""
        if call.hang_up or call.output == WAS_INTERRUPTED:
            return False
        return call.news or not self._asked_something(call)

    def _asked_something(self, call: ToolCall) -> bool:
        said = (self.agent_audio.transcript.get(item_id) for item_id in self.gate.items_of(call.response_id))
        return self.spoken_of(call) and any(line is not None and line.generated.rstrip().endswith("?") for line in said)
