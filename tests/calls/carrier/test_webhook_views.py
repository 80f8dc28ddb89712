"""What every webhook does when its own code breaks while somebody listens."""

from typing import Any, NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client

from calls.models import Call, Disposition
from leads.models import Activity
from tests.calls.carrier_stub import Carrier, hook
from tests.people import make_call

pytestmark = pytest.mark.django_db
NO_SUCH_TRANSFER = 999


def no_database(*_: Any) -> NoReturn:
    """What a database that went away says to every query."""
    raise OperationalError("connection refused")


def test_who_is_told_that_we_will_be_in_touch_is_on_the_staffs_list(client: Client, carrier: Carrier) -> None:
    call = make_call()
    for _ in range(2):
        answer = hook(client, "twilio_transferred", call.pk, NO_SUCH_TRANSFER, CallSid=str(call.twilio_sid))
        assert b"We will be in touch" in answer.content
    assert Activity.objects.filter(lead=call.lead, kind="task").count() == 1
    assert Call.objects.get(pk=call.pk).outcome == Disposition.AI_ERROR


@pytest.mark.parametrize("form", [{"SpeechResult": "x" * 3_000_000}, {f"f{n}": "" for n in range(1200)}])
def test_a_form_beyond_all_measure_is_refused_without_a_fault(client: Client, form: dict[str, str]) -> None:
    answer = client.post(f"/webhooks/twilio/status/{make_call().pk}", form)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_big"


def test_without_a_database_a_callback_is_asked_for_again(client: Client, carrier: Carrier) -> None:
    call = make_call()
    with connection.execute_wrapper(no_database):
        answer = hook(client, "twilio_status", call.pk, CallSid=str(call.twilio_sid), CallStatus="completed")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "try_again"


def test_without_a_database_whoever_listens_hears_a_goodbye(client: Client, carrier: Carrier) -> None:
    call = make_call()
    with connection.execute_wrapper(no_database):
        answer = hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid))
    assert answer.status_code == 200
    assert b"We will be in touch" in answer.content
