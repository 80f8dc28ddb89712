"""`manage.py dialer`: it places waiting calls and sweeps."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.management.commands.dialer import Rounds
from calls.models import Call, CallEvent, Comparison
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.calls.management.commands.output import run
from tests.people import make_call


def test_dialer_places_what_is_due(lead: Lead, omar: User, carrier: Carrier) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    Call.objects.create(type="realtime", lead=lead, to_number=lead.phone, comparison=comparison, placed_by=omar)
    assert run("dialer", "--once") == "placed 1"
    assert run("dialer", "--once") == "placed 0"


def test_fm17_the_dialer_also_asks_after_calls_of_which_nothing_is_heard(lead: Lead, carrier: Carrier) -> None:
    sid = carrier.add_call(to=str(lead.phone), status="completed", duration="30")
    call = make_call(lead, twilio_sid=sid)
    CallEvent.objects.create(call=call, kind="answered", at=now() - timedelta(minutes=1))
    rounds = Rounds(sweep_every=60)
    rounds()
    call.refresh_from_db()
    assert call.status == "completed"
    asked = len(carrier.requests)
    rounds()
    assert len(carrier.requests) == asked
