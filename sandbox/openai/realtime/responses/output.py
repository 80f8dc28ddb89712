"""The output items of one response while they grow: which events each step sends, and how each item is closed.

Whatever ends a response, an item closes with exactly what was sent of it.
"""

import base64
from collections.abc import Callable
from typing import Any

from sandbox.audio import SPEECH_HZ, resample
from sandbox.openai.realtime.conversation.items import Item, Sound
from sandbox.openai.realtime.conversation.model_input import spoken_tokens, text_tokens
from sandbox.openai.realtime.formats import FORMATS

type Emit = Callable[[dict[str, Any]], None]


class OutputItem:
    """``mirrored`` items belong to the conversation and have ``conversation.item`` events too."""

    def __init__(
        self, item: Item, *, emit: Emit, response_id: str, index: int, before: str | None, mirrored: bool
    ) -> None:
        self.item, self._emit, self._mirrored, self._before = item, emit, mirrored, before
        self._where = {"response_id": response_id, "output_index": index}

    def open(self) -> None:
        self._emit({"type": "response.output_item.added", **self._where, "item": self.item.view()})
        self._mirror("added")

    def close(self, status: str) -> None:
        """``completed`` or ``incomplete``."""
        self.item.status = status
        self._emit({"type": "response.output_item.done", **self._where, "item": self.item.view()})
        self._mirror("done")

    def _mirror(self, what: str) -> None:
        if self._mirrored:
            event = {"type": f"conversation.item.{what}", "previous_item_id": self._before}
            self._emit(event | {"item": self.item.view()})

    def _part_event(self, kind: str, **fields: Any) -> None:
        self._emit({"type": kind, **self._where, "item_id": self.item.id, "content_index": 0, **fields})

    @property
    def text_tokens(self) -> int:
        return text_tokens(self.item.text + self.item.name)

    @property
    def audio_tokens(self) -> int:
        return 0


class WrittenMessage(OutputItem):
    """A message in text."""

    def open(self) -> None:
        super().open()
        self._part_event("response.content_part.added", part={"type": "text", "text": ""})

    def write(self, delta: str) -> None:
        self.item.text += delta
        self._part_event("response.output_text.delta", delta=delta)

    def close(self, status: str) -> None:
        text = self.item.text
        self._part_event("response.output_text.done", text=text)
        self._part_event("response.content_part.done", part={"type": "text", "text": text})
        super().close(status)


class SpokenMessage(OutputItem):
    """A message in audio with its transcript. In the ``wrong_format`` its audio is sent as 24 kHz PCM."""

    _sent = ""
    wrong_format = False

    def open(self) -> None:
        super().open()
        self._part_event("response.content_part.added", part={"type": "audio", "transcript": ""})

    @property
    def sound(self) -> Sound:
        if self.item.sound is None:
            raise ValueError("a spoken message has a sound")
        return self.item.sound

    def transcribe(self, word: str, end_ms: int) -> None:
        """Sends the next word, which ends at that ms of the item's audio."""
        delta = f" {word}" if self._sent else word
        self._sent += delta
        if not self.item.truncated:
            self.item.text += delta
            self.item.words.append((word, end_ms))
        self._part_event("response.output_audio_transcript.delta", delta=delta)

    def send_audio(self, data: bytes) -> None:
        """Sends the next audio."""
        if not self.item.truncated:
            self.sound.data += data
        self.send_late_audio(data)

    def send_late_audio(self, data: bytes) -> None:
        """Sends audio alone, whether the item is open or closed."""
        if self.wrong_format:
            pcm = self.sound.format.decode(data)
            data = FORMATS["audio/pcm"].encode(resample(pcm, self.sound.format.rate, SPEECH_HZ))
        self._part_event("response.output_audio.delta", delta=base64.b64encode(data).decode())

    def close(self, status: str) -> None:
        part = {"type": "audio", "transcript": self._sent}
        self._part_event("response.output_audio.done")
        self._part_event("response.output_audio_transcript.done", transcript=self._sent)
        self._part_event("response.content_part.done", part=part)
        super().close(status)

    @property
    def audio_tokens(self) -> int:
        return spoken_tokens(self.sound.ms)


class FunctionCall(OutputItem):
    """A call of a tool; ``incomplete`` ones hold cut JSON."""

    def write(self, delta: str) -> None:
        self.item.text += delta
        self._call_event("response.function_call_arguments.delta", delta=delta)

    def _call_event(self, kind: str, **fields: str) -> None:
        names = {"item_id": self.item.id, "call_id": self.item.call_id}
        self._emit({"type": kind, **self._where, **names, **fields})

    def close(self, status: str) -> None:
        arguments = {"name": self.item.name, "arguments": self.item.text}
        self._call_event("response.function_call_arguments.done", **arguments)
        super().close(status)
