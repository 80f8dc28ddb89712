"""What a journey does: place calls, wait for them, look at what came of them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from demo.stack import Stack

CALL_SECONDS = 240.0


@dataclass(frozen=True)
class Ringside:
    """A running Ringside seen from outside."""

    stack: Stack
    api: httpx.Client
    vendors: httpx.Client

    def compare(self, lead: str, **options: str) -> dict[str, Any]:
        """`manage.py compare_calls LEAD --json`; the call must exit with status 0."""
        extra = [word for name, value in options.items() for word in (f"--{name}", value)]
        done = self.stack.manage("compare_calls", lead, "--json", *extra)
        assert done.returncode == 0, done.stdout[-3000:]
        report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return report

    def leads(self) -> list[dict[str, Any]]:
        """Who is in the phone book: [{"number", "persona", "name"}]."""
        book = json.loads(self.stack.phone_book.read_text())
        return [{"number": number} | entry for number, entry in book.items()]

    def lead_with_phone(self, number: str) -> str:
        """The id of the demo lead with that number."""
        ask = f"from leads.models import Lead; print(Lead.objects.get(phone='{number}').pk)"
        return self.stack.manage("shell", "-v0", "-c", ask).stdout.strip().splitlines()[-1]

    def call(self, lead_id: str, **body: Any) -> httpx.Response:
        """POST /api/calls/<lead>/initiate."""
        return self.api.post(f"/api/calls/{lead_id}/initiate", json=body)

    def see(self, call_id: str) -> dict[str, Any]:
        """GET /api/calls/<id>."""
        seen: dict[str, Any] = self.api.get(f"/api/calls/{call_id}").raise_for_status().json()
        return seen

    def wait_for(
        self, call_id: str, until: Callable[[dict[str, Any]], bool], seconds: float = CALL_SECONDS
    ) -> dict[str, Any]:
        """Look at a call until `until` holds; fails with its last state when it never does."""
        deadline = time.monotonic() + seconds
        while True:
            seen = self.see(call_id)
            if until(seen):
                return seen
            assert time.monotonic() < deadline, f"gave up on call {call_id}: {json.dumps(seen)[:3000]}"
            time.sleep(0.25)

    def wait_until_ended(self, call_id: str) -> dict[str, Any]:
        """Look at a call until it is over."""
        return self.wait_for(call_id, lambda seen: seen["status"] in ENDED)

    def story(self, call_id: str) -> str:
        """A call as Ringside tells it and as the person on the phone lived it, for a failure's message."""
        seen = self.see(call_id)
        told = [f"{turn['speaker']}: {turn['text']}" for turn in seen["transcript"]]
        used = [f"tool {tool['name']}: ok={tool['ok']}" for tool in seen["tools"]]
        truths = [self.vendors.get(f"/sandbox/calls/{leg['sid']}/truth").json() for leg in self._legs(seen)]
        return "\n".join([f"{seen['type']} {seen['status']} {seen['outcome']}", *told, *used, *map(json.dumps, truths)])

    def _legs(self, seen: dict[str, Any]) -> list[dict[str, Any]]:
        legs: list[dict[str, Any]] = self.vendors.get("/sandbox/calls").json()["calls"]
        return [leg for leg in legs if leg["to"] == seen["to_number"]]

    def fault(self, name: str, **parameters: Any) -> None:
        """Ask the vendors' stand-ins for a fault."""
        self.vendors.post("/sandbox/faults", json={"name": name} | parameters).raise_for_status()


ENDED = {"completed", "busy", "no_answer", "failed", "canceled"}
