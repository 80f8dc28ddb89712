"""Twilio's REST API over the wire: what is sent, and what each answer means."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils.timezone import now
from pytest_django import Settings

from calls.providers import DialPlan, ProviderError
from calls.providers.twilio import (
    TwilioHttp,
    TwilioTelephony,
    _telephony,
    rebased_url,
    signature_is_valid,
    telephony,
)
from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, Carrier, sign

PLAN = DialPlan(
    to="+15125550123",
    from_number=FROM_NUMBER,
    answer_url="https://ringside.example/voice",
    status_url="https://ringside.example/status",
    recording_url="https://ringside.example/recording",
    amd_url="https://ringside.example/amd",
    ring_seconds=20,
    max_seconds=300,
)


@pytest.fixture(autouse=True)
def _fresh_clients() -> Iterator[None]:
    _telephony.cache_clear()
    yield
    _telephony.cache_clear()


def test_a_call_is_asked_for_with_everything_that_follows_it(carrier: Carrier) -> None:
    placed = telephony().place_call(PLAN)
    asked = carrier.created()[0]
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert asked.authorization == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert asked.lists["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert (
        asked.form
        | {
            "To": "+15125550123",
            "From": FROM_NUMBER,
            "Url": PLAN.answer_url,
            "Timeout": "20",
            "TimeLimit": "300",
            "Record": "true",
            "RecordingChannels": "dual",
            "RecordingStatusCallback": PLAN.recording_url,
            "MachineDetection": "Enable",
            "AsyncAmd": "true",
            "AsyncAmdStatusCallback": PLAN.amd_url,
        }
        == asked.form
    )
    assert placed.sid in carrier.calls
    assert placed.status == "queued"


def test_a_plan_without_recording_or_machine_detection_asks_for_neither(carrier: Carrier) -> None:
    telephony().place_call(DialPlan("+15125550123", FROM_NUMBER, "https://x/voice", "https://x/status", record=False))
    assert not {"Record", "RecordingStatusCallback", "MachineDetection", "AsyncAmd"} & carrier.created()[0].form.keys()


@pytest.mark.parametrize(
    ("status", "code", "permanent", "unknown"),
    [
        (400, 21211, True, False),
        (401, 20003, True, False),
        (429, 20429, False, False),
        (500, 20500, False, True),
        (503, 20503, False, True),
    ],
)
def test_a_refusal_keeps_the_carrier_s_code_and_says_whether_it_may_have_dialed(
    carrier: Carrier, status: int, code: int, permanent: bool, unknown: bool
) -> None:
    carrier.will_refuse(status, code, "No.")
    with pytest.raises(ProviderError) as caught:
        telephony().place_call(PLAN)
    assert (caught.value.code, caught.value.permanent, caught.value.unknown_outcome) == (str(code), permanent, unknown)
    assert len(carrier.requests) == 1


def test_an_error_page_instead_of_json_is_an_error_of_the_carrier(carrier: Carrier) -> None:
    carrier.will_answer(502, b"<html>Bad gateway</html>")
    with pytest.raises(ProviderError) as caught:
        telephony().place_call(PLAN)
    assert caught.value.unknown_outcome


def test_an_error_in_the_newer_form_is_understood_too(carrier: Carrier) -> None:
    carrier.will_answer(400, {"type": "https://x", "title": "Bad To", "status": 400, "code": 21211})
    with pytest.raises(ProviderError) as caught:
        telephony().place_call(PLAN)
    assert (caught.value.code, caught.value.message) == ("21211", "Bad To")


def test_silence_after_the_request_may_have_dialed(carrier: Carrier) -> None:
    carrier.silent = True
    quick = TwilioTelephony(ACCOUNT, TOKEN, base_url=carrier.base_url)
    quick._http.timeout = 0.2
    with pytest.raises(ProviderError) as caught:
        quick.place_call(PLAN)
    assert caught.value.unknown_outcome
    assert len(carrier.created()) == 1


def test_a_carrier_that_cannot_be_reached_has_not_dialed() -> None:
    nobody = TwilioTelephony(ACCOUNT, TOKEN, base_url="http://127.0.0.1:9")
    with pytest.raises(ProviderError) as caught:
        nobody.place_call(PLAN)
    assert (caught.value.code, caught.value.unknown_outcome) == ("unreachable", False)


def test_without_an_account_everything_says_what_is_missing(settings: Settings) -> None:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = ""
    with pytest.raises(ProviderError, match="TWILIO_ACCOUNT_SID") as caught:
        telephony().place_call(PLAN)
    assert caught.value.permanent
    assert not telephony().is_up()


def test_ending_a_call_that_is_over_is_no_error(carrier: Carrier) -> None:
    carrier.will_refuse(400, 21220, "Call is not in-progress. Cannot redirect.")
    telephony().end_call("CA" + "1" * 32)
    assert carrier.updates()[0].form == {"Status": "completed"}


def test_ending_fails_aloud_when_the_carrier_fails(carrier: Carrier) -> None:
    carrier.will_refuse(401, 20003, "Authenticate")
    with pytest.raises(ProviderError):
        telephony().end_call("CA" + "1" * 32)


def test_a_live_call_is_sent_elsewhere(carrier: Carrier) -> None:
    sid = carrier.add_call(to="+15125550123", status="in-progress")
    telephony().redirect_call(sid, url="https://ringside.example/elsewhere")
    assert carrier.updates()[0].form == {"Url": "https://ringside.example/elsewhere", "Method": "POST"}


def test_a_call_is_fetched_with_its_duration(carrier: Carrier) -> None:
    sid = carrier.add_call(to="+15125550123", status="completed", duration="42")
    assert telephony().fetch_call(sid).duration_seconds == 42


def test_calls_are_found_by_number_and_age(carrier: Carrier) -> None:
    carrier.add_call(to="+15125550123", created=now() - timedelta(hours=1))
    carrier.add_call(to="+15125550199")
    wanted = carrier.add_call(to="+15125550123")
    found = telephony().find_calls(to="+15125550123", since=now() - timedelta(minutes=1))
    assert [call.sid for call in found] == [wanted]


def test_a_recording_comes_from_the_carrier_whatever_host_its_url_names(carrier: Carrier) -> None:
    carrier.media = b"RIFF"
    url = f"https://elsewhere.example/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE1"
    assert telephony().download_recording(url) == b"RIFF"
    assert carrier.requests[-1].path.endswith("/Recordings/RE1.wav")
    assert carrier.requests[-1].authorization.startswith("Basic ")


def test_a_recording_that_is_not_there_yet_is_asked_for_again_later(carrier: Carrier) -> None:
    with pytest.raises(ProviderError) as caught:
        telephony().download_recording("https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE1")
    assert (caught.value.code, caught.value.permanent) == ("404", False)


def test_the_carrier_is_up_when_it_knows_the_account(carrier: Carrier) -> None:
    assert telephony().is_up()
    carrier.will_refuse(401, 20003, "Authenticate")
    assert not telephony().is_up()


def test_a_base_url_keeps_its_path_and_the_query() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC/Calls.json?To=%2B1"
    assert (
        rebased_url(url, "http://127.0.0.1:9/twilio/")
        == "http://127.0.0.1:9/twilio/2010-04-01/Accounts/AC/Calls.json?To=%2B1"
    )
    assert rebased_url(url, "") == url


def test_requests_have_a_time_out_and_are_never_repeated() -> None:
    http = TwilioHttp("")
    assert http.timeout == 8.0
    assert http.session is not None
    assert all(adapter.max_retries.total == 0 for adapter in http.session.adapters.values())


def test_the_published_example_signature_is_reproduced(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = "12345"
    form = QueryDict(
        "Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE"
    )
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert signature_is_valid(url, form, "L/OH5YylLD5NRKLltdqwSvS0BnU=")
    assert not signature_is_valid(url, form, "M/OH5YylLD5NRKLltdqwSvS0BnU=")


def test_blank_and_repeated_fields_are_signed(carrier: Carrier) -> None:
    url = "https://ringside.example/x"
    assert signature_is_valid(url, QueryDict("FromCity=&A=1"), sign(url, {"A": "1", "FromCity": ""}))
    assert not signature_is_valid(url, QueryDict("A=1"), sign(url, {"A": "1", "FromCity": ""}))


@pytest.mark.parametrize("signature", [None, "", "é", "x" * 10_000])
def test_a_missing_or_odd_signature_is_simply_wrong(carrier: Carrier, signature: str | None) -> None:
    assert not signature_is_valid("https://ringside.example/x", QueryDict("A=1"), signature)


def test_without_an_auth_token_no_signature_is_right(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    assert not signature_is_valid("https://ringside.example/x", QueryDict(""), "anything")
