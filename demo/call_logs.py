"""Save the sandbox's record of each call as files, before the sandbox stops and forgets it."""

import json
import urllib.request
from pathlib import Path
from typing import Any

KEPT = {"log": "log.json", "ladder": "ladder.json", "truth": "truth"}
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy leads to the internet, not here


def keep_call_logs(vendor_url: str, folder: Path) -> list[Path]:
    """Write `<sid>.log.json`, `<sid>.ladder.json` and `<sid>.truth.json` of every call; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    calls = json.loads(fetched(f"{vendor_url}/sandbox/calls.json"))["calls"]
    return [_kept(vendor_url, call, kind, folder) for call in calls for kind in KEPT]


def _kept(vendor_url: str, call: dict[str, Any], kind: str, folder: Path) -> Path:
    path = folder / f"{call['sid']}.{kind}.json"
    path.write_bytes(fetched(f"{vendor_url}/sandbox/calls/{call['sid']}/{KEPT[kind]}"))
    return path


def fetched(url: str) -> bytes:
    """Return the body of a GET on the sandbox. Raises OSError."""
    with _direct.open(url, timeout=30) as answer:
        return bytes(answer.read())
