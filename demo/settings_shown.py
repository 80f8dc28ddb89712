"""How quick and how good the sandbox's stand-ins were, beside the figures of a comparison: they hold for no others."""

import json
from collections.abc import Mapping
from typing import Any

from demo.call_logs import fetched


def sandbox_settings(vendor_url: str) -> dict[str, Any]:
    """What the running sandbox says of itself."""
    settings: dict[str, Any] = json.loads(fetched(f"{vendor_url}/sandbox/conformance"))["settings"]
    return settings


def with_settings(report: str, settings: Mapping[str, Any], *, as_json: bool) -> str:
    """The report with a last line of settings or, ``as_json``, with ``"sandbox"`` in the object that is its last line.

    A report without such an object is given back as it is.
    """
    if not as_json:
        shown = ", ".join(f"{name} {value}" for name, value in settings.items())
        return f"{report.rstrip()}\n\nThe sandbox's stand-ins: {shown}\n"
    *before, last = report.rstrip().splitlines() or [""]
    try:
        told = json.loads(last)
    except ValueError:
        return report
    return "\n".join([*before, json.dumps(told | {"sandbox": dict(settings)})]) + "\n"
