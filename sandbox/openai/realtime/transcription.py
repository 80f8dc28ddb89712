"""Understanding what the caller said: once, for the model and, when asked for, for the client.

Faults: ``transcription.late`` (``seconds``), ``transcription.failed``, ``transcription.lost`` (no event
ever).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.audio import Pcm
from sandbox.faults import Fault
from sandbox.openai.realtime.configuration import Settings
from sandbox.openai.realtime.items import Item
from sandbox.openai.realtime.output import Emit
from sandbox.openai.transcription import usage
from sandbox.services import Services
from sandbox.speech import Recognition

PREFIX = "conversation.item.input_audio_transcription"
# These send a delta for each word, the others the whole text at once.
STREAMING_MODELS = ("gpt-live-transcribe", "gpt-realtime-whisper", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")


class Hearing:
    """Recognises user audio in the background. A response waits until all of it is understood."""

    def __init__(
        self, services: Services, tasks: asyncio.TaskGroup, emit: Emit, fault: Callable[[str], Fault | None]
    ) -> None:
        self._services, self._tasks, self._emit, self._fault = services, tasks, emit, fault
        self._pending: set[asyncio.Task[Recognition]] = set()

    def listen(self, item: Item, pcm: Pcm, transcription: Settings | None) -> None:
        """Understand ``pcm`` (8 kHz) as the text of ``item``; tell the client if ``transcription`` is configured."""
        task = self._tasks.create_task(self._understand(item, pcm, transcription))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        if transcription is not None:
            self._tasks.create_task(self._transcribe(item, task, transcription))

    async def settled(self) -> None:
        """Wait for what is being understood now; who stops waiting does not stop the understanding."""
        if self._pending:
            await asyncio.wait(set(self._pending))

    async def _understand(self, item: Item, pcm: Pcm, transcription: Settings | None) -> Recognition:
        hints = tuple((transcription or {}).get("keywords") or ())
        heard = await self._services.understand(pcm, hints=hints)
        item.text = heard.text
        return heard

    async def _transcribe(self, item: Item, task: asyncio.Task[Recognition], transcription: Settings) -> None:
        heard = await task
        if self._fault("transcription.lost"):
            return
        if fault := self._fault("transcription.late"):
            await asyncio.sleep(float(fault.params.get("seconds", 5.0)))
        if self._fault("transcription.failed"):
            self._emit(self._event(item, "failed", error=_FAILURE))
            return
        item.transcribed = True
        model = str(transcription.get("model") or "gpt-transcribe")
        for delta in _deltas(heard.text, model):
            self._emit(self._event(item, "delta", delta=delta))
        self._emit(self._event(item, "completed", transcript=heard.text, usage=usage(model, heard)))

    def _event(self, item: Item, what: str, **fields: Any) -> dict[str, Any]:
        return {"type": f"{PREFIX}.{what}", "item_id": item.id, "content_index": 0, **fields}


_FAILURE = {
    "type": "transcription_error",
    "code": "audio_unintelligible",
    "message": "The audio could not be transcribed.",
    "param": None,
}


def _deltas(text: str, model: str) -> list[str]:
    if not text:
        return []
    if not model.startswith(STREAMING_MODELS):
        return [text]
    return [f" {word}" if index else word for index, word in enumerate(text.split())]
