"""Blocking work of a call runs beside the event loop, in threads of its own."""

import threading
from functools import partial

import pytest

from calls.models import Call
from realtime.session.thread_pool import THREADS, in_thread


def thread_name(*, prefix: str = "") -> str:
    return prefix + threading.current_thread().name


async def test_work_runs_in_a_thread_of_the_pool_and_gives_its_result() -> None:
    assert (await in_thread(thread_name)(prefix="in ")).startswith("in call-session")


async def test_an_error_of_the_work_reaches_the_call() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(partial(divmod, 1))(0)


async def test_rows_are_read_over_a_connection_of_the_threads_own(call: Call) -> None:
    assert (await in_thread(Call.objects.get)(pk=call.pk)).pk == call.pk


async def test_no_more_threads_are_started_than_the_pool_has() -> None:
    names = [await in_thread(thread_name)() for _ in range(2 * THREADS)]
    assert 1 <= len(set(names)) <= THREADS
