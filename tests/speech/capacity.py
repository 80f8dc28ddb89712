"""How many calls at once the sandbox carries in real time, people and agents both speaking and understood."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import uvicorn

from sandbox.config import Config
from tests.speech.stranger import Stranger

OURS = "+15125550100"
# A frame later than this breaks the sound of a call that plays what it gets; an answer later than that is noticed.
LATEST_FRAME_MS, LATEST_ANSWER_MS = 100, 1000
_ACCOUNT, _TOKEN = "AC" + "5" * 32, "measuring"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """Milliseconds at the 99th (frames) and 95th (answers) percentile; ``cores`` used by the sandbox's processes.

    ``answer_ms`` is what an answer took beyond the latencies the settings ask for: recognition and waiting for it.
    """

    calls: int
    seconds: float
    turns: int
    frame_ms: float
    answer_ms: float
    answer_p50_ms: float
    cores: float
    load: float
    complaints: int

    @property
    def in_real_time(self) -> bool:
        return self.frame_ms <= LATEST_FRAME_MS and self.answer_ms <= LATEST_ANSWER_MS


async def measured(calls: Sequence[int], *, seconds: float) -> list[Round]:
    """A round for each number of calls at once, each with a sandbox of its own."""
    return [await _round(number, seconds) for number in calls]


async def _round(calls: int, seconds: float) -> Round:
    with _sandbox() as (url, pid):
        stranger = Stranger(url)
        async with _served(stranger):
            await _place(stranger, url, calls)
            began, cpu = time.monotonic(), _cpu(pid)
            await asyncio.sleep(seconds)
            lasted, used = time.monotonic() - began, _cpu(pid) - cpu
            report = await _get(f"{url}/sandbox/conformance")
    frames = [late for held in stranger.calls for late in held.late]
    config = Config()
    asked = (config.llm_first_token_ms + config.speech_first_byte_ms) / 1000
    waits = [wait - asked for held in stranger.calls for wait in held.waits] or [float("nan")]
    return Round(
        calls=calls,
        seconds=round(lasted, 1),
        turns=sum(held.turns for held in stranger.calls),
        frame_ms=round(1000 * float(np.percentile(frames, 99)), 1),
        answer_ms=round(1000 * float(np.percentile(waits, 95)), 1),
        answer_p50_ms=round(1000 * float(np.percentile(waits, 50)), 1),
        cores=round(used / lasted, 2),
        load=round(os.getloadavg()[0], 1),
        complaints=report["complaints"],
    )


@contextlib.contextmanager
def _sandbox() -> Iterator[tuple[str, int]]:
    """A sandbox in a process of its own, as everybody runs it; its address and its process id."""
    options = ["--port", "0", "--account-sid", _ACCOUNT, "--auth-token", _TOKEN, "--ring-seconds", "0.2"]
    command = [sys.executable, "-m", "sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextlib.asynccontextmanager
async def _served(stranger: Stranger) -> AsyncIterator[None]:
    listener = socket.create_server(("127.0.0.1", 0))
    stranger.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(stranger.application(), log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _place(stranger: Stranger, url: str, calls: int) -> None:
    """Ring everybody within two seconds, so that not all speak at the same time."""
    people = ("buyer", "seller")
    numbers = [f"+1512555{1000 + n}" for n in range(calls)]
    book = {number: {"persona": people[n % 2], "name": "Maria Lopez"} for n, number in enumerate(numbers)}
    async with httpx.AsyncClient(trust_env=False, auth=(_ACCOUNT, _TOKEN), timeout=30) as client:
        (await client.put(f"{url}/sandbox/phone-book", json=book)).raise_for_status()
        for number in numbers:
            form = {"To": number, "From": OURS, "Url": f"{stranger.address}/voice"}
            (await client.post(f"{url}/2010-04-01/Accounts/{_ACCOUNT}/Calls.json", data=form)).raise_for_status()
            await asyncio.sleep(2 / calls)
    await stranger.talking(calls)


async def _get(url: str) -> dict[str, int]:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        found: dict[str, int] = (await client.get(url)).json()
        return found


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and its children that still run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _seconds(pid) + sum(_seconds(int(child)) for child in children)


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def table(rounds: Sequence[Round]) -> Iterator[str]:
    heads = {"calls": 6, "turns": 7, "frame late p99": 17, "answer p50": 13, "p95": 9, "cores": 8, "load": 7}
    yield "".join(f"{name:>{width}}" for name, width in heads.items()) + "  in real time"
    for one in rounds:
        told = (
            f"{one.calls:>6}{one.turns:>7}{one.frame_ms:>14.0f} ms{one.answer_p50_ms:>10.0f} ms{one.answer_ms:>6.0f} ms"
        )
        yield f"{told}{one.cores:>8.2f}{one.load:>7.1f}  {'yes' if one.in_real_time else 'no'}"


def as_json(rounds: Sequence[Round]) -> list[dict[str, object]]:
    return [json.loads(json.dumps(vars(one) | {"in_real_time": one.in_real_time})) for one in rounds]
