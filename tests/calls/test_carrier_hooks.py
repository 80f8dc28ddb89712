"""What every webhook does when its own code breaks while somebody listens."""

import pytest
from django.test import Client

from calls.models import Call, Disposition
from leads.models import Activity
from tests.calls.carrier import Carrier, hook
from tests.people import make_call

pytestmark = pytest.mark.django_db
NO_SUCH_TRANSFER = 999


def test_who_is_told_that_we_will_be_in_touch_is_on_the_staffs_list(client: Client, carrier: Carrier) -> None:
    call = make_call()
    for _ in range(2):
        answer = hook(client, "twilio_transferred", call.pk, NO_SUCH_TRANSFER, CallSid=str(call.twilio_sid))
        assert b"We will be in touch" in answer.content
    assert Activity.objects.filter(lead=call.lead, kind="task").count() == 1
    assert Call.objects.get(pk=call.pk).outcome == Disposition.AI_ERROR
