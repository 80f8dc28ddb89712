"""Models ready before they are missed."""

import time

from sandbox.speech.endpointing import Pool


def settled(pool: Pool, count: int) -> bool:
    until = time.monotonic() + 10
    while len(pool) < count and time.monotonic() < until:
        time.sleep(0.01)
    return len(pool) == count


def test_more_are_loaded_behind_each_one_taken() -> None:
    pool = Pool()
    pool.keep(2)
    taken = [pool.take() for _ in range(2)]

    assert settled(pool, 2)
    assert len({id(model) for model in [*taken, pool.take(), pool.take()]}) == 4


def test_those_of_finished_streams_come_back() -> None:
    pool = Pool()
    model = pool.take()
    pool.give_back(model)

    assert pool.take() is model
    assert len(pool) == 0


def test_an_empty_pool_still_serves() -> None:
    pool = Pool()

    assert pool.take() is not pool.take()
    assert len(pool) == 0
