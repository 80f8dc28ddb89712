"""The faults of one call."""

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.resource import Call


def test_a_fault_strikes_the_call_it_was_meant_for_and_is_logged():
    services = Services(Config())
    services.faults.add("gather.empty", to="+15125550102")
    other, meant = (Call("AC1", to, "+15125550100") for to in ("+15125550101", "+15125550102"))
    assert strikes(services, other, "gather.empty") is None
    assert strikes(services, meant, "gather.empty") is not None
    assert [event.data["name"] for event in meant.events if event.kind == "fault"] == ["gather.empty"]
