"""A run: the vendors served, the house started, the calls placed, the figures taken."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from calls.api.tokens import issue_token
from leads.models import Lead
from tests.people import make_lead, make_staff
from tests.soak import report, rows
from tests.soak.faults import Plan, draw
from tests.soak.leg import Leg
from tests.soak.model import Model
from tests.soak.strikes import Strikes
from tests.soak.voices import Voices
from tests.stage.carrier import Carrier
from tests.stage.doors import Doors, Form
from tests.stage.house import House, resident_mb
from tests.stage.names import name_of
from tests.stage.placing import place
from tests.stage.rows import unfinished
from tests.stage.vendors import serving

SETTLE_SECONDS = 100  # for the sweep to learn what nobody told
WEIGH_EVERY_SECONDS = 5.0
IDLE_LOOKS = 40
TICK_SECONDS = 0.1


class Breakable(WebSocketsSansIOProtocol):
    """A WebSocket of uvicorn whose connection can be broken from outside, found by the peer's address."""

    transports: dict[Any, asyncio.Transport] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transports[self.client] = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transports.pop(self.client, None)
        super().connection_lost(exc)


class Soak:
    """All parts of one run."""

    def __init__(self, house: House, plans: list[Plan], *, at_once: int, say: Any) -> None:
        self.house, self.plans, self.at_once, self.say = house, plans, at_once, say
        self.model, self.voices = Model(), Voices()
        self.doors = Doors(house.url, house.auth_token)
        self.strikes = Strikes(self.model, self.voices, house, lambda: self.carrier)
        self.carrier: Carrier[Leg] = Carrier(self._connect)
        self.not_placed = 0
        self.lags: list[float] = []
        self.leads: list[Lead] = []
        self._by_number: dict[str, Plan] = {}
        self._token = ""

    def _connect(self, sid: str, fields: Form) -> Leg | None:
        plan = self._by_number.get(fields["To"])
        return Leg(sid, fields, plan, self.doors, self.carrier.next_sid, self.strikes) if plan else None

    async def run(self) -> dict[str, Any]:
        """Everything, in order; the figures."""
        await asyncio.to_thread(self._people)
        async with self._vendors():
            self.doors.doors = self.house.open()
            await self.house.await_doors()
            idle = await self.house.vitals()
            began = time.monotonic()
            await self._place_all()
            await self.strikes.over()
            seconds = time.monotonic() - began
            figures = await self._settle(idle)
            await self.doors.close()
        return {"calls": len(self.plans), "seconds": round(seconds), **figures}

    def _people(self) -> None:
        omar = make_staff("omar", phone="+15125550190", first_name="Omar", last_name="Haddad", manager=True)
        self._token = issue_token(omar)
        for plan in self.plans:
            lead = make_lead(first_name=name_of(plan.number), owner=omar)
            self.leads.append(lead)
            self._by_number[str(lead.phone)] = plan

    @asynccontextmanager
    async def _vendors(self) -> AsyncIterator[None]:
        """Carrier, models and voice on one port."""
        rest = Starlette(routes=[*self.carrier.routes(), *self.voices.routes()])

        async def application(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                transport = Breakable.transports.get(tuple(scope["client"]))
                await self.model.serve(receive, send, transport.abort if transport else lambda: None)
            else:
                await rest(scope, receive, send)

        async with serving(application, self.house.vendor_port, ws=Breakable):
            yield

    # --- the calls ----------------------------------------------------------------------------------------------------

    async def _place_all(self) -> None:
        lines = asyncio.Semaphore(self.at_once)
        headers = {"Authorization": f"Bearer {self._token}"}
        self._finished = 0
        async with httpx.AsyncClient(trust_env=False, timeout=30, headers=headers) as api, asyncio.TaskGroup() as tasks:
            scale, ticker = tasks.create_task(self._weigh()), tasks.create_task(self._watch_own_clock())
            async with asyncio.TaskGroup() as calls:
                for plan, lead in zip(self.plans, self.leads, strict=True):
                    await lines.acquire()
                    calls.create_task(self._hold(api, plan, lead, lines))
                    await asyncio.sleep(random.uniform(0.0, 20.0 / self.at_once))
            scale.cancel()
            ticker.cancel()

    async def _hold(self, api: httpx.AsyncClient, plan: Plan, lead: Lead, lines: asyncio.Semaphore) -> None:
        try:
            leg = await self._placed(api, plan, lead)
            if leg is None:
                self.not_placed += 1
                return
            await leg.ended.wait()
        finally:
            lines.release()
        await leg.over.wait()
        self._finished += 1

    async def _placed(self, api: httpx.AsyncClient, plan: Plan, lead: Lead) -> Leg | None:
        """Ask the house for the call, at any of its doors that is open."""
        await place(api, self.doors, lead.pk, plan.type)
        return next((leg for leg in self.carrier.legs.values() if leg.plan is plan), None)

    async def _weigh(self) -> None:
        while True:
            await asyncio.sleep(WEIGH_EVERY_SECONDS)
            self.house.weigh(self._finished)
            self.say(f"{self._finished} of {len(self.plans)} calls over")

    async def _watch_own_clock(self) -> None:
        """How late the carrier and the models of the soak are themselves: silence below that is not the house's."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)
            self.lags.append(time.monotonic() - began - TICK_SECONDS)

    # --- the figures --------------------------------------------------------------------------------------------------

    async def _settle(self, idle: list[dict[str, Any]]) -> dict[str, Any]:
        for _ in range(SETTLE_SECONDS):
            if not any((await asyncio.to_thread(unfinished)).values()):
                break
            await asyncio.sleep(1)
        left = await self._until_idle(idle)
        return await asyncio.to_thread(self._figures, left)

    async def _until_idle(self, idle: list[dict[str, Any]]) -> dict[str, Any]:
        """What is left of the calls in the web processes, when it has had time to go away."""
        before = max(one["tasks"] for one in idle)
        left = await self._left(before)
        for _ in range(IDLE_LOOKS):
            if not (left["tasks"] or left["sessions"]):
                break
            await asyncio.sleep(0.5)
            left = await self._left(before)
        return left

    async def _left(self, before: int) -> dict[str, Any]:
        """Tasks of a process beyond those before the first call, and model sessions still open."""
        processes = await self.house.vitals()
        busiest = max(processes, key=lambda one: int(one["tasks"]))
        more = max(0, busiest["tasks"] - before)
        open_sessions = sum(session.open for session in self.model.sessions)
        return {"tasks": more, "sessions": open_sessions, "names": busiest["by_name"] if more else {}}

    def _figures(self, left: dict[str, Any]) -> dict[str, Any]:
        legs, kept = list(self.carrier.legs.values()), rows.kept_by_sid()
        by_fault = report.tallies(legs, kept)
        struck = [silence for tally in by_fault.values() for silence in tally.silences]
        lost = [leg for leg in legs if report.is_lost(leg, kept.get(leg.sid))]
        stayed = [leg for leg in legs if report.overstayed(leg, kept.get(leg.sid))]
        greetings = [s.first_sound_s for leg in legs for s in leg.streams[:1] if s.first_sound_s is not None]
        for leg in {*lost, *stayed}:
            self.say(_story(leg, kept))
        return {
            "faults": {
                name: {
                    "calls": len(tally.silences),
                    "silence_s": report.summary(tally.silences),
                    "rungs": dict(tally.rungs),
                }
                for name, tally in by_fault.items()
            },
            "not_placed": self.not_placed,
            "lost": len(lost),
            "legs_open_over_60_s": len(stayed),
            "sessions_over_2_s": self._outlived(legs),
            "silence_s": report.summary(struck),
            "longest_silences": report.longest_silences(legs),
            "own_lag_s": report.summary(self.lags),
            "load_average": os.getloadavg()[0],
            "first_sound_s": report.summary(greetings),
            "crossed_audio": sum(leg.crossed for leg in legs) + sum(one.crossed for one in self.model.sessions),
            "leaked_tasks": left["tasks"],
            "leaked_sockets": left["sessions"],
            "left_over": left["names"],
            "unfinished_rows": unfinished(),
            "memory_mb": self._memory(),
            "ended_late": sum(web.ended_late for web in self.house.webs),
            **rows.counts(),
            "twice_booked": rows.counts()["calls_with_two_appointments"],
            "model_sessions": len(self.model.sessions),
            "refused_by_model": self.model.refused,
            "webhooks": self.doors.requests,
            "notes": _most_common([note for leg in legs for note in leg.notes]),
            "errors_logged": self.house.complaints(),
        }

    def _outlived(self, legs: list[Leg]) -> int:
        ends = {leg.plan.number: leg.ended_at for leg in legs if leg.fault != report.LEFT_SILENTLY and leg.ended_at}
        return sum(
            one.closed_at is None or one.closed_at > ends[one.number] + report.SESSION_SECONDS
            for one in self.model.sessions
            if one.number in ends
        )

    def _memory(self) -> dict[str, Any]:
        grown = [
            (web.last_mb - (web.settled_mb or 0.0), web.last_calls - web.settled_calls)
            for web in self.house.webs
            if web.settled_mb is not None
        ]
        return {
            "web_mb": [round(resident_mb(web.process.popen.pid)) for web in self.house.webs if not web.killed],
            "grown_mb": [round(growth, 1) for growth, _ in grown],
            "over_calls": [calls for _, calls in grown],
        }


def _story(leg: Leg, kept: dict[str, rows.Kept]) -> str:
    found = kept.get(leg.sid)
    told = f"{found.status} {found.rung} {found.reasons}" if found else "no row"
    return f"call {leg.plan.number} {leg.fault} at {leg.plan.at:.1f}: ended by {leg.how}; {told}; {leg.notes}"


def _most_common(notes: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for note in notes:
        counts[note] = counts.get(note, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:12])


def soak(house: House, *, calls: int, at_once: int, seed: int, fault: str, say: Any) -> dict[str, Any]:
    """Run it all in a house that is prepared; the figures."""
    plans = draw(calls, seed=seed, only=fault)
    try:
        return asyncio.run(Soak(house, plans, at_once=at_once, say=say).run())
    finally:
        house.stop()
