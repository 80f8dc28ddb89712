"""Controls what a call does next: instructions from outside interrupt the document that is running."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from sandbox.twilio.twiml import Document

# Fields of a form in their order; a name may come twice.
type Form = tuple[tuple[str, str], ...]

# The cause of a call's end when its document has no more verbs.
END_OF_DOCUMENT = "end of document"


@dataclass(frozen=True)
class Goto:
    """Fetch this URL and go on with the document found there."""

    url: str
    method: str = "POST"
    form: Form = ()


@dataclass(frozen=True)
class Run:
    """Go on with this document."""

    document: Document


@dataclass(frozen=True)
class HangUp:
    """End the call. ``cause`` is for the log: who or what ended it."""

    cause: str
    status: str = "completed"


type Instruction = Goto | Run | HangUp


class Interrupted(Exception):
    """A new instruction came while another was carried out."""

    def __init__(self, instruction: Instruction) -> None:
        super().__init__(instruction)
        self.instruction = instruction


class FlowControl:
    """Instructions from outside the document: REST updates, the person hanging up, time limits. A hang-up is final."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Instruction] = asyncio.Queue()
        self._ended = asyncio.Event()
        self.final: HangUp | None = None

    def give(self, instruction: Instruction) -> None:
        if self.final is not None:
            return
        if isinstance(instruction, HangUp):
            self.final = instruction
            self._ended.set()
        self._waiting.put_nowait(instruction)

    async def interruptible[T](self, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``; raises Interrupted, after ``work`` has cleaned up, if an instruction comes first."""
        if not self._waiting.empty():
            work.close()
            raise Interrupted(self.final or self._waiting.get_nowait())
        done, waiting = await _race(work, self._waiting.get())
        if waiting is not None:
            raise Interrupted(self.final or waiting.result())
        return done.result()

    async def unless_ended[T](self, work: Coroutine[Any, Any, T]) -> T:
        """The same, but only a hang-up interrupts; other instructions wait for the next ``interruptible``."""
        done, _ = await _race(work, self._ended.wait())
        if self.final is not None:
            raise Interrupted(self.final)
        return done.result()


async def _race[T, U](
    work: Coroutine[Any, Any, T], signal: Coroutine[Any, Any, U]
) -> tuple[asyncio.Future[T], asyncio.Future[U] | None]:
    """Starts both; whatever is not done at the first finish is canceled and waited for."""
    doing, waiting = asyncio.ensure_future(work), asyncio.ensure_future(signal)
    try:
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return doing, waiting if waiting.done() else None
    finally:
        await _put_down(doing)
        await _put_down(waiting)


async def _put_down(task: asyncio.Future[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task
