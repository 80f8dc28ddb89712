"""``python -m sandbox replay LOG --app URL``: plays a downloaded log against an app and prints what it answers now."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.config import Config
from sandbox.replay.player import Player, Report
from sandbox.replay.schedule import Schedule, read
from sandbox.services import Services
from sandbox.twilio.switch import Switch


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 when all answers are the recorded ones, 1 when some differ, 2 without a log to play."""
    options = _read_arguments(arguments)
    try:
        schedule = read(json.loads(options.log.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot replay {options.log}: {error}\n")
        return 2
    report = asyncio.run(_played(schedule, options.app or schedule.origin, options.auth_token))
    sys.stdout.write(json.dumps(report.as_json()) + "\n" if options.json else _table(report))
    return 1 if report.differences else 0


def _read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m sandbox replay", description=__doc__)
    parser.add_argument("log", type=Path, help="a call's log, downloaded from the inspector")
    parser.add_argument("--app", default="", help="the app's address; empty is where the log was recorded")
    token = os.environ.get("SANDBOX_AUTH_TOKEN", Config.auth_token)
    parser.add_argument("--auth-token", default=token, help="what requests are signed with [SANDBOX_AUTH_TOKEN]")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(arguments)


async def _played(schedule: Schedule, app: str, token: str) -> Report:
    switch = Switch(Services(Config(account_sid=schedule.account, auth_token=token)))
    try:
        return await Player(switch, schedule, app=app).play()
    finally:
        await switch.close()


def _table(report: Report) -> str:
    told = report.as_json()
    lines = [f"{step['at_ms'] / 1000:8.2f} s  {step['what']}  {step['differs'] or 'same'}" for step in told["steps"]]
    settings = ", ".join(f"{name} {value}" for name, value in report.settings.items())
    return "\n".join([f"stand-ins: {settings}", *lines, f"{report.differences} of {len(lines)} answers differ", ""])
