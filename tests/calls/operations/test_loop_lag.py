"""How late the event loop is."""

import asyncio
import time

from calls.operations.loop_lag import EVERY_SECONDS, LoopLag


async def test_nothing_is_known_of_a_loop_nobody_watches() -> None:
    assert LoopLag().percentiles() == {"p50": None, "p95": None, "p99": None}


async def test_a_loop_that_was_held_up_is_found_late() -> None:
    lag = LoopLag()
    lag.watch(asyncio.get_running_loop())
    await asyncio.sleep(0)
    time.sleep(EVERY_SECONDS + 0.2)  # noqa: ASYNC251 - what must never happen
    await asyncio.sleep(EVERY_SECONDS)
    worst = lag.percentiles()["p99"]
    assert worst is not None
    assert worst >= 200


async def test_watching_twice_is_watching_once() -> None:
    lag = LoopLag()
    for _ in range(5):
        lag.watch(asyncio.get_running_loop())
    await asyncio.sleep(EVERY_SECONDS * 3)
    assert 1 <= len(lag._late) <= 4
