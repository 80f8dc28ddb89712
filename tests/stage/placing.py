"""Asks the house for calls, as a member of its staff does over the JSON API."""

import asyncio
import random
import uuid

import httpx

from tests.stage.doors import Doors

ATTEMPTS = 8


async def place(api: httpx.AsyncClient, doors: Doors, lead: uuid.UUID | int, type: str) -> bool:
    """Ask at one door after the other, an open one first; whether the house placed the call, or has it already."""
    for attempt in range(ATTEMPTS):
        order = sorted(doors.doors, key=lambda door: (not door.open, random.random()))
        door = order[attempt % len(order)]
        try:
            reply = await api.post(f"http://127.0.0.1:{door.port}/api/calls/{lead}/initiate", json={"type": type})
        except httpx.HTTPError:
            pass
        else:
            if reply.status_code in (201, 409):
                return True
        await asyncio.sleep(0.5)
    return False
