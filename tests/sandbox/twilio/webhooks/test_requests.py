"""What every request about a call carries."""

from sandbox.twilio.call.resource import Call
from sandbox.twilio.webhooks.requests import common_form

LEAD, OURS = "+15125550101", "+15125550100"


def test_a_request_names_the_call_its_status_and_both_ends():
    form = dict(common_form(Call("AC1", LEAD, OURS), status="ringing"))
    assert (form["CallStatus"], form["To"], form["Called"], form["From"], form["Caller"]) == (
        "ringing",
        LEAD,
        LEAD,
        OURS,
        OURS,
    )
    assert form["FromCity"] == ""


def test_a_dialed_call_names_its_parent():
    parent = Call("AC1", LEAD, OURS)
    assert dict(common_form(Call("AC1", "+15125550190", OURS, parent=parent)))["ParentCallSid"] == parent.sid
    assert "ParentCallSid" not in dict(common_form(parent))
