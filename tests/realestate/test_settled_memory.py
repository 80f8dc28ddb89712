"""What stays is left out of collections, at the start and again when everything is loaded."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from realestate import settled_memory
from realestate.graceful_shutdown import lifespan

FREED = 500  # objects of others that may have gone meanwhile; a frozen one that is freed is counted no more


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


async def test_what_is_there_at_the_start_and_what_is_loaded_soon_after_is_frozen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settled_memory, "LOADED_SECONDS", 0.05)
    settled_memory.settle(asyncio.get_running_loop())
    at_first = gc.get_freeze_count()
    assert at_first > 10_000
    loaded = [[number] for number in range(5000)]
    await asyncio.sleep(0.2)
    assert gc.get_freeze_count() >= at_first + len(loaded) - FREED


async def test_a_process_settles_when_it_starts() -> None:
    coming = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, str]:
        return next(coming)

    async def send(message: dict[str, str]) -> None:
        if message["type"] == "lifespan.startup.complete":
            assert gc.get_freeze_count() > 10_000

    await asyncio.to_thread(asyncio.run, lifespan({}, receive, send))  # away from the thread that takes signals
