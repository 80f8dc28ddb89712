"""A run: the callers rung by both chains at the same time, and what came of it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.utils.timezone import now

from calls.api.tokens import issue_token
from calls.conversational.generation.preemptive_report import early_figures
from calls.recordings.voice_activity import speech_segments
from calls.recordings.wav import Sound, decode
from demo.stack import FROM_NUMBER
from tests.bench_conversation import requests, rows
from tests.bench_conversation.callers import Caller, make_callers, naive_briefing
from tests.bench_conversation.house import House
from tests.bench_conversation.report import Run
from tests.bench_conversation.requests import NAIVE, RINGSIDE
from tests.bench_conversation.turns import Held, Turn, gaps_of, turns_of
from tests.bench_conversation.vendors import LOG
from tests.people import make_staff

APART_SECONDS = 0.7  # between two calls' beginnings
GLANCE_SECONDS = 2.0
FORGET_SECONDS = 1.0
OVER = {"completed", "busy", "failed", "no-answer", "canceled"}

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How many calls of each chain are held at once, and for how long at most, in seconds."""

    lines: int
    seconds: float
    say: Say


@dataclass(frozen=True)
class Heard:
    """What the sandbox tells when all calls are over: its settings, its log, and each call's recording by sid."""

    settings: dict[str, Any]
    log: dict[str, Any]
    sounds: dict[str, Sound]


def bench(house: House, *, turns: int, calls: int, lines: int, seconds: float, say: Say) -> Run:
    """Place `calls` calls of each chain, `lines` of each at once, `seconds` at most, in a house that is prepared."""
    began, callers = now(), make_callers(calls)
    token = issue_token(make_staff("omar", phone="+15125550190", manager=True))
    book = {number: entry for caller in callers for number, entry in caller.phone_book().items()}
    try:
        house.open(book, {caller.naive: naive_briefing(caller) for caller in callers})
        heard = asyncio.run(_held(house, callers, token, Plan(lines, seconds, say)))
    finally:
        house.stop()
    machine = {"cores": os.cpu_count() or 0, "load average": os.getloadavg()[0], "calls of each chain at once": lines}
    say("measuring the recordings")
    gaps = list(_gaps(heard, callers))
    return Run(list(_turns(heard, callers)), gaps, turns, heard.settings, machine, early_figures(began))


def _gaps(heard: Heard, callers: Sequence[Caller]) -> Iterator[float]:
    phones = {caller.ringside for caller in callers}
    for call in heard.log["calls"]:
        if call["to"] in phones:
            yield from gaps_of(call["events"])


def _turns(heard: Heard, callers: Sequence[Caller]) -> Iterator[Turn]:
    vendors = [requests.read(noted) for noted in heard.log["requests"] if noted["came"]]
    naive = {caller.naive for caller in callers}
    for call in heard.log["calls"]:
        if call["sid"] in heard.sounds:
            sound, chain = heard.sounds[call["sid"]], NAIVE if call["to"] in naive else RINGSIDE
            lead, agent = (speech_segments(sound.samples[:, channel], sound.rate) for channel in (0, 1))
            yield from turns_of(Held(chain, call["began"], call["events"], lead, agent), vendors)


async def _held(house: House, callers: Sequence[Caller], token: str, plan: Plan) -> Heard:
    """Hold all calls; what the sandbox knows of them."""
    async with _clients(house, token) as (api, carrier), asyncio.TaskGroup() as group:
        forgetting = group.create_task(_forget())
        places = {chain: asyncio.Semaphore(plan.lines) for chain in (RINGSIDE, NAIVE)}
        async with asyncio.TaskGroup() as calls:
            for number, caller in enumerate(callers):
                for chain, free in places.items():
                    calls.create_task(_call(house, api, carrier, caller, chain, free, plan, number))
        forgetting.cancel()
        return await _heard(house, carrier)


@asynccontextmanager
async def _clients(house: House, token: str) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    headers, login = {"Authorization": f"Bearer {token}"}, (house.account_sid, house.auth_token)
    async with (
        httpx.AsyncClient(base_url=house.url, headers=headers, timeout=30, trust_env=False) as api,
        httpx.AsyncClient(base_url=house.vendor_url, auth=login, timeout=60, trust_env=False) as carrier,
    ):
        yield api, carrier


async def _call(
    house: House,
    api: httpx.AsyncClient,
    carrier: httpx.AsyncClient,
    caller: Caller,
    chain: str,
    free: asyncio.Semaphore,
    plan: Plan,
    number: int,
) -> None:
    await asyncio.sleep((2 * (number % plan.lines) + (chain == NAIVE)) * APART_SECONDS)
    async with free:
        phone = caller.naive if chain == NAIVE else caller.ringside
        if chain == NAIVE:
            form = {"To": phone, "From": FROM_NUMBER, "Url": f"{house.naive_url}/voice", "Record": "true"}
            placed = await carrier.post(_calls(house), data=form | {"RecordingChannels": "dual"})
        else:
            body = {"type": "conversational", "userId": "omar", "agentMode": "buyer"}
            placed = await api.post(f"/api/calls/{caller.lead.pk}/initiate", json=body)
        placed.raise_for_status()
        try:
            async with asyncio.timeout(plan.seconds):
                await _over(carrier, phone)
        except TimeoutError:
            await _hang_up(house, carrier, phone)
        plan.say(f"a call of {chain} is over")


def _calls(house: House) -> str:
    return f"/2010-04-01/Accounts/{house.account_sid}/Calls.json"


async def _over(carrier: httpx.AsyncClient, phone: str) -> None:
    while True:
        await asyncio.sleep(GLANCE_SECONDS)
        if (await _seen(carrier, phone)).get("status") in OVER:
            return


async def _hang_up(house: House, carrier: httpx.AsyncClient, phone: str) -> None:
    sid = (await _seen(carrier, phone))["sid"]
    address = _calls(house).replace("Calls.json", f"Calls/{sid}.json")
    (await carrier.post(address, data={"Status": "completed"})).raise_for_status()
    await _over(carrier, phone)


async def _seen(carrier: httpx.AsyncClient, phone: str) -> dict[str, Any]:
    """The one call to that phone, as the sandbox sees it."""
    calls: list[dict[str, Any]] = (await carrier.get("/sandbox/calls")).json()["calls"]
    return next((call for call in calls if call["to"] == phone), {})


async def _forget() -> None:
    while True:
        await asyncio.sleep(FORGET_SECONDS)
        await asyncio.to_thread(rows.forget_sounds)


async def _heard(house: House, carrier: httpx.AsyncClient) -> Heard:
    settings = (await carrier.get("/sandbox/health")).json()["settings"]
    log = (await carrier.get(LOG)).json()
    (house.var_dir / "log.json").write_text(json.dumps(log))
    account = f"/2010-04-01/Accounts/{house.account_sid}"
    listed = (await carrier.get(f"{account}/Recordings.json", params={"PageSize": 1000})).json()["recordings"]
    sounds = {}
    for one in listed:
        if one["status"] == "completed":
            sounds[one["call_sid"]] = decode((await carrier.get(f"{account}/Recordings/{one['sid']}.wav")).content)
    return Heard(settings, log, sounds)
