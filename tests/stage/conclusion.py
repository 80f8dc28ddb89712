"""How a run of many calls ends: its table, the verdict, and the exit status."""

import json
import sys
from collections.abc import Sequence
from typing import Any


def concluded(figures: dict[str, Any], *, table: str, problems: Sequence[str], as_json: bool) -> int:
    """Print them, as one JSON object too when asked for; 1 when there was a problem."""
    verdict = "\n".join(f"NOT RIGHT: {problem}" for problem in problems) or "passed"
    sys.stdout.write(f"{table}\n{verdict}\n")
    if as_json:
        sys.stdout.write(json.dumps(figures | {"problems": list(problems)}) + "\n")
    return 1 if problems else 0


def say(text: str) -> None:
    """How far the run is, for who watches it."""
    sys.stderr.write(f"{text}\n")
