"""Takes the faults of one call by its own clock, and logs each that strikes."""

from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.resource import Call


def strikes(
    services: Services, call: Call, name: str, *, elapsed: float | None = None, subject: str = "", **match: str
) -> Fault | None:
    """The fault that strikes this call now. ``elapsed`` in seconds; by default since the answer."""
    seconds = call.leg.milliseconds / 1000 if elapsed is None else elapsed
    fault = services.faults.take(name, elapsed=seconds, subject=subject, call=call.sid, to=call.person, **match)
    if fault is not None:
        call.log("fault", name=name, line_ms=call.leg.milliseconds)
    return fault
