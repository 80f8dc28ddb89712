"""Signatures: a webhook is believed only when Twilio signed its URL and its form."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from calls.models import Call
from tests.calls.answers import CALLBACKS, TWIML_HOOKS
from tests.calls.carrier_stub import hook, sign


@pytest.mark.parametrize("name", [*TWIML_HOOKS, *CALLBACKS])
@pytest.mark.parametrize("signature", ["", "bm90IHRoZSBzaWduYXR1cmU="])
def test_fm24_a_request_the_carrier_did_not_sign_is_refused(
    client: Client, call: Call, name: str, signature: str
) -> None:
    answer = hook(client, name, call.pk, signature=signature, CallSid=str(call.twilio_sid), CallStatus="completed")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_signature"
    call.refresh_from_db()
    assert call.status == "ringing"
    assert not call.events.exists()


def test_a_signature_counts_for_its_own_form_only(client: Client, call: Call) -> None:
    path = reverse("twilio_status", args=[call.pk])
    other = sign(f"https://ringside.example{path}", {"CallSid": str(call.twilio_sid), "CallStatus": "ringing"})
    answer = hook(client, "twilio_status", call.pk, signature=other, CallSid=str(call.twilio_sid), CallStatus="failed")
    assert answer.status_code == 403


def test_fm24_the_host_the_request_came_to_does_not_matter_but_public_url_does(
    client: Client, call: Call, settings: Settings
) -> None:
    path = reverse("twilio_status", args=[call.pk])
    form = {"CallSid": str(call.twilio_sid), "CallStatus": "ringing"}
    there = client.post(path, form, headers={"X-Twilio-Signature": sign(f"https://ringside.example{path}", form)})
    here = client.post(path, form, headers={"X-Twilio-Signature": sign(f"http://testserver{path}", form)})
    assert (there.status_code, here.status_code) == (204, 403)
