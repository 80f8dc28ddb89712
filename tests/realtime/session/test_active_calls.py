"""A process that has to stop: its calls may end by themselves for a while, then they are stepped down."""

import asyncio

import pytest

from realtime.session.active_calls import ActiveCalls

PATIENCE = 5.0


class Held:
    """A call that ends once it is stepped down, or never."""

    def __init__(self, *, obeys: bool = True) -> None:
        self.reasons: list[str] = []
        self.over = asyncio.Event()
        self._obeys = obeys

    def step_down(self, reason: str) -> None:
        self.reasons.append(reason)
        if self._obeys:
            self.over.set()

    async def held_by(self, calls: ActiveCalls) -> None:
        with calls.holding(self):
            await self.over.wait()


async def test_a_process_without_calls_leaves_at_once() -> None:
    leaving = asyncio.create_task(ActiveCalls().drain(3600.0))
    done, _ = await asyncio.wait([leaving], timeout=PATIENCE)
    assert done == {leaving}


async def test_a_call_that_ends_in_time_is_not_stepped_down() -> None:
    calls, call = ActiveCalls(), Held()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(call.held_by(calls))
        await asyncio.sleep(0)
        draining = tasks.create_task(calls.drain(3600.0))
        await asyncio.sleep(0)
        assert not draining.done()
        call.over.set()
    assert call.reasons == []


async def test_every_call_still_held_after_that_is_stepped_down_once() -> None:
    calls, held = ActiveCalls(), [Held(), Held()]
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        for call in held:
            tasks.create_task(call.held_by(calls))
        await asyncio.sleep(0)
        await calls.drain(0.01)
    assert [call.reasons for call in held] == [["deploy"], ["deploy"]]


async def test_a_call_that_fails_is_no_longer_held() -> None:
    calls = ActiveCalls()
    with pytest.raises(RuntimeError), calls.holding(Held()):
        raise RuntimeError
    async with asyncio.timeout(PATIENCE):
        await calls.drain(3600.0)


async def test_a_call_that_does_not_end_is_not_waited_for_without_a_limit() -> None:
    calls, call = ActiveCalls(), Held(obeys=False)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(call.held_by(calls))
        await asyncio.sleep(0)
        await calls.drain(0.01, last_words_s=0.01)
        assert call.reasons == ["deploy"]
        call.over.set()
