"""`manage.py compare_calls LEAD`: place test calls of several types to one lead, wait, print the table."""

import json
import re
import time
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.comparison.runs import is_settled, start_comparison, succeeded, table
from calls.compliance.gate import reason_sentences
from calls.compliance.own_lines import personas
from calls.lifecycle.placing import Refusal, place_due
from calls.models import CallType, Comparison
from leads.models import E164, Lead

LOOK_SECONDS = 0.5
COLUMNS = ("type", "status", "turns", "p50 ms", "p95 ms", "tools", "appointment", "recording", "cost USD", "fallbacks")


class Command(BaseCommand):
    """Exit status 1 when a call was not completed, or took too long."""

    help = "Place side-by-side test calls to a lead, wait for them, and print what came of each."

    def add_arguments(self, parser: CommandParser) -> None:
        """LEAD, and the options."""
        parser.add_argument("lead", help='id or phone number of the lead, or "first"')
        parser.add_argument("--types", default=",".join(CallType.values), help="comma separated (default: all three)")
        parser.add_argument("--persona", default="", help="whose test lines to dial (default: by the agent's mode)")
        parser.add_argument("--agent-mode", default="auto", choices=["auto", "buyer", "seller"])
        parser.add_argument("--user", default="", help="who calls (default: the lead's owner, else an agent)")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        parser.add_argument("--wait", type=int, default=600, help="seconds to wait at most (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the comparison, wait for it, print its table."""
        lead = find_lead(options["lead"])
        if options["persona"] and options["persona"] not in personas():
            raise CommandError(f"No test line for persona {options['persona']!r}; there are: {', '.join(personas())}")
        started = start_comparison(
            lead=lead,
            types=read_types(options["types"]),
            placed_by=find_caller(options["user"], lead),
            agent_mode=options["agent_mode"],
            persona=options["persona"],
        )
        if isinstance(started, Refusal):
            raise CommandError(f"Not called: {reason_sentences(started.blocked)}")
        done = wait_for(started, seconds=options["wait"])
        result = table(started)
        self.stdout.write(json.dumps(result) if options["json"] else aligned(rows(result)))
        if not done:
            raise CommandError(f"Not over after {options['wait']} s")
        if not succeeded(started):
            raise CommandError("A call was not held to its end")


def find_lead(wanted: str) -> Lead:
    """The lead with that id or phone number; for "first", the oldest one with a phone."""
    leads = Lead.objects.filter(archived_at__isnull=True).exclude(phone="")
    if wanted == "first":
        found = leads.order_by("created_at", "pk").first()
    elif re.fullmatch(E164, wanted):
        found = leads.filter(phone=wanted).first()
    else:
        try:
            found = leads.filter(pk=uuid.UUID(wanted)).first()
        except ValueError as error:
            raise CommandError(f'{wanted!r} is neither an id, nor a phone like +15125550101, nor "first"') from error
    if found is None:
        raise CommandError(f"No lead {wanted!r} that could be called")
    return found


def find_caller(username: str, lead: Lead) -> User:
    """The staff user in whose name the calls are placed."""
    if username:
        found = User.objects.filter(username=username, is_staff=True).first()
    else:
        ringable = User.objects.filter(is_active=True, is_staff=True).exclude(profile__phone="")
        found = lead.owner or ringable.filter(profile__isnull=False).order_by("pk").first()
    if found is None:
        raise CommandError(f"No staff user {username!r}" if username else "No staff user with a phone; see the admin")
    return found


def read_types(text: str) -> list[CallType]:
    """`regular,realtime` as call types, each once."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names or any(name not in CallType.values for name in names):
        raise CommandError(f"--types takes {', '.join(CallType.values)}, comma separated")
    return [CallType(name) for name in names]


def wait_for(comparison: Comparison, *, seconds: float) -> bool:
    """Wait until all calls are over and measured, placing those that waited for a line; False after `seconds`."""
    until = time.monotonic() + seconds
    while not is_settled(comparison):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)
        place_due()
    return True


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The table's cells, a header first."""
    return [COLUMNS, *(_cells(call) for call in result["calls"])]


def aligned(cells: list[tuple[str, ...]]) -> str:
    """Cells as lines with columns of equal width."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(call: dict[str, Any]) -> tuple[str, ...]:
    latency, recording, cost = call["latency_ms"], call["recording"], call["cost"]
    status = call["status"] + (f" ({call['error']['code']})" if call["error"] else "")
    heard = "–"
    if recording:
        loudness = "/".join(f"{level:.3f}" for level in recording["rms"])
        heard = f"{recording['seconds']:.0f} s, rms {loudness}"
    return (
        call["type"],
        status,
        str(call["turns"]),
        _number(latency["p50"]),
        _number(latency["p95"]),
        ", ".join(dict.fromkeys(tool["name"] for tool in call["tools"])) or "–",
        call["appointment"]["start"] if call["appointment"] else "–",
        heard,
        cost["total"] + (f" + {', '.join(cost['unpriced'])}" if cost["unpriced"] else ""),
        "; ".join(f"{step['part']} → {step['to']}" for step in call["fallbacks"]) or "–",
    )


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)
