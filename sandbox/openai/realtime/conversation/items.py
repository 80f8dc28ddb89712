"""The items of the conversation, their order, and what the model remembers of each."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.openai.realtime.errors import RealtimeError, new_id
from sandbox.openai.realtime.formats import Format


@dataclass
class Sound:
    """The audio of an item in the session's own format."""

    format: Format
    data: bytes = b""

    @property
    def ms(self) -> int:
        return len(self.data) // self.format.bytes_per_ms

    def cut(self, ms: int) -> None:
        self.data = self.data[: ms * self.format.bytes_per_ms]


@dataclass
class Item:
    """One item. ``text`` is what the model knows of it: recognized, said, or written.

    ``words`` are the words of spoken output with the ms at which each ends; ``version`` grows when the item
    changes, so that a cache of the conversation knows.
    """

    id: str
    type: str
    role: str = ""
    text: str = ""
    status: str = "completed"
    sound: Sound | None = None
    words: list[tuple[str, int]] = field(default_factory=list)
    name: str = ""
    call_id: str = ""
    transcribed: bool = False
    truncated: bool = False
    version: int = 0

    def view(self, *, with_audio: bool = False) -> dict[str, Any]:
        """The item as events show it; only ``retrieve`` gives the audio back."""
        seen: dict[str, Any] = {"id": self.id, "object": "realtime.item", "type": self.type, "status": self.status}
        match self.type:
            case "message":
                return seen | {"role": self.role, "content": self._content(with_audio)}
            case "function_call":
                return seen | {"name": self.name, "call_id": self.call_id, "arguments": self.text}
            case _:
                return seen | {"call_id": self.call_id, "output": self.text}

    def _content(self, with_audio: bool) -> list[dict[str, Any]]:
        if self.status == "in_progress":
            return []
        spoken = self.role == "assistant"
        if self.sound is None:
            return [{"type": "output_text" if spoken else "input_text", "text": self.text}]
        part: dict[str, Any] = {"type": "output_audio" if spoken else "input_audio"}
        if not self.truncated:
            part["transcript"] = self.text if spoken or self.transcribed else None
        if with_audio:
            part["audio"] = base64.b64encode(self.sound.data).decode()
        return [part]

    def truncate(self, content_index: int, audio_end_ms: int) -> None:
        """Forgets what was not heard. The server's transcript is dropped too, as the service does."""
        if self.role != "assistant" or not self.sound or not self.sound.data or audio_end_ms == 0:
            message = "Only model output audio messages can be truncated"
            raise RealtimeError(message, "unsupported_content_type")
        if content_index != 0:
            raise RealtimeError(f"Content index {content_index} does not exist.", "invalid_value", "content_index")
        if audio_end_ms > self.sound.ms:
            raise shorter_than(audio_end_ms, self.sound.ms)
        self.sound.cut(audio_end_ms)
        self.words = [(word, end) for word, end in self.words if end <= audio_end_ms]
        self.text = " ".join(word for word, _ in self.words)
        self.truncated = True
        self.version += 1


def shorter_than(audio_end_ms: int, ms: int) -> RealtimeError:
    """The error for truncating at ``audio_end_ms`` an item that has only ``ms``."""
    message = f"Audio content of {ms}ms is already shorter than {audio_end_ms}ms"
    return RealtimeError(message, "invalid_value", "audio_end_ms")


class Conversation:
    """Items in order. Errors carry the code of the operation that met them."""

    def __init__(self) -> None:
        self.id = new_id("conv")
        self._items: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, item_id: object) -> bool:
        return any(item.id == item_id for item in self._items)

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Adds an item at the end, after another one, or at the start (``"root"``); returns the one before it."""
        if item.id in self:
            message = f"Error adding item: an item with id '{item.id}' already exists."
            raise RealtimeError(message, "item_create_invalid_item_id", "item.id")
        place = len(self._items) if after is None else self._place_after(after)
        self._items.insert(place, item)
        return self._items[place - 1].id if place else None

    def check_call(self, item: Item) -> None:
        """A tool's result belongs to a call in this conversation; the wording is that of livekit/agents#3344."""
        calls = {one.call_id for one in self._items if one.type == "function_call"}
        if item.type == "function_call_output" and item.call_id not in calls:
            raise RealtimeError(f"Tool call ID '{item.call_id}' not found in conversation.", "invalid_tool_call_id")

    def _place_after(self, item_id: str) -> int:
        if item_id == "root":
            return 0
        ids = [item.id for item in self._items]
        if item_id not in ids:
            message = f"Error adding item: the previous item with id '{item_id}' does not exist."
            raise RealtimeError(message, "item_create_invalid_previous_item_id", "previous_item_id")
        return ids.index(item_id) + 1

    def find(self, item_id: str, *, doing: str) -> Item:
        """``doing`` is retrieve, delete, truncate or reference."""
        for item in self._items:
            if item.id == item_id:
                return item
        verb = {"retrieve": "retrieving", "delete": "deleting", "truncate": "truncating"}.get(doing, "referencing")
        message = f"Error {verb} item: the item with id '{item_id}' does not exist."
        raise RealtimeError(message, f"item_{doing}_invalid_item_id", "item_id")

    def delete(self, item_id: str) -> None:
        self._items.remove(self.find(item_id, doing="delete"))

    def last_id(self) -> str | None:
        return self._items[-1].id if self._items else None


def item_from(event_item: dict[str, Any], format_: Format) -> Item:
    """A validated item of a client."""
    item_id = event_item.get("id") or new_id("item")
    match event_item["type"]:
        case "message":
            return _message_from(item_id, event_item, format_)
        case "function_call":
            call_id = event_item.get("call_id") or new_id("call")
            return Item(
                item_id, "function_call", text=event_item["arguments"], name=event_item["name"], call_id=call_id
            )
        case "function_call_output":
            return Item(item_id, "function_call_output", text=event_item["output"], call_id=event_item["call_id"])
        case other:
            raise RealtimeError(f"This sandbox has no items of type '{other}'.", "invalid_value", "item.type")


def _message_from(item_id: str, event_item: dict[str, Any], format_: Format) -> Item:
    parts = event_item["content"]
    text = " ".join(str(part.get("text") or part.get("transcript") or "") for part in parts).strip()
    audio = b"".join(base64.b64decode(part["audio"]) for part in parts if part.get("audio"))
    sound = Sound(format_, audio) if audio else None
    return Item(item_id, "message", role=event_item["role"], text=text, sound=sound)
