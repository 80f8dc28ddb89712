"""A client's end of a Realtime session: says things, and waits for events instead of for time."""

import asyncio
import base64
from typing import Any

import numpy as np

from sandbox.audio import SPEECH_HZ, Pcm, resample
from sandbox.openai.realtime.formats import FORMATS
from sandbox.speech import Recognition, Speech

PATIENCE = 15.0


class Line:
    """``events`` is everything received so far, as plain dictionaries."""

    def __init__(self, connection: Any, speech: Speech) -> None:
        self.connection, self.speech = connection, speech
        self.events: list[dict[str, Any]] = []
        self.format = FORMATS["audio/pcm"]
        self._seen = 0

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            event = await self.connection.recv()
        self.events.append(event.to_dict())
        return self.events[-1]

    async def until(self, kind: str) -> dict[str, Any]:
        """The next event of that type; those before it are in ``events``."""
        while True:
            while self._seen < len(self.events):
                self._seen += 1
                if self.events[self._seen - 1]["type"] == kind:
                    return self.events[self._seen - 1]
            await self.next()

    async def configure(self, format_name: str = "audio/pcmu", **fields: Any) -> dict[str, Any]:
        """A telephone session: one format both ways, transcription on, server VAD unless said otherwise."""
        self.format = FORMATS[format_name]
        shape = {"type": format_name} | ({"rate": 24000} if format_name == "audio/pcm" else {})
        heard = {"format": shape, "transcription": {"model": "gpt-transcribe"}}
        audio = {"input": heard | fields.pop("input", {}), "output": {"format": shape} | fields.pop("output", {})}
        await self.send("session.update", session={"type": "realtime", "audio": audio} | fields)
        return await self.until("session.updated")

    async def send(self, kind: str, **fields: Any) -> None:
        await self.connection.send({"type": kind} | fields)

    async def speak(self, text: str, *, voice: str = "buyer", silence: float = 0.8) -> None:
        """Say it and be silent, in frames of 20 ms; time is the audio's, so nothing is waited for."""
        pcm = await self.speech.speak(text, voice=voice)
        pause = np.zeros(int(silence * SPEECH_HZ), np.int16)
        await self.append(np.concatenate([np.zeros(SPEECH_HZ // 2, np.int16), pcm, pause]))

    async def append(self, pcm: Pcm) -> None:
        data = self.format.encode(resample(pcm, SPEECH_HZ, self.format.rate))
        frame = 20 * self.format.bytes_per_ms
        for at in range(0, len(data), frame):
            await self.send("input_audio_buffer.append", audio=base64.b64encode(data[at : at + frame]).decode())

    async def write(self, text: str, role: str = "user") -> dict[str, Any]:
        """Put a message into the conversation."""
        content = [{"type": "output_text" if role == "assistant" else "input_text", "text": text}]
        await self.send("conversation.item.create", item={"type": "message", "role": role, "content": content})
        item: dict[str, Any] = (await self.until("conversation.item.done"))["item"]
        return item

    async def answer(self, **response: Any) -> dict[str, Any]:
        """Ask for a response and wait until it is done."""
        await self.send("response.create", **({"response": response} if response else {}))
        done: dict[str, Any] = (await self.until("response.done"))["response"]
        return done

    def kinds(self) -> list[str]:
        """Types in order, runs of the same one shown once."""
        kinds = [event["type"] for event in self.events]
        return [kind for index, kind in enumerate(kinds) if index == 0 or kinds[index - 1] != kind]

    def sound(self, item_id: str | None = None) -> bytes:
        """The audio received, of one item or of all."""
        deltas = [event for event in self.events if event["type"] == "response.output_audio.delta"]
        return b"".join(base64.b64decode(event["delta"]) for event in deltas if item_id in (None, event["item_id"]))

    async def heard(self) -> Recognition:
        """What a listener understands of the audio received."""
        pcm = self.format.decode(self.sound())
        return await self.speech.recognize(pcm, rate=self.format.rate)
