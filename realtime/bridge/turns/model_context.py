"""What the model's session remembers of the call, kept equal to what was heard.

A session can be told lines as text, tool calls and their results; audio it made itself can be truncated or deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from realtime.bridge.transcript.agent_audio import Voice
from realtime.bridge.transcript.caller_audio import Ear
from realtime.bridge.turns.response_gate import Floor
from realtime.bridge.turns.tool_calls import State, ToolCall, ToolDesk
from realtime.bridge.vocabulary import actions as a


@dataclass(slots=True)
class Memory:
    """The memory of the present session."""

    voice: Voice
    floor: Floor
    desk: ToolDesk
    ear: Ear
    before: tuple[a.Memory, ...]
    _told: set[str] = field(default_factory=set)  # tool calls that are in this session's conversation
    _to_forget: set[str] = field(default_factory=set)  # unheard items of a response that still runs

    def recall(self) -> Iterator[a.Action]:
        """The session learns all that was said and done before it, or while it heard nobody."""
        yield from self.before
        for item_id in self.voice.transcript.walk():
            line, call = self.voice.transcript.get(item_id), self.desk.at(item_id)
            if line and item_id not in self.floor.items:
                yield from self.tell(line)
            elif call and call.call_id not in self._told and call.state in (State.GIVEN, State.KNOWN):
                yield from self.give(call)

    def tell(self, line: a.Line) -> Iterator[a.Action]:
        """The session learns a line; of a recorded "one moment" or an unheard line nothing."""
        if text := _as_remembered(line):
            yield a.Remember(line.item_id, line.speaker, text)

    def made(self, call_id: str) -> None:
        """The session itself made this tool call."""
        self._told.add(call_id)

    def give(self, call: ToolCall) -> Iterator[a.Action]:
        """The session gets a tool's answer, and before it the call if an earlier session made it."""
        if call.call_id not in self._told:
            self._told.add(call.call_id)
            yield a.RememberToolCall(call.call_id, call.name, call.arguments)
        yield a.GiveToolResult(call.call_id, call.output)

    def unsay(self, item_id: str, heard_ms: int, *, whole: bool) -> Iterator[a.Action]:
        """An item was cut off: the session remembers what was heard of it; ``whole``: all that was sent."""
        if heard_ms and whole and self.voice.is_finished(item_id):
            return
        response = self.floor.items.get(item_id)
        if response is None:
            yield from self._unsay_text(item_id)
        elif heard_ms:
            yield a.Truncate(item_id, heard_ms)
        elif response == self.floor.active:
            self._to_forget.add(item_id)
        else:
            yield a.Forget(item_id)

    def unsay_late(self, item_id: str) -> None:
        """Delete an item nobody heard as soon as its response is over."""
        self._to_forget.add(item_id)

    def response_over(self, item_id: str) -> Iterator[a.Action]:
        """The item's response has ended, so that it can be deleted if it must."""
        if item_id in self._to_forget:
            self._to_forget.remove(item_id)
            yield a.Forget(item_id)

    def lose(self) -> None:
        """The session is gone."""
        self._told.clear()
        self._to_forget.clear()

    def _unsay_text(self, item_id: str) -> Iterator[a.Action]:
        """A line of an earlier session: this one knows it as text, which cannot be truncated."""
        line = self.voice.transcript.get(item_id)
        if line and line.kind is a.Kind.SPEECH and self.ear.open:
            yield a.Forget(item_id)
            if line.text:
                yield a.Remember(self.voice.own_id("heard"), line.speaker, line.text)


def _as_remembered(line: a.Line) -> str:
    if line.kind is a.Kind.RECORDED:
        return ""
    if line.kind is a.Kind.KEYS:
        return f"[The caller pressed {line.text} on the keypad.]"
    return line.text or ("" if line.settled else line.generated)
