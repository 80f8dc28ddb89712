"""Owns all background tasks: reports the ones that fail, cancels the rest at shutdown."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sandbox.complaints import Complaints


class TaskSupervisor:
    """Starts tasks, reports the ones that fail, cancels all at ``close``."""

    def __init__(self, complaints: Complaints) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._complaints = complaints

    def spawn[T](self, work: Coroutine[Any, Any, T], *, awaited: bool = False) -> asyncio.Task[T]:
        """Starts a task; ``awaited`` work may fail: whoever awaits it handles that."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard if awaited else self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            problem = f"{type(error).__name__}: {error} {_where(error)}"
            self._complaints.add(
                "twilio.tasks", message=getattr(task.get_coro(), "__qualname__", "task"), problem=problem, by="sandbox"
            )

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _where(error: BaseException) -> str:
    """The innermost line of a traceback."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
