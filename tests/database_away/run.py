"""A run: calls are placed and talk, the database goes away and comes back, the rows are compared with what was said."""

import asyncio
import contextlib
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from calls.api.tokens import issue_token
from calls.models import Call, CallEvent, EventKind, ToolUse, Turn
from leads.models import Activity, Appointment, Lead, Suppression
from tests.database_away.caller import WISHES, Doors, Leg, Models
from tests.database_away.proxy import Outage, Proxy
from tests.database_away.report import Figures, counted
from tests.people import make_lead, make_staff
from tests.soak.faults import CONVERSATIONAL, REALTIME, Plan
from tests.soak.report import summary
from tests.soak.voices import Voices
from tests.stage.carrier import Carrier
from tests.stage.doors import Form
from tests.stage.house import House
from tests.stage.names import name_of
from tests.stage.placing import place
from tests.stage.rows import unfinished
from tests.stage.vendors import serving

TALK_SECONDS = 9.0  # before the database goes
LEAVES_AFTER = 75.0  # the end of the outage, whoever is still on the line
LATEST_WISH = 15.0  # seconds into the outage
SETTLE_SECONDS = 90
CHANGING = ("schedule_appointment", "save_lead_preferences", "save_seller_details", "end_call")

type Say = Callable[[str], None]


