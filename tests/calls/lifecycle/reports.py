"""Calls and the carrier's reports about them, for tests."""

from calls.lifecycle.progress import StatusReport, record_status
from calls.models import Call, CallType
from leads.models import Lead
from tests.people import make_call


def fresh(lead: Lead, *, type: CallType = CallType.REALTIME, **fields: object) -> Call:
    """A call the carrier has just taken."""
    return make_call(lead, **{"type": type, "status": "placed", "answered_at": None} | fields)


def tell(call: Call, status: str, sequence: int | str = "", *, seconds: int | None = None, sip: str = "") -> bool:
    return record_status(call, StatusReport(str(call.twilio_sid), status, str(sequence), seconds, sip))
