"""A model using a tool, as the tests of the tools need it."""

import json
from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from calls.agent.tools.runner import ToolOutcome, run_tool
from calls.models import Call, Engine

YES = "Yes, the first one works for me."


_ids = iter(range(1, 10_000))


def use(call: Call, name: str, *, id: str = "", **arguments: Any) -> ToolOutcome:
    return run_tool(
        call.pk,
        name=name,
        arguments=json.dumps(arguments),
        tool_call_id=id or f"call_{next(_ids)}",
        engine=Engine.REALTIME,
    )


def data(call: Call, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = use(call, name, **arguments).envelope
    assert envelope["ok"], envelope
    found: dict[str, Any] = envelope["data"]
    return found


def error(call: Call, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = use(call, name, **arguments).envelope
    assert not envelope["ok"], envelope
    found: dict[str, Any] = envelope["error"]
    return found


def slots(call: Call, kind: str = "buyer_consult", **more: Any) -> list[dict[str, Any]]:
    first = localdate() + timedelta(days=1)
    window = {"date_from": first.isoformat(), "date_to": (first + timedelta(days=10)).isoformat()}
    found: list[dict[str, Any]] = data(call, "check_availability", type=kind, **window, **more)["slots"]
    return found


def booking(slot: dict[str, Any], kind: str = "buyer_consult", **more: Any) -> dict[str, Any]:
    return {"slot_id": slot["slot_id"], "type": kind, "attendee_name": "Maria Lopez", "confirm_phrase": YES} | more
