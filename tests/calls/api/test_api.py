"""The JSON API as its users meet it: who may, what is taken, and that every failure has one shape."""

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries, Settings

from calls.api.tokens import issue_token
from calls.models import ApiToken, Call, Comparison, Recording, ToolUse, Turn
from calls.providers import twilio
from leads.models import Lead, Suppression
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead


def bearer(user: User) -> Client:
    """A client with that user's API token."""
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"}, enforce_csrf_checks=True)


def post(client: Client, path: str, body: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(path, data, content_type="application/json")


def initiate(client: Client, lead: Lead, body: Any) -> Any:
    return post(client, f"/api/calls/{lead.pk}/initiate", body)


def error(response: Any, status: int) -> str:
    """The code of an error, which must have the one shape."""
    assert response.status_code == status, response.content
    body = response.json()["error"]
    assert body["message"]
    return str(body["code"])


@pytest.mark.parametrize("type_", ["regular", "conversational", "realtime"])
def test_a_call_of_each_type_is_placed(lead: Lead, omar: User, carrier: Carrier, type_: str) -> None:
    answer = initiate(bearer(omar), lead, {"type": type_, "agentMode": "seller"})
    assert answer.status_code == 201
    body = answer.json()
    call = Call.objects.get(pk=body["id"])
    assert (body["type"], body["status"], body["agent_mode"]) == (type_, "placed", "seller")
    assert (body["lead_id"], body["placed_by"], body["error"]) == (str(lead.pk), "omar", None)
    assert call.twilio_sid in carrier.calls


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ({"useRealtimeAI": True}, "realtime"),
        ({"useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False}, "regular"),
        ({"useRealtimeAI": False, "useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False, "useConversationalAI": False}, "regular"),
        ({"type": "realtime", "useRealtimeAI": True}, "realtime"),
        ({"type": "realtime", "useConversationalAI": False, "anything": "else"}, "realtime"),
    ],
)
def test_the_older_flags_still_work(lead: Lead, omar: User, carrier: Carrier, body: Any, type_: str) -> None:
    answer = initiate(bearer(omar), lead, body)
    assert (answer.status_code, answer.json()["type"]) == (201, type_)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"type": "realtime"',
        b"null",
        b"[]",
        b'"realtime"',
        b"{}",
        {"type": ""},
        {"type": None},
        {"type": "fax"},
        {"type": ["realtime"]},
        {"type": "realtime", "agentMode": "renter"},
        {"type": "realtime", "userId": {"a": 1}},
        {"type": "realtime", "userId": "nobody"},
        {"type": "realtime", "userId": 999_999},
        {"type": "realtime", "userId": 10**30},
        {"type": "realtime", "userId": "x\x00y"},
        {"type": "realtime", "userId": "\ud800"},
        {"useRealtimeAI": True, "useConversationalAI": True},
        {"type": "regular", "useRealtimeAI": True},
        {"useRealtimeAI": "perhaps"},
    ],
)
def test_a_bad_body_is_400_and_calls_nobody(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    error(initiate(bearer(omar), lead, body), 400)
    assert not carrier.requests
    assert not Call.objects.exists()


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


def test_nobody_in_particular_is_401(lead: Lead, carrier: Carrier) -> None:
    answer = initiate(Client(enforce_csrf_checks=True), lead, {"type": "realtime"})
    assert error(answer, 401) == "unauthenticated"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Bearer rs_é", "bearer  x y"])
def test_a_wrong_token_is_401(lead: Lead, carrier: Carrier, header: str) -> None:
    client = Client(headers={"Authorization": header})
    assert error(initiate(client, lead, {"type": "realtime"}), 401) == "unauthenticated"


def test_a_token_is_kept_as_a_digest_and_dies_when_revoked(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    token = ApiToken.objects.get()
    sent = str(client.defaults["HTTP_AUTHORIZATION"])
    assert token.digest not in sent
    assert sent.endswith(token.hint)
    assert client.get("/api/calls").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    ApiToken.objects.update(revoked_at=now())
    assert error(client.get("/api/calls"), 401) == "unauthenticated"


def test_a_token_of_somebody_who_left_is_401(omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert error(client.get("/api/calls"), 401) == "unauthenticated"


def test_a_stranger_with_a_login_is_403(lead: Lead, zoe: User, carrier: Carrier) -> None:
    for client in (bearer(zoe), Client()):
        client.force_login(zoe)
        assert error(client.get("/api/calls"), 403) == "forbidden"
        assert error(initiate(client, lead, {"type": "realtime"}), 403) == "forbidden"


def test_a_browser_session_needs_the_csrf_token(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(omar)
    assert client.get("/api/calls").status_code == 200
    assert error(initiate(client, lead, {"type": "realtime"}), 403) == "csrf"
    client.get("/login/")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(
        f"/api/calls/{lead.pk}/initiate",
        {"type": "realtime"},
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    assert answer.status_code == 201


def test_a_call_is_placed_in_one_s_own_name_or_by_a_manager_in_another_s(
    lead: Lead, omar: User, bob: User, mona: User, carrier: Carrier
) -> None:
    unowned = make_lead()
    own = initiate(bearer(omar), lead, {"type": "realtime", "userId": omar.pk})
    assert own.json()["placed_by"] == "omar"
    assert error(initiate(bearer(bob), unowned, {"type": "realtime", "userId": "omar"}), 403) == "forbidden"
    by_manager = initiate(bearer(mona), unowned, {"type": "regular", "userId": "omar"})
    assert by_manager.json()["placed_by"] == "omar"
    assert carrier.created()[-1].form["To"] == "+15125550190"


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


def test_a_comparison_is_started_and_read(lead: Lead, omar: User, carrier: Carrier, settings: Settings) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181 +15125550182 +15125550183"}
    client = bearer(omar)
    answer = post(client, "/api/comparisons", {"leadId": str(lead.pk), "types": ["realtime", "conversational"]})
    assert answer.status_code == 201, answer.content
    comparison = Comparison.objects.get()
    assert {call.status for call in comparison.calls.all()} == {"placed"}
    table = client.get(f"/api/comparisons/{comparison.pk}")
    assert table.status_code == 200
    assert {row["type"] for row in table.json()["calls"]} == {"realtime", "conversational"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"leadId": "x"},
        {"leadId": None},
        {"leadId": "LEAD", "types": []},
        {"leadId": "LEAD", "types": ["fax"]},
        {"leadId": "LEAD", "types": "realtime"},
        {"leadId": "LEAD", "persona": "ghost"},
        {"leadId": "LEAD", "agentMode": "x"},
        b"nope",
    ],
)
def test_a_bad_comparison_is_400(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    if isinstance(body, dict) and body.get("leadId") == "LEAD":
        body = body | {"leadId": str(lead.pk)}
    error(post(bearer(omar), "/api/comparisons", body), 400)
    assert not Comparison.objects.exists()


def test_a_comparison_on_an_unknown_or_foreign_lead_is_404(lead: Lead, bob: User, omar: User, carrier: Carrier) -> None:
    assert error(post(bearer(bob), "/api/comparisons", {"leadId": str(lead.pk)}), 404) == "not_found"
    assert error(post(bearer(omar), "/api/comparisons", {"leadId": str(uuid.uuid4())}), 404) == "not_found"
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    for client, key in ((bearer(bob), comparison.pk), (bearer(omar), uuid.uuid4()), (bearer(omar), "x")):
        assert error(client.get(f"/api/comparisons/{key}"), 404) == "not_found"


def test_a_comparison_nobody_may_place_is_409(lead: Lead, omar: User, carrier: Carrier) -> None:
    Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    answer = post(bearer(omar), "/api/comparisons", {"leadId": str(lead.pk)})
    assert error(answer, 409) == "blocked"
    assert "D2" in {block["rule"] for block in answer.json()["blocked"]}


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/calls/x/y/z"])
def test_an_address_that_is_none_is_404_in_the_same_shape(client: Client, db: None, path: str) -> None:
    assert error(client.get(path), 404) == "not_found"
    assert error(post(client, path, {}), 404) == "not_found"


def test_the_description_is_generated_and_names_every_answer(client: Client, db: None) -> None:
    schema = client.get("/api/openapi.json").json()
    answers = schema["paths"]["/api/calls/{lead_id}/initiate"]["post"]["responses"]
    assert set(answers) == {"201", "400", "401", "403", "404", "409", "502", "503", "504"}
    assert {"/api/comparisons", "/api/comparisons/{comparison_id}", "/api/calls/{call_id}"} <= set(schema["paths"])
    assert "useRealtimeAI" in schema["components"]["schemas"]["Initiate"]["properties"]


def test_the_documentation_is_a_page_without_foreign_scripts(client: Client, db: None) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/calls/{lead_id}/initiate" in text
    assert "//cdn" not in text
    assert "'none'" in page["Content-Security-Policy"]


def test_a_body_beyond_all_measure_is_refused_in_the_one_shape(lead: Lead, omar: User) -> None:
    assert error(initiate(bearer(omar), lead, b'{"type": "' + b"x" * 3_000_000 + b'"}'), 413) == "too_big"


def test_a_method_that_is_not_allowed_is_refused_in_the_one_shape(lead: Lead, omar: User) -> None:
    answer = bearer(omar).get(f"/api/calls/{lead.pk}/initiate")
    assert error(answer, 405) == "method_not_allowed"
    assert answer.headers["Allow"] == "POST"


def test_true_is_nobodys_user_id(lead: Lead, omar: User, carrier: Carrier) -> None:
    assert error(initiate(bearer(omar), lead, {"type": "realtime", "userId": True}), 400) == "bad_request"
    assert carrier.created() == []