class Trial:
    """All parts of one outage."""

    def __init__(
        self, house: House, proxy: Proxy | None, *, calls: int, seconds: float, how: Outage, first: int, say: Say
    ) -> None:
        self.house, self.proxy, self.seconds, self.how, self.say = house, proxy, seconds, how, say
        kinds = (REALTIME, CONVERSATIONAL)
        leaves = TALK_SECONDS + seconds + LEAVES_AFTER
        self.plans = [Plan(first + at, "none", kinds[at % 2], 0.0, leaves, first + at) for at in range(calls)]
        self.models, self.voices = Models(), Voices()
        self.doors = Doors(house.url, house.auth_token)
        self.carrier: Carrier[Leg] = Carrier(self._connect)
        self.carrier._serial = itertools.count(1000 * (first + 1))  # no two outages of a run have a sid in common
        self.figures = Figures(away_s=seconds, how=how if proxy else "lock", calls=calls)
        self._by_number: dict[str, Plan] = {}
        self._leads: dict[int, Lead] = {}
        self._token = ""

    def _connect(self, sid: str, fields: Form) -> Leg | None:
        plan = self._by_number.get(fields["To"])
        if plan is None:
            return None
        leg = Leg(sid, fields, plan, self.doors, self.carrier.next_sid)
        self.models.legs[plan.number] = leg
        return leg

    async def run(self) -> Figures:
        """Everything, in order."""
        await asyncio.to_thread(self._people)
        async with self._vendors():
            self.doors.doors = self.house.open()
            await self.house.await_doors()
            await self._place_all()
            await self._talked()
            await self._outage()
            await self._until_over()
            await asyncio.to_thread(self._compare)
            await self.doors.close()
        return self.figures

    def _people(self) -> None:
        omar = make_staff(
            f"omar{self.plans[0].number}", phone=f"+1512555{self.plans[0].number:04d}", first_name="Omar", manager=True
        )
        self._token = issue_token(omar)
        for plan in self.plans:
            lead = make_lead(first_name=name_of(plan.number), owner=omar)
            self._leads[plan.number] = lead
            self._by_number[str(lead.phone)] = plan

    @contextlib.asynccontextmanager
    async def _vendors(self) -> AsyncIterator[None]:
        rest = Starlette(routes=[*self.carrier.routes(), *self.voices.routes()])

        async def application(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                await self.models.serve(receive, send, lambda: None)
            else:
                await rest(scope, receive, send)

        async with serving(application, self.house.vendor_port):
            yield

    async def _place_all(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(trust_env=False, timeout=30, headers=headers) as api:
            for plan in self.plans:
                await place(api, self.doors, self._leads[plan.number].pk, plan.type)
                await asyncio.sleep(0.15)

    async def _talked(self) -> None:
        """Until every lead has said something, and some more."""
        legs = self.carrier.legs.values()
        for _ in range(300):
            if len(legs) == len(self.plans) and all(leg.said for leg in legs):
                break
            await asyncio.sleep(0.2)
        else:
            silent = [f"{leg.plan.type} {leg.how or leg.status} {leg.notes}" for leg in legs if not leg.said]
            raise RuntimeError(f"{len(legs)} calls came about, of which these have not talked: {silent}")
        await asyncio.sleep(TALK_SECONDS / 3)
        self.say(f"{len(legs)} leads have said {sum(len(leg.said) for leg in legs)} lines; the database goes away")

    # --- the outage -------------------------------------------------------------------------------------------------

    async def _outage(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            wishes = [tasks.create_task(self._wish(leg)) for leg in self.carrier.legs.values()]
            looks = tasks.create_task(self._look())
            if self.proxy is None:
                await asyncio.to_thread(self.house.hold_write_lock, self.seconds)
            else:
                async with self.proxy.away(self.how):
                    await asyncio.sleep(self.seconds)
            self.say("the database is back")
            looks.cancel()
            await asyncio.gather(*wishes)
            tasks.create_task(self._call_again())

    async def _wish(self, leg: Leg) -> None:
        await asyncio.sleep(random.uniform(0.2, min(self.seconds * 0.8, LATEST_WISH)))
        leg.wish_due.set()

    async def _look(self) -> None:
        """What health says meanwhile."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    door = random.choice(self.doors.doors)
                    reply = await client.get(f"http://127.0.0.1:{door.port}/api/realtime/health")
                    self.figures.health_while_away.append(f"{reply.status_code} {reply.json()['down']}")
                    self.figures.loop_lag_ms = reply.json()["loop_lag_ms"]
                await asyncio.sleep(1.5)

    async def _call_again(self) -> None:
        """As soon as the database is back, the staff tries to have an AI call those who asked for no more calls."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(trust_env=False, timeout=30, headers=headers) as api:
            for leg in list(self.carrier.legs.values()):
                if leg.wished_at is None:
                    continue
                port = random.choice(self.doors.doors).port
                lead = self._leads[leg.plan.number]
                with contextlib.suppress(httpx.HTTPError):
                    reply = await api.post(
                        f"http://127.0.0.1:{port}/api/calls/{lead.pk}/initiate", json={"type": CONVERSATIONAL}
                    )
                    self.figures.called_again += reply.status_code == 201

    async def _until_over(self) -> None:
        began = time.monotonic()
        await asyncio.gather(*(leg.over.wait() for leg in self.carrier.legs.values()))
        for _ in range(SETTLE_SECONDS):
            left = await asyncio.to_thread(unfinished)
            if not (left["calls"] or left["engine_spans"] or self._unwritten()):
                break
            await asyncio.sleep(1)
        self.figures.settled_after_s = round(time.monotonic() - began, 1)

    def _unwritten(self) -> list[Any]:
        return list((self.house.var_dir / "unwritten").glob("*.json"))

    # --- the figures ------------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        found, legs = self.figures, list(self.carrier.legs.values())
        for leg in legs:
            self._compare_one(leg)
        found.ended = dict(Counter(f"{leg.plan.type}: {leg.how}" for leg in legs))
        silences = [leg.ear.longest_silence(leg.answered_at or 0.0, leg.ended_at or 0.0, after=0.0) for leg in legs]
        found.silence_s = summary(silences)
        found.left_unwritten = len(self._unwritten()) + len(list((self.house.var_dir / "unwritten").glob("*.bad")))
        found.answers = counted(self.doors.answers)
        found.error_pages = sum(count for (_, said), count in self.doors.answers.items() if said.startswith("500"))
        found.slowest_answer_s = round(self.doors.longest, 2)
        found.processes_died = sum(process.is_dead for process in self.house.processes)

    def _compare_one(self, leg: Leg) -> None:
        found, lead = self.figures, self._leads[leg.plan.number]
        call = Call.objects.get(twilio_sid=leg.sid)
        if leg.wished_at is not None:
            found.wishes += 1
            found.wishes_lost += not Suppression.objects.filter(phone=lead.phone).exists()
            found.wishes_doubled += Activity.objects.filter(lead=lead, kind=Activity.Kind.OPT_OUT).count() > 1
        if leg.left_without_farewell:
            found.calls_without_farewell += 1
            self.say(f"lead {leg.plan.number} ({leg.plan.type}) was left: {leg.how} {leg.notes}")
        texts = list(Turn.objects.filter(call=call, speaker=Turn.Speaker.LEAD).values_list("text", flat=True))
        for line in leg.said:
            found.lines += 1
            times = sum(line in text for text in texts)
            found.lines_doubled += times > 1
            if not times:
                found.lines_lost += 1
                self.say(f"lead {leg.plan.number} ({leg.plan.type}) said {line!r}; the rows have {texts}")
        self._compare_tools(call)
        promised = CallEvent.objects.filter(call=call, kind=EventKind.CALL_BACK_PROMISED).exists()
        if leg.how == "document" and leg.wished_at is None and not promised:
            found.promises_lost += 1

    def _compare_tools(self, call: Call) -> None:
        """What the model asked for on this call was done, or is on somebody's list."""
        asked = ToolUse.objects.filter(call=call, name__in=CHANGING)
        self.figures.tools += asked.count()
        self.figures.tools_lost += asked.filter(ok=None).count()
        booked = asked.filter(name="schedule_appointment").exists()
        known = Appointment.objects.filter(call_id=call.pk).exists() or Activity.objects.filter(
            call_id=call.pk, kind=Activity.Kind.TASK
        )
        if booked and not known and not asked.filter(result__error__isnull=False).exists():
            self.figures.bookings_without_a_word += 1


async def outage(house: House, *, calls: int, seconds: float, how: Outage, first: int, say: Say) -> Figures:
    """One outage in a house that is prepared and not started."""
    direct = house.environment()["DATABASE_URL"]
    if direct.startswith("sqlite"):
        return await Trial(house, None, calls=calls, seconds=seconds, how=how, first=first, say=say).run()
    parts = urlsplit(direct)
    proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 5432)
    async with proxy.serving():
        user = f"{parts.username}{f':{parts.password}' if parts.password else ''}@" if parts.username else ""
        through = parts._replace(netloc=f"{user}127.0.0.1:{proxy.port}").geturl()
        house.overrides = dict(house.overrides) | {"DATABASE_URL": through}
        try:
            return await Trial(house, proxy, calls=calls, seconds=seconds, how=how, first=first, say=say).run()
        finally:
            house.overrides = dict(house.overrides) | {"DATABASE_URL": direct}


def database_trial(house: House, *, calls: int, outages: list[float], how: Outage, say: Say) -> list[Figures]:
    """One outage after the other, each with processes and calls of its own."""
    found = []
    for at, seconds in enumerate(outages):
        try:
            found.append(asyncio.run(outage(house, calls=calls, seconds=seconds, how=how, first=at * 100, say=say)))
        finally:
            house.stop()
            house.webs.clear()
    return found


__all__ = ["WISHES", "database_trial"]
