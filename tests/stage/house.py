"""The house under soak: two web processes behind the carrier's balancer, the worker and the dialer."""

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from demo.stack import Process, Stack, free_port
from tests.stage import VITALS
from tests.stage.doors import Door

WEB_PROCESSES = 2
DRAIN_SECONDS = "6"  # short, so that calls are still live when it is over
RESTART_SECONDS = 1.0
STOPS_WITHIN_SECONDS = 90.0  # of SIGTERM, live calls and all
SETTLED_SECONDS = 20.0
MEGABYTE = 1024.0
EXPECTED = "Service Unavailable: /api/calls/"  # a process that is being replaced takes no new calls


@dataclass
class Web:
    """One incarnation of a web process: what it weighed when it had settled, and last."""

    door: Door
    process: Process
    settled_mb: float | None = None
    last_mb: float = 0.0
    settled_calls: int = 0
    last_calls: int = 0
    killed: bool = False
    ready_at: float | None = None  # when it first answered
    ended_late: bool = False  # it did not end by itself after SIGTERM

    @property
    def is_settled(self) -> bool:
        """Whether it has everything loaded, so that what it weighs more later is growth."""
        return self.ready_at is not None and time.monotonic() - self.ready_at > SETTLED_SECONDS


@dataclass
class House(Stack):
    """Ringside's own processes; the vendors are in the process of the soak itself, at ``vendor_port``."""

    webs: list[Web] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "MAX_LIVE_CALLS": "1000",
            "RING_SECONDS": "10",
            "LOG_LEVEL": "INFO",
            "DRAIN_SECONDS": DRAIN_SECONDS,
        }

    def prepare(self) -> None:
        """The database, migrated."""
        self._prepare("migrate", "--verbosity", "0")

    def open(self) -> list[Door]:
        """Start everything; the doors are for the balancer."""
        doors = [Door(free_port()) for _ in range(WEB_PROCESSES)]
        for door in doors:
            self._start_web(door)
        self._spawn("worker", "manage.py", "db_worker", "--interval", "0.5")
        self._spawn("dialer", "manage.py", "dialer")
        return doors

    async def await_doors(self) -> None:
        """Until every web process answers."""
        for web in self.webs:
            await self._answers(web.door)

    @property
    def is_whole(self) -> bool:
        """Whether all doors are open; a deploy takes one process after the other."""
        latest = [self.web(door) for door in {id(web.door): web.door for web in self.webs}.values()]
        return all(web.ready_at is not None and not web.killed for web in latest)

    async def kill(self, door: Door, number: signal.Signals) -> None:
        """Send the process behind a door a signal, and start another one when it has ended."""
        web = self.web(door)
        if web.killed:
            return
        web.killed = True
        web.process.popen.send_signal(number)
        door.open = False
        await self._has_ended(web)
        self.processes.remove(web.process)
        web.process.log.close()
        await asyncio.sleep(RESTART_SECONDS)
        self._start_web(door)
        await self._answers(door)
        door.open = True

    async def _has_ended(self, web: Web) -> None:
        try:
            await asyncio.to_thread(web.process.popen.wait, STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            web.ended_late = True
            web.process.popen.kill()
            await asyncio.to_thread(web.process.popen.wait)

    def web(self, door: Door) -> Web:
        """The process that is behind a door now."""
        return next(web for web in reversed(self.webs) if web.door is door)

    def weigh(self, calls: int) -> None:
        """Note the memory of each web process; ``calls`` have been finished so far."""
        for web in self.webs:
            if web.killed or not web.is_settled:
                continue
            web.last_mb, web.last_calls = resident_mb(web.process.popen.pid), calls
            if web.settled_mb is None:
                web.settled_mb, web.settled_calls = web.last_mb, calls

    async def vitals(self) -> list[dict[str, Any]]:
        """Tasks, threads and sockets of each web process."""
        found = []
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            for web in self.webs:
                if not web.killed:
                    reply = await client.get(f"http://127.0.0.1:{web.door.port}{VITALS}")
                    found.append(reply.json() | {"sockets": sockets(web.process.popen.pid)})
        return found

    def complaints(self) -> dict[str, int]:
        """What the processes logged as errors, by message."""
        counts: dict[str, int] = {}
        for path in self.var_dir.glob("*.log"):
            text = path.read_text(errors="replace")
            errors = re.findall(r'"event": "([^"]*)"[^\n]*"level": "(?:error|critical)"', text)
            tracebacks = re.findall(r"^(?:ERROR|Traceback)[^\n]{0,80}", text, re.MULTILINE)
            for message in errors + tracebacks:
                if message.startswith(EXPECTED):
                    continue
                counts[message] = counts.get(message, 0) + 1
        return counts

    def hold_write_lock(self, seconds: float) -> None:
        """Somebody else writes to the database for so long."""
        url = self.environment()["DATABASE_URL"]
        if url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.var_dir / "ringside.sqlite3", timeout=20)) as database:
                database.execute("begin immediate")
                time.sleep(seconds)
                database.rollback()
            return
        with psycopg.connect(url) as connection:
            connection.execute("lock table calls_call, calls_callevent, calls_turn in exclusive mode")
            time.sleep(seconds)
            connection.rollback()

    def _start_web(self, door: Door) -> None:
        name = f"web-{len(self.webs)}"
        command = {"realestate.asgi:application": "tests.stage.watched:application", str(self.port): str(door.port)}
        self._spawn(name, *(command.get(word, word) for word in self._web_command()))
        self.webs.append(Web(door, self.processes[-1]))

    async def _answers(self, door: Door) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            for _ in range(600):
                with contextlib.suppress(httpx.HTTPError):
                    await client.get(f"http://127.0.0.1:{door.port}{VITALS}")
                    self.web(door).ready_at = time.monotonic()
                    return
                await asyncio.sleep(0.1)
        raise RuntimeError(f"the web process at {door.port} did not come up")


def resident_mb(pid: int) -> float:
    """The resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / MEGABYTE if found else 0.0


def sockets(pid: int) -> int:
    """How many sockets a process has open."""
    count = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            count += os.readlink(entry).startswith("socket:")
    return count
