"""Transcribes what the caller said: once, for the model and, when configured, for the client."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from math import log
from typing import Any

from sandbox.audio import Pcm
from sandbox.faults import Fault
from sandbox.openai.realtime.configuration import Settings
from sandbox.openai.realtime.conversation.items import Item
from sandbox.openai.realtime.responses.output import Emit
from sandbox.openai.transcription import usage
from sandbox.services import Services
from sandbox.speech import Recognition
from sandbox.speech.early_recognition import EarlyRecognition
from sandbox.speech.word_errors import with_word_errors

PREFIX = "conversation.item.input_audio_transcription"
# These send a delta for each word, the others the whole text at once.
STREAMING_MODELS = ("gpt-live-transcribe", "gpt-realtime-whisper", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")


class InputTranscriber:
    """Recognizes user audio in the background. A response waits until all of it is recognized."""

    def __init__(
        self, services: Services, tasks: asyncio.TaskGroup, emit: Emit, fault: Callable[[str], Fault | None]
    ) -> None:
        self._services, self._tasks, self._emit, self._fault = services, tasks, emit, fault
        self._pending: set[asyncio.Task[Recognition]] = set()
        self._early = EarlyRecognition(tasks.create_task)

    def recognize_early(self, pcm: Callable[[], Pcm], transcription: Settings | None, voice_end_ms: int) -> None:
        """Starts to recognize a turn whose last voice was then, in case that was its end."""
        self._early.of(voice_end_ms, lambda: self._recognize(pcm(), transcription))

    def listen(
        self,
        item: Item,
        pcm: Pcm,
        transcription: Settings | None,
        *,
        logprobs: bool = False,
        voice_end_ms: int | None = None,
    ) -> None:
        """Recognizes ``pcm`` (8 kHz) as the text of ``item``; sends it to the client if ``transcription`` is
        configured.

        With ``logprobs`` each word is sent with its log probability, which is that of the whole turn. A recognition
        started early for ``voice_end_ms`` is used.
        """
        recognition = self._early.take(voice_end_ms, lambda: self._recognize(pcm, transcription))
        task = self._tasks.create_task(self._understand(item, recognition))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        if transcription is not None:
            self._tasks.create_task(self._transcribe(item, task, transcription, logprobs))

    async def settled(self) -> None:
        """Waits for the recognitions under way; canceling the wait does not cancel them."""
        if self._pending:
            await asyncio.wait(set(self._pending))

    async def _recognize(self, pcm: Pcm, transcription: Settings | None) -> Recognition:
        hints = tuple((transcription or {}).get("keywords") or ())
        return await self._services.understand(pcm, hints=hints)

    async def _understand(self, item: Item, recognition: asyncio.Task[Recognition]) -> Recognition:
        heard = await recognition
        item.text = heard.text
        return heard

    async def _transcribe(
        self, item: Item, task: asyncio.Task[Recognition], transcription: Settings, logprobs: bool
    ) -> None:
        heard = await task
        if self._fault("transcription.lost"):
            return
        if fault := self._fault("transcription.late"):
            await asyncio.sleep(fault.number("seconds"))
        if self._fault("transcription.failed"):
            self._emit(self._event(item, "failed", error=_FAILURE))
            return
        heard = self._with_faults(heard)
        item.transcribed = True
        model = str(transcription.get("model") or "gpt-transcribe")
        deltas = _deltas(heard.text, model)
        likely = [_likely(delta, heard.confidence) for delta in deltas]
        for delta, one in zip(deltas, likely, strict=True):
            self._emit(self._event(item, "delta", delta=delta) | ({"logprobs": [one]} if logprobs else {}))
        completed = self._event(item, "completed", transcript=heard.text, usage=usage(model, heard))
        self._emit(completed | ({"logprobs": likely} if logprobs else {}))

    def _with_faults(self, heard: Recognition) -> Recognition:
        """The transcript with the requested faults; the model has the right one all the same."""
        if invented := self._fault("transcription.invented"):
            return replace(heard, text=invented.text("text"))
        if wrong := self._fault("transcription.misheard"):
            return with_word_errors(heard, share=wrong.number("share"), seed=self._services.config.word_error_seed)
        return heard

    def _event(self, item: Item, what: str, **fields: Any) -> dict[str, Any]:
        return {"type": f"{PREFIX}.{what}", "item_id": item.id, "content_index": 0, **fields}


_FAILURE = {
    "type": "transcription_error",
    "code": "audio_unintelligible",
    "message": "The audio could not be transcribed.",
    "param": None,
}


def _likely(token: str, confidence: float) -> dict[str, Any]:
    return {"token": token, "logprob": round(log(max(confidence, 1e-6)), 4), "bytes": list(token.encode())}


def _deltas(text: str, model: str) -> list[str]:
    if not text:
        return []
    if not model.startswith(STREAMING_MODELS):
        return [text]
    return [f" {word}" if index else word for index, word in enumerate(text.split())]
