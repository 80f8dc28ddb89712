"""Synthesis and recognition for the rest of the sandbox: awaitable, and run in worker processes.

They keep a core busy for tens to hundreds of milliseconds; audio clocks tick every 20. So the event loop never runs
them.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from sandbox.audio import Pcm
from sandbox.speech import endpointing
from sandbox.speech.results import Recognition
from sandbox.speech.voices import Voice, voice_named
from sandbox.worker import Worker

CACHED_SECONDS = 900.0
_BYTES_PER_SECOND = 48000
# One sentence in six needs the slow and careful pass, which takes five times as long: the others overtake it.
EARS = 2


class Speech:
    """Speaks and understands. Use between ``start()`` (2-4 s: loads the models) and ``stop()``."""

    def __init__(self, *, cached_seconds: float = CACHED_SECONDS) -> None:
        self._mouth = Worker("sandbox.speech.synthesis")
        self._ear = Worker("sandbox.speech.recognition", processes=EARS)
        self._cache: OrderedDict[tuple[Voice, str], Pcm] = OrderedDict()
        self._cached_bytes, self._cache_limit = 0, int(cached_seconds * _BYTES_PER_SECOND)
        self.ready = False

    async def start(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._mouth.start())
            group.create_task(self._ear.start())
            group.create_task(asyncio.to_thread(endpointing.warm_up))
        self.ready = True

    async def stop(self) -> None:
        self.ready = False
        await asyncio.gather(self._mouth.stop(), self._ear.stop())

    async def speak(self, text: str, *, voice: str, speed: float = 1.0) -> Pcm:
        """``text`` in that voice: 24 kHz mono, about -20 dBFS, read-only.

        Unknown voices are the agent's; ``speed`` multiplies the voice's own pace.
        """
        spoken_by = voice_named(voice)
        key = (replace(spoken_by, speed=spoken_by.speed * speed), text)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        pcm: Pcm = await self._mouth.run("synthesize", text, key[0])
        self._remember(key, pcm)
        return pcm

    def _remember(self, key: tuple[Voice, str], pcm: Pcm) -> None:
        pcm.flags.writeable = False
        if key not in self._cache:
            self._cache[key] = pcm
            self._cached_bytes += pcm.nbytes
        while self._cached_bytes > self._cache_limit:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= oldest.nbytes

    async def recognize(self, pcm: Pcm, *, rate: int = 8000, hints: Sequence[str] = ()) -> Recognition:
        """Recognizes one utterance; ``hints`` are words to expect (as Twilio's <Gather hints>)."""
        heard: Recognition = await self._ear.run("recognize", pcm, rate, tuple(hints))
        return heard
