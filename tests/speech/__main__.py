"""`python -m tests.speech`: word errors per voice and noise, then calls at once; a table of each."""

import argparse
import asyncio
import json
import os
import sys
from typing import Any

from sandbox.config import Config
from sandbox.speech import Speech
from tests.speech import accuracy, capacity


def main() -> None:
    """Measure and print."""
    options = parse(sys.argv[1:])
    found: dict[str, Any] = {"settings": Config().stand_ins(), "cores": os.cpu_count()}
    _say(f"settings: {found['settings']}", f"{found['cores']} cores, load {os.getloadavg()[0]:.1f} before")
    if options.only != "capacity":
        found["recognition"] = asyncio.run(_recognition())
        _say("", "word errors of the recognizer (mean confidence)", *accuracy.table(found["recognition"]))
    if options.only != "recognition":
        rounds = asyncio.run(capacity.measured(options.calls, seconds=options.seconds))
        found["capacity"] = capacity.as_json(rounds)
        _say("", f"calls at once, {options.seconds:g} s each, both sides speaking", *capacity.table(rounds))
    if options.json:
        _say(json.dumps(found))


def parse(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make measure-speech", description=__doc__)
    parser.add_argument("--only", choices=["recognition", "capacity"])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 6, 8, 10], help="calls at once, a round each")
    parser.add_argument("--seconds", type=float, default=40.0, help="how long each round is measured")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args(arguments)


async def _recognition() -> list[dict[str, object]]:
    speech = Speech()
    await speech.start()
    try:
        return await accuracy.measured(speech)
    finally:
        await speech.stop()


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
