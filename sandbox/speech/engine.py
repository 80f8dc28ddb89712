"""The voice and the ear as the rest of the sandbox sees them: awaitable, and in processes of their own.

Synthesis and recognition keep a core busy for tens to hundreds of milliseconds; audio clocks tick every 20.
So the event loop never runs them.
"""

import asyncio
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from importlib import import_module
from multiprocessing import get_context, parent_process
from typing import Any

from sandbox.audio import Pcm
from sandbox.speech import endpointing
from sandbox.speech.understood import Recognition
from sandbox.speech.voices import Voice, voice_named

CACHED_SECONDS = 900.0
_BYTES_PER_SECOND = 48000


def _be_nice() -> None:
    """In a worker: no downloads, behind the audio clocks in the queue for the processor, ended by its owner only."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.nice(2)
    threading.Thread(target=_follow_owner, daemon=True).start()


def _follow_owner() -> None:
    """A killed owner cannot end its workers, and they would wait for ever."""
    if (owner := parent_process()) is not None:
        owner.join()
        os._exit(0)


def _call(module: str, function: str, *args: Any) -> Any:
    """In a worker: only there are the models' libraries loaded."""
    return getattr(import_module(module), function)(*args)


class _Worker:
    """One process for the functions of one module; it starts again by itself if it dies."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_be_nice)

    async def start(self) -> None:
        await self.run("warm_up")

    async def run(self, function: str, *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        pool = self._pool
        try:
            return await loop.run_in_executor(pool, _call, self._module, function, *args)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = self._new_pool()
            return await loop.run_in_executor(self._pool, _call, self._module, function, *args)

    async def stop(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


class Speech:
    """Speaks and understands. Use between ``start()`` (2-4 s: loads the models) and ``stop()``."""

    def __init__(self, *, cached_seconds: float = CACHED_SECONDS) -> None:
        self._mouth = _Worker("sandbox.speech.synthesis")
        self._ear = _Worker("sandbox.speech.recognition")
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
        pcm: Pcm = await self._mouth.run("synthesise", text, key[0])
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

    async def recognise(self, pcm: Pcm, *, rate: int = 8000, hints: Sequence[str] = ()) -> Recognition:
        """What is said in one utterance; ``hints`` are words to expect (as Twilio's <Gather hints>)."""
        heard: Recognition = await self._ear.run("recognise", pcm, rate, tuple(hints))
        return heard
