"""One trial: calls go on through the server while a stranger does one thing, and what they and it notice."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from tests.bench.accounts import Account, percentile
from tests.bench.carrier import PATH, Line, Speaking, Ticket, dial, sign
from tests.bench.house import AUTH_TOKEN, ROOT, Server
from tests.bench.model import DELTA_SECONDS, Model, modelling
from tests.bench.sound import Journal, stamp_of
from tests.floods.watched import LATE

DIALS_AT_ONCE = 5
PATIENCE = 60.0
GLANCE_SECONDS = 0.05
VISIT_SECONDS = 0.25
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Trial:
    """What was noticed of one attack."""

    attack: str
    seconds: float
    sent_mb: float
    connections: int
    calls: int  # that were live before, and after
    left: int
    lag_p99_ms: float
    lag_max_ms: float
    silence_ms: float  # the longest a caller heard within a sentence of the agent's
    sound_p99_ms: float  # how late sound is, both ways
    gaps: int  # pieces of sound lost or out of order
    visitor_ms: float  # the longest somebody else waited for a page
    cpu: float  # % of a core
    memory_before_mb: float
    memory_peak_mb: float
    memory_after_mb: float


class Listening(Line):
    """A line that notes how long its caller hears nothing within a sentence."""

    def __init__(self, number: int, ticket: Ticket, heard: Journal) -> None:
        super().__init__(number, ticket, heard)
        self.silence = 0.0
        self._said_ns = 0

    def _play(self, text: str) -> None:
        stamp, until = stamp_of(text), self._played_until
        if stamp is not None and stamp[1] == self._number:
            if self._said_ns and stamp[0] - self._said_ns < 2e9 * DELTA_SECONDS:
                self.silence = max(self.silence, self._loop.time() - until)
            self._said_ns = stamp[0]
        super()._play(text)


@dataclass(slots=True)
class Held:
    """The calls of a run."""

    server: Server
    lines: list[Listening]
    model: Model
    heard: Journal

    @property
    def live(self) -> int:
        """How many still have their stream."""
        return sum(line.is_open for line in self.lines)


@asynccontextmanager
async def holding(server: Server, calls: int) -> AsyncIterator[Held]:
    """So many calls, everybody talking."""
    model, heard, gate = Model(plain=False), Journal(), asyncio.Semaphore(DIALS_AT_ONCE)

    async def one(number: int) -> Listening:
        async with gate:
            line = Listening(number, server.tickets.pop(), heard)
            await dial(line, port=server.port, auth_token=AUTH_TOKEN)
            return line

    async with modelling(model, server.model_port):
        lines = await asyncio.gather(*(one(number) for number in range(calls)))
        speaking = Speaking(dict(enumerate(lines)))
        try:
            async with asyncio.timeout(PATIENCE):
                await model.all_listen(calls)
            yield Held(server, lines, model, heard)
        finally:
            speaking.stop()
            for line in lines:
                line.hang_up()
            await asyncio.sleep(0.5)


async def attempt(held: Held, attack: str, *, seconds: float, settle: float) -> Trial:
    """Let a stranger do that, and say what came of it once it is over."""
    server = held.server
    await asyncio.to_thread(_late, server)
    _begin(held)
    before, calls, peak, waits = Account.of(server.pid), held.live, [0], [0.0]
    with _attacking(server, attack, seconds) as stranger:
        while stranger.poll() is None:
            peak.append(Account.of(server.pid).resident)
            waits.append(await asyncio.to_thread(_visit, server))
            await asyncio.sleep(GLANCE_SECONDS)
        sent = json.loads(stranger.communicate()[0] or "{}")
    during = Account.of(server.pid)
    await asyncio.sleep(settle)
    late, after = await asyncio.to_thread(_late, server), Account.of(server.pid)
    sound = [ns / 1e6 for ns in (*held.heard.late, *held.model.heard.late)]
    return Trial(
        attack=attack,
        seconds=round(during.at - before.at, 1),
        sent_mb=round(sent.get("sent", 0) / 1e6, 1),
        connections=sent.get("connections", 0),
        calls=calls,
        left=held.live,
        lag_p99_ms=round(percentile(late, 0.99), 1),
        lag_max_ms=round(max(late, default=0.0), 1),
        silence_ms=round(max((line.silence for line in held.lines), default=0.0) * 1000, 1),
        sound_p99_ms=round(percentile(sound, 0.99), 1),
        gaps=held.heard.gaps + held.model.heard.gaps,
        visitor_ms=round(max(waits) * 1000, 1),
        cpu=round((during.cpu - before.cpu) / (during.at - before.at) * 100, 1),
        memory_before_mb=_megabytes(before.resident),
        memory_peak_mb=_megabytes(max(*peak, before.resident)),
        memory_after_mb=_megabytes(after.resident),
    )


def _begin(held: Held) -> None:
    held.heard.begin()
    held.model.heard.begin()
    for line in held.lines:
        line.silence = 0.0


@contextmanager
def _attacking(server: Server, attack: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    url = f"ws://127.0.0.1:{server.port}{PATH}"
    known = server.tickets[0].call
    arguments = (attack, str(server.port), known, sign(url, AUTH_TOKEN), str(seconds))
    command = [sys.executable, "-m", "tests.floods.attacks", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as stranger:
        yield stranger


def _visit(server: Server) -> float:
    """How long somebody else waits for the log-in page."""
    began = time.monotonic()
    _direct.open(f"http://127.0.0.1:{server.port}/login/", timeout=60).close()
    return time.monotonic() - began


def _late(server: Server) -> list[float]:
    with _direct.open(f"http://127.0.0.1:{server.port}{LATE}", timeout=60) as answer:
        return list(json.load(answer))


def _megabytes(size: int) -> float:
    return round(size / (1 << 20), 1)
