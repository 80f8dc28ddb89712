"""One round: so many calls at once through one server, and what they cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from math import nan

from websockets.asyncio.client import connect

from tests.bench.accounts import Account, Share, percentile
from tests.bench.carrier import Line, Speaking, Ticket, dial
from tests.bench.house import AUTH_TOKEN, Server
from tests.bench.model import Model, modelling
from tests.bench.sound import Journal

DIALS_AT_ONCE = 5
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Way:
    """Sound on its way from one end to the other: ms late, pieces in all, and gaps in the sequence."""

    p50: float
    p95: float
    p99: float
    pieces: int
    gaps: int

    @classmethod
    def of(cls, journal: Journal) -> "Way":
        """What the journal says."""
        late = [ns / 1e6 for ns in journal.late]
        p50, p95, p99 = (round(percentile(late, share), 3) for share in (0.5, 0.95, 0.99))
        return cls(p50, p95, p99, journal.arrived, journal.gaps)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round measured. CPU in percent of a core per call, without the idle process; memory in kB per call."""

    server: str
    calls: int
    pages: int
    seconds: float
    cpu: float
    loop_cpu: float
    memory: float
    up: Way  # caller to model
    down: Way  # model to caller
    spoken: int  # frames and deltas sent in the window
    lag: dict[str, float]


async def play(server: Server, *, calls: int, seconds: float, pages: int, idle: Share, settle: float) -> Round:
    """Hold `calls` calls through the server; measure for `seconds` once everybody talks."""
    tickets = [server.tickets.pop() for _ in range(calls)] if server.tickets else [Ticket()] * calls
    model, heard = Model(plain=server.plain), Journal()
    before = Account.of(server.pid)
    async with modelling(model, server.model_port), _lines(server, tickets, heard) as lines:
        speaking = Speaking(lines)
        try:
            await _everybody_talks(model, calls)
            async with _watching(server, tickets[:pages]):
                await asyncio.sleep(settle)
                return await _measure(server, model, heard, speaking, before, seconds, pages, idle)
        finally:
            speaking.stop()
            for line in lines.values():
                line.hang_up()
            await asyncio.sleep(settle)


async def _measure(
    server: Server,
    model: Model,
    heard: Journal,
    speaking: Speaking,
    before: Account,
    seconds: float,
    pages: int,
    idle: Share,
) -> Round:
    model.heard.begin()
    heard.begin()
    spoken, begun = speaking.spoken + model.spoken, Account.of(server.pid)
    await asyncio.sleep(seconds)
    ended, sent = Account.of(server.pid), speaking.spoken + model.spoken - spoken
    used, calls = Share.between(begun, ended), len(speaking.lines)
    up, down = Way.of(model.heard), Way.of(heard)
    return Round(
        server=server.name,
        calls=calls,
        pages=pages,
        seconds=seconds,
        cpu=(used.whole - idle.whole) / calls,
        loop_cpu=(used.loop - idle.loop) / calls,
        memory=(ended.resident - before.resident) / 1024 / calls,
        up=up,
        down=down,
        spoken=sent,
        lag=await _lag(server),
    )


async def idle_share(server: Server, seconds: float) -> Share:
    """What the server uses when nobody calls."""
    before = Account.of(server.pid)
    await asyncio.sleep(seconds)
    return Share.between(before, Account.of(server.pid))


async def _lag(server: Server) -> dict[str, float]:
    if not server.session:
        return {}
    health = await asyncio.to_thread(server.health)
    return {name: value if value is not None else nan for name, value in health.get("loop_lag_ms", {}).items()}


@asynccontextmanager
async def _lines(server: Server, tickets: list[Ticket], heard: Journal) -> AsyncIterator[dict[int, Line]]:
    gate = asyncio.Semaphore(DIALS_AT_ONCE)

    async def one(number: int, ticket: Ticket) -> Line:
        async with gate:
            return await dial(Line(number, ticket, heard), port=server.port, auth_token=AUTH_TOKEN)

    yield dict(enumerate(await asyncio.gather(*(one(number, ticket) for number, ticket in enumerate(tickets)))))


async def _everybody_talks(model: Model, calls: int) -> None:
    async with asyncio.timeout(PATIENCE):
        await model.all_listen(calls)


@asynccontextmanager
async def _watching(server: Server, tickets: list[Ticket]) -> AsyncIterator[None]:
    """Somebody has these calls' pages open."""
    origin = f"http://127.0.0.1:{server.port}"
    async with AsyncExitStack() as stack:
        for ticket in tickets if server.session else []:
            page = await stack.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{server.port}/ws/calls/{ticket.call}",
                    proxy=None,
                    origin=origin,  # type: ignore[arg-type]
                    additional_headers={"Cookie": f"sessionid={server.session}"},
                )
            )
            stack.push_async_callback(_cancel, asyncio.create_task(_read(page)))
        yield


async def _read(page: object) -> None:
    async for _ in page:  # type: ignore[attr-defined]
        pass


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
