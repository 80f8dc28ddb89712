"""What every webhook does when its own code breaks while somebody listens."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import Settings

from calls.carrier import held_line
from calls.models import Call, Disposition
from leads.models import Activity
from tests.calls.answers import CALLBACKS, TWIML_HOOKS, tags
from tests.calls.carrier_stub import Carrier, hook
from tests.calls.outage import database_away
from tests.people import make_call

pytestmark = pytest.mark.django_db
NO_SUCH_TRANSFER = 999


def test_who_is_told_that_we_will_be_in_touch_is_on_the_staffs_list(client: Client, carrier: Carrier) -> None:
    call = make_call()
    for _ in range(2):
        answer = hook(client, "twilio_transferred", call.pk, NO_SUCH_TRANSFER, CallSid=str(call.twilio_sid))
        assert b"We will be in touch" in answer.content
        assert b"automated call from Lakeside Homes Realty" in answer.content
    assert Activity.objects.filter(lead=call.lead, kind="task").count() == 1
    assert Call.objects.get(pk=call.pk).outcome == Disposition.AI_ERROR


@pytest.mark.parametrize("form", [{"SpeechResult": "x" * 3_000_000}, {f"f{n}": "" for n in range(1200)}])
def test_a_form_beyond_all_measure_is_refused_without_a_fault(client: Client, form: dict[str, str]) -> None:
    answer = client.post(f"/webhooks/twilio/status/{make_call().pk}", form)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_big"


def test_without_a_database_a_callback_is_asked_for_again(
    client: Client, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = make_call()
    monkeypatch.setattr(held_line, "GIVE_WAY", 0.1)
    with database_away():
        answer = hook(client, "twilio_status", call.pk, CallSid=str(call.twilio_sid), CallStatus="completed")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "try_again"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_no_hook_hangs_up_because_the_database_is_away(
    client: Client, carrier: Carrier, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_line, "TRIES_FOR", 0.0)
    call = make_call()
    with database_away():
        answer = hook(client, name, call.pk, CallSid=str(call.twilio_sid))
    assert answer.status_code == 200
    assert "Hangup" not in tags(answer)
    assert f"?{held_line.ROUND}=1" in answer.content.decode()


@pytest.mark.parametrize("name", [*TWIML_HOOKS, *CALLBACKS])
def test_only_post_is_heard(client: Client, call: Call, name: str) -> None:
    assert client.get(reverse(name, args=[call.pk])).status_code == 405


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_a_call_nobody_knows_ends_politely(client: Client, carrier: Carrier, db: None, name: str) -> None:
    assert tags(hook(client, name, uuid.uuid4(), CallSid="CA" + "0" * 32)) == ["Say", "Hangup"]


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_another_call_s_sid_ends_politely_and_changes_nothing(client: Client, call: Call, name: str) -> None:
    assert tags(hook(client, name, call.pk, CallSid="CA" + "0" * 32)) == ["Say", "Hangup"]
    call.refresh_from_db()
    assert call.status == "ringing"


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_about_a_call_nobody_knows_is_404(client: Client, call: Call, name: str) -> None:
    for key, sid in ((uuid.uuid4(), call.twilio_sid), (call.pk, "CA" + "0" * 32)):
        answer = hook(client, name, key, CallSid=str(sid), CallStatus="completed")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "unknown_call"


@pytest.mark.parametrize("name", TWIML_HOOKS)
def test_an_ended_call_is_hung_up(client: Client, call: Call, name: str) -> None:
    Call.objects.filter(pk=call.pk).update(status="completed", ended_at=now())
    assert tags(hook(client, name, call.pk, CallSid=str(call.twilio_sid))) == ["Hangup"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"CallStatus": "completed", "CallDuration": "-5", "SequenceNumber": "x" * 500},
        {"CallStatus": "completed", "CallDuration": "9" * 40},
        {"CallStatus": "fa\x00iled", "SequenceNumber": "1"},
        {"CallStatus": "🦆" * 300},
        {"CallStatus": "completed", "CallDuration": "٣"},
        {"CallStatus": "failed", "SipResponseCode": "6" * 300, "SequenceNumber": "3"},
    ],
)
def test_odd_values_in_a_signed_form_are_no_server_error(client: Client, call: Call, form: dict[str, str]) -> None:
    answer = hook(client, "twilio_status", call.pk, CallSid=str(call.twilio_sid), **form)
    assert answer.status_code == 204


def test_trouble_while_talking_ends_politely(client: Client, call: Call, settings: Settings) -> None:
    Call.objects.filter(pk=call.pk).update(type="conversational")
    settings.BROKERAGE_NAME = None  # makes the greeting impossible
    settings.AGENT_NAME = None
    settings.POLLY_ENGINE = object()
    assert tags(hook(client, "twilio_voice", call.pk, CallSid=str(call.twilio_sid)))[-1] in ("Hangup", "Redirect")
