"""Model context: what the model's session knows of the call, kept equal to what was heard.

A session can be given messages as text, tool calls and their results; audio it made itself can be truncated or deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.tool_calls import State, ToolCall, ToolCalls
from realtime.bridge.vocabulary import actions as a


@dataclass(slots=True)
class ModelContext:
    """The conversation as the present session has it."""

    agent_audio: AgentAudio
    gate: ResponseGate
    tool_calls: ToolCalls
    caller_audio: CallerAudio
    history: tuple[a.ContextItem, ...]
    _known_calls: set[str] = field(default_factory=set)  # tool calls in this session's conversation
    _to_delete: set[str] = field(default_factory=set)  # unheard items of a response that still runs

    def replay(self) -> Iterator[a.Action]:
        """Give the session all that was said and done before it started, or while it heard nobody."""
        yield from self.history
        for item_id in self.agent_audio.transcript.walk():
            line, call = self.agent_audio.transcript.get(item_id), self.tool_calls.at(item_id)
            if line and item_id not in self.gate.items:
                yield from self.add_line(line)
            elif call and call.call_id not in self._known_calls and call.state in (State.GIVEN, State.KNOWN):
                yield from self.give_result(call)

    def add_line(self, line: a.TranscriptLine) -> Iterator[a.Action]:
        """Give the session a line; nothing of a recorded phrase or an unheard line."""
        if text := _as_remembered(line):
            yield a.Remember(line.item_id, line.speaker, text)

    def note_tool_call(self, call_id: str) -> None:
        """The session made this tool call itself."""
        self._known_calls.add(call_id)

    def give_result(self, call: ToolCall) -> Iterator[a.Action]:
        """Give the session a tool's result, and before it the call if an earlier session made it."""
        if call.call_id not in self._known_calls:
            self._known_calls.add(call.call_id)
            yield a.RememberToolCall(call.call_id, call.name, call.arguments)
        yield a.GiveToolResult(call.call_id, call.output)

    def cut_off(self, item_id: str, heard_ms: int, *, whole: bool) -> Iterator[a.Action]:
        """Cut an interrupted item to what was heard of it. `whole`: all that was sent."""
        if heard_ms and whole and self.agent_audio.is_complete(item_id):
            return
        response = self.gate.items.get(item_id)
        if response is None:
            yield from self._replace_text(item_id)
        elif heard_ms:
            yield a.Truncate(item_id, heard_ms)
        elif response == self.gate.active:
            self._to_delete.add(item_id)
        else:
            yield a.Forget(item_id)

    def delete_later(self, item_id: str) -> None:
        """Delete an item nobody heard as soon as its response is over."""
        self._to_delete.add(item_id)

    def response_over(self, item_id: str) -> Iterator[a.Action]:
        """The item's response has ended, so it can be deleted if it must."""
        if item_id in self._to_delete:
            self._to_delete.remove(item_id)
            yield a.Forget(item_id)

    def session_lost(self) -> None:
        """The session is gone, and with it what it knew."""
        self._known_calls.clear()
        self._to_delete.clear()

    def _replace_text(self, item_id: str) -> Iterator[a.Action]:
        """Replace a line of an earlier session: this one has it as text, which cannot be truncated."""
        line = self.agent_audio.transcript.get(item_id)
        if line and line.kind is a.Kind.SPEECH and self.caller_audio.forwarding:
            yield a.Forget(item_id)
            if line.text:
                yield a.Remember(self.agent_audio.new_id("heard"), line.speaker, line.text)


def _as_remembered(line: a.TranscriptLine) -> str:
    if line.kind is a.Kind.RECORDED:
        return ""
    if line.kind is a.Kind.KEYS:
        return f"[The caller pressed {line.text} on the keypad.]"
    return line.text or ("" if line.settled else line.generated)
