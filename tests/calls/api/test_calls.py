"""Calls over the JSON API: placed, read, listed and ended."""

import json
import uuid

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries, Settings

from calls.models import Call, Recording, ToolUse, Turn
from calls.providers import twilio
from leads.models import Lead, Suppression
from tests.calls.api.client import bearer, error, initiate, post
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead


@pytest.mark.parametrize("type_", ["regular", "conversational", "realtime"])
def test_a_call_of_each_type_is_placed(lead: Lead, omar: User, carrier: Carrier, type_: str) -> None:
    answer = initiate(bearer(omar), lead, {"type": type_, "agentMode": "seller"})
    assert answer.status_code == 201
    body = answer.json()
    call = Call.objects.get(pk=body["id"])
    assert (body["type"], body["status"], body["agent_mode"]) == (type_, "placed", "seller")
    assert (body["lead_id"], body["placed_by"], body["error"]) == (str(lead.pk), "omar", None)
    assert call.twilio_sid in carrier.calls


@pytest.mark.parametrize("lead_id", [uuid.uuid4(), "0", "nonsense", "%00", "a" * 300])
def test_an_unknown_lead_is_404(omar: User, carrier: Carrier, lead_id: object) -> None:
    assert error(post(bearer(omar), f"/api/calls/{lead_id}/initiate", {"type": "realtime"}), 404) == "not_found"


def test_another_agent_s_lead_is_404_but_not_for_the_manager(
    lead: Lead, bob: User, mona: User, carrier: Carrier
) -> None:
    assert error(initiate(bearer(bob), lead, {"type": "realtime"}), 404) == "not_found"
    assert initiate(bearer(mona), lead, {"type": "realtime"}).status_code == 201


def test_an_unowned_lead_may_be_called_by_every_agent(bob: User, carrier: Carrier) -> None:
    assert initiate(bearer(bob), make_lead(), {"type": "realtime"}).status_code == 201


def test_the_gate_s_refusal_names_its_rules(lead: Lead, omar: User, carrier: Carrier) -> None:
    Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    answer = initiate(bearer(omar), lead, {"type": "realtime"})
    assert error(answer, 409) == "blocked"
    assert answer.json()["blocked"] == [{"rule": "D2", "reason": "This number asked not to be called"}]


