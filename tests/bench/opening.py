"""`python -m tests.bench.opening`: how long after a stream's `start` the first frame of the opening is at the carrier.

One call after the other, and then all at once, against Ringside as it is started in production; no model is there.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from websockets.asyncio.client import connect

from tests.bench.carrier import PATH, Ticket
from tests.bench.house import AUTH_TOKEN, Server, running
from tests.calls.carrier_stub import sign

CALLS = 30
WARM_UP = 3


async def first_frame_ms(server: Server, ticket: Ticket) -> float:
    """Milliseconds from sending `start` to receiving the first `media`."""
    url = f"ws://127.0.0.1:{server.port}{PATH}"
    headers = {"x-twilio-signature": sign(url, {}, token=AUTH_TOKEN)}
    async with connect(url, additional_headers=headers, proxy=None, compression=None) as socket:
        await socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        began = perf_counter()
        await socket.send(json.dumps({"event": "start", "streamSid": "MZ1", "start": _start(ticket)}))
        while json.loads(await socket.recv())["event"] != "media":
            pass
        took = (perf_counter() - began) * 1000
        await socket.send(json.dumps({"event": "stop", "streamSid": "MZ1", "stop": {}}))
    return took


def _start(ticket: Ticket) -> dict[str, object]:
    return {
        "streamSid": "MZ1",
        "callSid": ticket.call_sid,
        "customParameters": {"call": ticket.call, "token": ticket.token},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    }


async def measure(server: Server) -> dict[str, list[float]]:
    """One after the other, and all at once."""
    tickets = iter(server.tickets)
    for _ in range(WARM_UP):
        await first_frame_ms(server, next(tickets))
    singly = [await first_frame_ms(server, next(tickets)) for _ in range(CALLS)]
    at_once = await asyncio.gather(*(first_frame_ms(server, next(tickets)) for _ in range(CALLS)))
    return {"one after the other": singly, f"{CALLS} at once": list(at_once)}


def main() -> None:
    """Measure and print."""
    calls = 2 * CALLS + WARM_UP
    with tempfile.TemporaryDirectory() as folder, running("ringside", Path(folder), calls=calls) as server:
        found = asyncio.run(measure(server))
    for how, times in found.items():
        cuts = quantiles(times, n=20)
        sys.stdout.write(f"start to first frame, {how}: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms\n")


if __name__ == "__main__":
    main()
