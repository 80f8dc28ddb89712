"""Tool calls of one conversation: each runs once, is answered once, and has a time limit."""

import json
from dataclasses import dataclass
from enum import Enum, auto


class State(Enum):
    """How far a tool call has come."""

    RUNNING = auto()
    RETURNED = auto()
    GIVEN = auto()  # its result is on the way to the model
    KNOWN = auto()  # the model has it in its conversation


@dataclass(slots=True)
class ToolCall:
    """A tool call of the model. `output` is the JSON text it gets back."""

    call_id: str
    item_id: str
    response_id: str
    name: str
    arguments: str
    due: float
    state: State = State.RUNNING
    output: str = ""
    news: bool = True
    hang_up: bool = False


def failure(code: str, message: str, say: str) -> str:
    """The result of a tool that did not do its work, in the form the agent's tools use."""
    error = {"code": code, "message": message, "say": say, "retryable": True, "fields": []}
    return json.dumps({"ok": False, "error": error})


TOOK_TOO_LONG = failure("TIMEOUT", "The tool did not answer in time.", "That is taking longer than it should.")
WAS_INTERRUPTED = failure("INTERRUPTED", "The caller spoke before the tool ran; nothing was done.", "")


class ToolCalls:
    """Every tool call of this conversation, by the id the model gave it."""

    def __init__(self) -> None:
        self._calls: dict[str, ToolCall] = {}

    @property
    def running(self) -> bool:
        """Whether some tool has not returned."""
        return any(call.state is State.RUNNING for call in self._calls.values())

    @property
    def next_due(self) -> float | None:
        """When the first running tool is out of time."""
        return min((c.due for c in self._calls.values() if c.state is State.RUNNING), default=None)

    @property
    def all_known(self) -> bool:
        """Whether the model has confirmed every result it was given."""
        return not any(call.state in (State.RETURNED, State.GIVEN) for call in self._calls.values())

    def open(self, call: ToolCall) -> bool:
        """Take on a call; False when its id is known."""
        if call.call_id in self._calls:
            return False
        self._calls[call.call_id] = call
        return True

    def close(self, call_id: str, output: str, *, news: bool, hang_up: bool = False) -> ToolCall | None:
        """A tool returned; None for a call that is unknown, or has its result."""
        call = self._calls.get(call_id)
        if call is None or call.state is not State.RUNNING:
            return None
        call.state, call.output, call.news, call.hang_up = State.RETURNED, output, news, hang_up
        return call

    def overdue(self, now: float) -> list[ToolCall]:
        """Running calls that are out of time."""
        return [c for c in self._calls.values() if c.state is State.RUNNING and c.due <= now]

    def take_results(self) -> list[ToolCall]:
        """Results the model has not been given, once."""
        results = [c for c in self._calls.values() if c.state is State.RETURNED]
        for call in results:
            call.state = State.GIVEN
        return results

    def confirm(self, call_id: str) -> None:
        """The model has this result in its conversation."""
        call = self._calls.get(call_id)
        if call is not None and call.state is State.GIVEN:
            call.state = State.KNOWN

    def confirm_all(self) -> None:
        """Assume that the model has every result it was given."""
        for call_id in self._calls:
            self.confirm(call_id)

    def made_by(self, response_id: str) -> bool:
        """Whether the response called a tool."""
        return any(call.response_id == response_id for call in self._calls.values())

    def at(self, item_id: str) -> ToolCall | None:
        """The call at this place of the conversation."""
        return next((call for call in self._calls.values() if call.item_id == item_id), None)
