"""A run: the vendors served, the house started, the calls placed, the rows and the vendors' counts compared."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from django.test import override_settings
from starlette.applications import Starlette

from calls.api.tokens import issue_token
from leads.models import Lead
from tests.people import make_lead, make_staff
from tests.stage.carrier import Carrier
from tests.stage.doors import Doors, Form
from tests.stage.house import House
from tests.stage.names import name_of
from tests.stage.placing import place
from tests.stage.rows import unfinished
from tests.stage.vendors import serving
from tests.storm import report, rows
from tests.storm.leg import Leg
from tests.storm.vendors import Vendors
from tests.storm.weather import Fate, Plan, draw

AT_ONCE_SECONDS = 3.0  # in which as many calls begin as there are lines
SETTLE_SECONDS = 30
QUICK_HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody logs in here

type Say = Callable[[str], None]


class Storm:
    """All parts of one run."""

    def __init__(self, house: House, plans: list[Plan], *, at_once: int, say: Say) -> None:
        self.house, self.plans, self.at_once, self.say = house, plans, at_once, say
        self.vendors = Vendors()
        self.doors = Doors(house.url, house.auth_token)
        self.carrier: Carrier[Leg] = Carrier(self._connect)
        self.leads: list[Lead] = []
        self._by_number: dict[str, Plan] = {}
        self._token = ""
        self._over = 0

    async def run(self) -> dict[str, Any]:
        """Everything, in order; the figures."""
        await asyncio.to_thread(self._people)
        answers = Starlette(routes=[*self.carrier.routes(), *self.vendors.routes()])
        async with serving(answers, self.house.vendor_port):
            self.doors.doors = self.house.open()
            await self.house.await_doors()
            began = time.monotonic()
            await self._place_all()
            seconds = time.monotonic() - began
            await self._settle()
            figures = await asyncio.to_thread(self._figures)
            await self.doors.close()
        return {"calls": len(self.plans), "seconds": round(seconds), **figures}

    @override_settings(PASSWORD_HASHERS=QUICK_HASHER)
    def _people(self) -> None:
        """Each lead has an owner with a calendar of their own, so that no two callers want the same time."""
        self._token = issue_token(make_staff("mona", phone="+15125550192", manager=True))
        for plan in self.plans:
            name = name_of(plan.number)
            lead = make_lead(first_name=name, owner=make_staff(f"owner-of-{name}"))
            self.leads.append(lead)
            self._by_number[str(lead.phone)] = plan

    def _connect(self, sid: str, fields: Form) -> Leg | None:
        plan = self._by_number.get(fields["To"])
        return Leg(sid, fields, plan, self.doors, self.carrier.next_sid) if plan else None

    async def _place_all(self) -> None:
        lines = asyncio.Semaphore(self.at_once)
        headers = {"Authorization": f"Bearer {self._token}"}
        async with (
            httpx.AsyncClient(trust_env=False, timeout=30, headers=headers) as api,
            asyncio.TaskGroup() as calls,
        ):
            for plan, lead in zip(self.plans, self.leads, strict=True):
                await lines.acquire()
                calls.create_task(self._hold(api, plan, lead, lines))
                await asyncio.sleep(AT_ONCE_SECONDS / self.at_once)

    async def _hold(self, api: httpx.AsyncClient, plan: Plan, lead: Lead, lines: asyncio.Semaphore) -> None:
        try:
            await place(api, self.doors, lead.pk, "conversational")
            leg = next((leg for leg in self.carrier.legs.values() if leg.plan is plan), None)
            if leg is None:
                return
            await leg.ended.wait()
        finally:
            lines.release()
        await leg.over.wait()
        self._over += 1
        if self._over % 20 == 0:
            self.say(f"{self._over} of {len(self.plans)} calls over")

    async def _settle(self) -> None:
        for _ in range(SETTLE_SECONDS):
            if not any((await asyncio.to_thread(unfinished)).values()):
                return
            await asyncio.sleep(1)

    def _figures(self) -> dict[str, Any]:
        legs, kept = list(self.carrier.legs.values()), rows.kept_by_sid()
        harm: Counter[str] = Counter()
        for leg in legs:
            found = +report.of_call(_played(leg), kept.get(leg.sid, rows.Kept()), self._asked_in(leg))
            if found:
                self.say(f"call {leg.plan.number}: {dict(found)} {leg.notes}")
            harm += found
        for (output, text), count in self.vendors.renderings.items():
            if count > 1:
                self.say(f"rendered {count} times as {output}: {text}")
        harm["doubled_renderings"] = sum(count - 1 for count in self.vendors.renderings.values())
        harm["doubled_usage"] += rows.characters_booked() > self.vendors.characters
        harm["strange_chats"] = self.vendors.strange
        harm["not_placed"] = len(self.plans) - len(legs)
        return (
            _weather(legs)
            | {
                "turns": sum(len(one.lead_turns) for one in kept.values()),
                "bookings": sum(one.appointments for one in kept.values()),
                "chats": sum(self.vendors.chats.values()),
                "renderings": sum(self.vendors.renderings.values()),
            }
            | {name: harm[name] for name in report.NOUGHT}
            | {"unfinished_rows": unfinished(), "errors_logged": self.house.complaints()}
        )

    def _asked_in(self, leg: Leg) -> Counter[Any]:
        return Counter(
            {asked: count for (number, asked), count in self.vendors.chats.items() if number == leg.plan.number}
        )


def _played(leg: Leg) -> report.Played:
    return report.Played(leg.plan.number, leg.how, leg.lines_said, leg.bridges, leg.post.answers)


def _weather(legs: list[Leg]) -> dict[str, Any]:
    """How the webhooks came."""
    fates = Counter(fate for leg in legs for fate in leg.post.fates)
    answers = [answer for leg in legs for answer in leg.post.answers]
    return {
        "webhooks": fates.total(),
        "deliveries_answered": len(answers),
        "of_them": dict(Counter(answer.kind for answer in answers)),
        "twice_at_once": fates[Fate.TWICE_AT_ONCE],
        "again_late": fates[Fate.AGAIN_LATE],
        "again_in_the_next_turn": fates[Fate.AGAIN_NEXT_TURN],
        "answer_lost": fates[Fate.ANSWER_LOST],
        "out_of_order": sum(leg.told_late for leg in legs),
        "after_the_end": sum(answer.after_the_end for answer in answers),
        "longest_answer_s": round(max((answer.seconds for answer in answers), default=0.0), 2),
    }


def storm(house: House, *, calls: int, at_once: int, seed: int, say: Say) -> dict[str, Any]:
    """Run it all in a house that is prepared; the figures."""
    try:
        return asyncio.run(Storm(house, draw(calls, seed=seed), at_once=at_once, say=say).run())
    finally:
        house.stop()
