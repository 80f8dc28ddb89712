"""Work in a process of its own."""

import pytest

from sandbox.worker import Worker


async def test_a_function_runs_elsewhere_and_its_failure_comes_back():
    worker = Worker("math")
    try:
        assert await worker.run("isqrt", 49) == 7
        with pytest.raises(ValueError, match="nonnegative"):
            await worker.run("isqrt", -1)
    finally:
        await worker.stop()
