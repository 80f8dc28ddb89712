"""The sandbox's settings in a comparison's report: its figures depend on how fast and how good the stand-ins are."""

import json
from collections.abc import Mapping
from typing import Any

from demo.call_logs import fetched


def sandbox_settings(vendor_url: str) -> dict[str, Any]:
    """Return the settings of the running sandbox."""
    settings: dict[str, Any] = json.loads(fetched(f"{vendor_url}/sandbox/conformance"))["settings"]
    return settings


def with_settings(report: str, settings: Mapping[str, Any], *, as_json: bool) -> str:
    """Add the settings to a report as its last line or, with `as_json`, as `"sandbox"` in the JSON object that ends it.

    A report without such an object is returned unchanged.
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