def test_a_second_call_while_one_is_live_is_409(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    assert initiate(client, lead, {"type": "realtime"}).status_code == 201
    answer = initiate(client, lead, {"type": "conversational"})
    assert [block["rule"] for block in answer.json()["blocked"]] == ["D11"]
    assert answer.status_code == 409
    assert len(carrier.created()) == 1


def test_a_lead_without_a_phone_is_409(omar: User, carrier: Carrier) -> None:
    answer = initiate(bearer(omar), make_lead(phone="", email="m@example.com"), {"type": "realtime"})
    assert error(answer, 409) == "blocked"
    assert answer.json()["blocked"][0]["rule"] == "D1"


def test_when_all_lines_are_busy_it_is_503(lead: Lead, omar: User, carrier: Carrier, settings: Settings) -> None:
    settings.MAX_LIVE_CALLS = 1
    make_call()
    assert error(initiate(bearer(omar), lead, {"type": "realtime"}), 503) == "at_capacity"


@pytest.mark.parametrize(("status", "code"), [(400, 21211), (401, 20003), (429, 20429)])
def test_a_carrier_that_refuses_is_502_with_its_code(
    lead: Lead, omar: User, carrier: Carrier, status: int, code: int
) -> None:
    carrier.will_refuse(status, code, "No such luck")
    answer = initiate(bearer(omar), lead, {"type": "realtime"})
    assert error(answer, 502) == "carrier_refused"
    assert answer.json()["carrier_code"] == str(code)
    assert Call.objects.get(pk=answer.json()["call"]).status == "failed"


def test_a_carrier_in_trouble_is_504_and_the_call_is_looked_up(lead: Lead, omar: User, carrier: Carrier) -> None:
    carrier.will_refuse(500, 20500, "Internal error")
    answer = initiate(bearer(omar), lead, {"type": "realtime"})
    assert error(answer, 504) == "carrier_silent"
    assert Call.objects.get().status == "dialing"


def test_a_carrier_that_says_nothing_is_504(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = twilio.telephony()
    assert isinstance(client, twilio.TwilioTelephony)
    client._http.timeout = 0.2
    carrier.silent = True
    assert error(initiate(bearer(omar), lead, {"type": "realtime"}), 504) == "carrier_silent"
    assert Call.objects.count() == 1


def test_without_an_account_it_is_502_and_says_what_is_missing(
    lead: Lead, omar: User, carrier: Carrier, settings: Settings
) -> None:
    settings.TWILIO_ACCOUNT_SID = ""
    answer = initiate(bearer(omar), lead, {"type": "realtime"})
    assert error(answer, 502) == "carrier_refused"
    assert "TWILIO_ACCOUNT_SID" in answer.json()["error"]["message"]


def test_a_call_is_told_in_full(lead: Lead, omar: User) -> None:
    call = make_call(lead, placed_by=omar, outcome="appointment_set", summary="Booked")
    Turn.objects.create(call=call, speaker="agent", engine="realtime", text="Hello", item_id="a", position=0)
    for position, latency in ((1, 700), (2, 900)):
        Turn.objects.create(
            call=call,
            speaker="agent",
            engine="realtime",
            text="Yes",
            item_id=f"b{position}",
            position=position,
            latency_ms=latency,
        )
    ToolUse.objects.create(
        call=call, name="search_listings", tool_call_id="t1", engine="realtime", result={"ok": True}, ok=True
    )
    Recording.objects.create(call=call, sid="RE1", status="stored", seconds=3.5, channels=2, rms=[0.1, 0.2])
    body = bearer(omar).get(f"/api/calls/{call.pk}").json()
    assert [turn["text"] for turn in body["transcript"]] == ["Hello", "Yes", "Yes"]
    assert body["latency_ms"] == {"p50": 700, "p95": 900, "answers": 2, "basis": "server", "turns": 2}
    assert body["tools"][0]["name"] == "search_listings"
    assert body["recordings"][0]["rms"] == [0.1, 0.2]
    assert (body["outcome"], body["cost"]["currency"]) == ("appointment_set", "USD")
    assert "stream_token" not in json.dumps(body)


@pytest.mark.parametrize("call_id", [uuid.uuid4(), "1", "x"])
def test_an_unknown_call_is_404(omar: User, call_id: object) -> None:
    assert error(bearer(omar).get(f"/api/calls/{call_id}"), 404) == "not_found"
    assert error(post(bearer(omar), f"/api/calls/{call_id}/end", {}), 404) == "not_found"


def test_another_agent_s_call_is_404(lead: Lead, bob: User) -> None:
    call = make_call(lead)
    assert error(bearer(bob).get(f"/api/calls/{call.pk}"), 404) == "not_found"
    assert error(post(bearer(bob), f"/api/calls/{call.pk}/end", {}), 404) == "not_found"


def test_calls_are_listed_by_lead_newest_first(
    lead: Lead, omar: User, bob: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    calls = [make_call(lead, status="completed", ended_at=now()) for _ in range(3)]
    make_call(make_lead(owner=omar))
    make_call(make_lead(owner=bob))
    client = bearer(omar)
    with django_assert_max_num_queries(8):
        body = client.get(f"/api/calls?lead={lead.pk}&limit=2").json()
    assert [one["id"] for one in body["calls"]] == [str(calls[2].pk), str(calls[1].pk)]
    assert body["total"] == 3
    assert client.get("/api/calls").json()["total"] == 4
    assert error(bearer(bob).get(f"/api/calls?lead={lead.pk}"), 404) == "not_found"


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=100000", "offset=-1"])
def test_odd_pages_are_400(omar: User, query: str) -> None:
    assert error(bearer(omar).get(f"/api/calls?{query}"), 400) == "bad_request"


def test_a_call_is_ended_and_ending_it_again_is_fine(lead: Lead, omar: User, carrier: Carrier) -> None:
    sid = carrier.add_call(to=str(lead.phone), status="in-progress")
    call = make_call(lead, twilio_sid=sid)
    client = bearer(omar)
    assert post(client, f"/api/calls/{call.pk}/end", {}).status_code == 200
    assert carrier.calls[sid]["status"] == "completed"
    Call.objects.filter(pk=call.pk).update(status="completed", ended_at=now())
    assert post(client, f"/api/calls/{call.pk}/end", {}).json()["status"] == "completed"
    assert len(carrier.updates()) == 1


def test_a_carrier_that_does_not_end_the_call_is_502(lead: Lead, omar: User, carrier: Carrier) -> None:
    carrier.will_refuse(401, 20003, "Authenticate")
    assert error(post(bearer(omar), f"/api/calls/{make_call(lead).pk}/end", {}), 502) == "carrier"
