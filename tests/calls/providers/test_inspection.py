"""What the vendors say of the account, read from their own bodies."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils.timezone import now
from twilio.request_validator import RequestValidator

from calls.providers import ProviderError, inspection
from calls.providers.inspection import CarrierNumber, CarrierReport
from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, Carrier
from tests.calls.vendors import Vendors


def page(name: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {name: list(rows), "next_page_uri": None, "page": 0, "page_size": 50}


def owned(**fields: Any) -> dict[str, Any]:
    row = {"sid": "PN1", "phone_number": FROM_NUMBER, "capabilities": {"voice": True, "sms": True}}
    return page("incoming_phone_numbers", row | fields)


def test_the_account_and_the_carriers_clock(carrier: Carrier) -> None:
    carrier.will_answer(200, {"sid": ACCOUNT, "status": "suspended", "type": "Trial"})
    with inspection.carrier() as asked:
        found = asked.account()
    assert (found.value.status, found.value.type) == ("suspended", "Trial")
    assert found.at is not None
    assert abs(found.at - now()) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("answers", "number"),
    [
        ([owned(voice_url="https://x.example/in")], CarrierNumber(True, answered_by="https://x.example/in")),
        ([owned(capabilities={"voice": False, "sms": True})], CarrierNumber(False)),
        ([owned(voice_url=None, trunk_sid="TK1")], CarrierNumber(True, answered_by="the SIP trunk TK1")),
        (
            [
                owned(voice_application_sid="AP1", voice_url="https://old"),
                {"sid": "AP1", "voice_url": "https://app/in"},
            ],
            CarrierNumber(True, answered_by="https://app/in"),
        ),
        (
            [page("incoming_phone_numbers"), page("outgoing_caller_ids", {"sid": "PN2", "phone_number": FROM_NUMBER})],
            CarrierNumber(True, verified=True),
        ),
        ([page("incoming_phone_numbers"), page("outgoing_caller_ids")], None),
    ],
    ids=["owned", "texts only", "trunk", "application", "verified", "somebody else's"],
)
def test_a_number(carrier: Carrier, answers: list[Any], number: CarrierNumber | None) -> None:
    for answer in answers:
        carrier.will_answer(200, answer)
    with inspection.carrier() as asked:
        assert asked.number(FROM_NUMBER) == number
    assert carrier.requests[0].form["PhoneNumber"] == FROM_NUMBER


def test_reports_are_those_since_then(carrier: Carrier) -> None:
    at = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
    rows = [
        {"sid": f"NO{n}", "error_code": "11200", "message_text": "x", "request_url": "https://u", "message_date": date}
        for n, date in enumerate([format_datetime(at), format_datetime(at - timedelta(days=1))])
    ]
    carrier.will_answer(200, page("notifications", *rows))
    with inspection.carrier() as asked:
        assert asked.reports(since=at - timedelta(hours=1)) == [CarrierReport("11200", "x", "https://u", at)]
    assert carrier.requests[0].form["Log"] == "0"


def test_a_refusal_is_a_provider_error(carrier: Carrier) -> None:
    carrier.will_refuse(401, 20003, "Authenticate")
    with pytest.raises(ProviderError, match="Authenticate"), inspection.carrier() as asked:
        asked.account()


def test_our_signature_is_the_carriers(carrier: Carrier) -> None:
    url, form = "https://ringside.example/webhooks/twilio/status/1", {"CallSid": "CA1"}
    assert RequestValidator(TOKEN).validate(url, form, inspection.carrier_signature(url, form))


def test_models_and_voices_that_cannot_be_asked_are_provider_errors(vendors: Vendors, settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.AWS_ENDPOINT_URL_POLLY = "http://127.0.0.1:9"
    with pytest.raises(ProviderError):
        inspection.offered_models()
    with pytest.raises(ProviderError):
        inspection.offered_voices()
