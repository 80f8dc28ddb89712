"""Worker processes for synthesis and recognition, so that the event loop with the audio clocks is never blocked.

Nothing here may import a numeric library: a worker sets its thread limits before it loads any.
"""

import asyncio
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context, parent_process
from typing import Any

# When work and clocks compete for a core, the clocks get ten times as much of it (Linux: 1.25 for each step).
NICENESS = 10
# One numeric thread per worker: several would wait for each other in busy loops, on the clocks' core.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def _settle() -> None:
    """Prepares a worker: no downloads, one thread, lower priority than the audio clocks, ended only by its owner."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    os.nice(NICENESS)
    threading.Thread(target=_follow_owner, daemon=True).start()


def _follow_owner() -> None:
    """Ends the worker with its owner: a killed owner cannot end its workers."""
    if (owner := parent_process()) is not None:
        owner.join()
        os._exit(0)


def _call(module: str, function: str, *args: Any) -> Any:
    """Runs in a worker: only there are the models' libraries loaded."""
    return getattr(import_module(module), function)(*args)


class Worker:
    """Processes for the functions of one module; they restart when one dies."""

    def __init__(self, module: str, *, processes: int = 1) -> None:
        self._module, self._processes = module, processes
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"), initializer=_settle)

    async def start(self) -> None:
        """Load the models in every process: each is kept from doing it twice by the others' taking as long."""
        await asyncio.gather(*(self.run("warm_up") for _ in range(self._processes)))

    async def run(self, function: str, *args: Any) -> Any:
        """That function's result. Raises what it raises."""
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
