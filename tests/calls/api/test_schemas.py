"""What the JSON API takes: the older flags, and bodies that are refused."""

from typing import Any

import jsonschema_rs
import pytest
from django.contrib.auth.models import User
from pydantic import ValidationError

from calls.api.api import schema
from calls.api.schemas import Initiate
from calls.models import Call
from leads.models import Lead
from tests.calls.api.client import bearer, error, initiate, post
from tests.calls.carrier_stub import Carrier


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ({"useRealtimeAI": True}, "realtime"),
        ({"useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False}, "regular"),
        ({"useRealtimeAI": False, "useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False, "useConversationalAI": False}, "regular"),
        ({"type": "realtime", "useRealtimeAI": True}, "realtime"),
        ({"type": "realtime", "useConversationalAI": False}, "realtime"),
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
        {"useRealtimeAI": "true"},
        {"useRealtimeAI": 1},
        {"useRealtimeAI": None},
        {"type": "realtime", "agentMode": None},
        {"type": "realtime", "useConversationalAI": None},
    ],
)
def test_a_bad_body_is_400_and_calls_nobody(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    error(initiate(bearer(omar), lead, body), 400)
    assert not carrier.requests
    assert not Call.objects.exists()


def test_true_is_nobodys_user_id(lead: Lead, omar: User, carrier: Carrier) -> None:
    assert error(initiate(bearer(omar), lead, {"type": "realtime", "userId": True}), 400) == "bad_request"
    assert carrier.created() == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"type": "conversational", "agentmode": "seller"}, "agentmode: no such name; did you mean agentMode?"),
        ({"type": "conversational", "agent_mode": "seller"}, "agent_mode: no such name; did you mean agentMode?"),
        ({"type": "conversational", "userID": "omar"}, "userID: no such name; did you mean userId?"),
        ({"Type": "conversational"}, "Type: no such name; did you mean type?"),
        ({"type": "realtime", "useRealtimeAi": False}, "useRealtimeAi: no such name; did you mean useRealtimeAI?"),
        ({"type": "realtime", "zzz": 1}, "zzz: no such name; there are agentMode, type,"),
        ({"type": "realtime", "agentMode": "seller", "agent_mode": "buyer"}, "agent_mode: no such name"),
        ({"type": "realtime", "": 1, "x" * 5000: 1}, ": no such name"),
        ({"type": "realtime", "payload": {}, "request": {}}, "payload: no such name"),
    ],
)
def test_a_field_that_is_none_is_refused_by_name(
    lead: Lead, omar: User, carrier: Carrier, body: Any, named: str
) -> None:
    answer = initiate(bearer(omar), lead, body)
    assert error(answer, 400) == "bad_request"
    assert named in answer.json()["error"]["message"]
    assert not carrier.requests


def test_a_comparison_s_fields_are_known_too(lead: Lead, omar: User, carrier: Carrier) -> None:
    answer = post(bearer(omar), "/api/comparisons", {"leadId": str(lead.pk), "type": ["realtime"]})
    assert error(answer, 400) == "bad_request"
    assert "type: no such name; did you mean types?" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ({"type": "realtime"}, True),
        ({"useRealtimeAI": False}, True),
        ({"type": "realtime", "useRealtimeAI": True}, True),
        ({"type": "realtime", "userId": None}, True),
        ({"type": "realtime", "userId": 3.0}, True),
        ({"type": "realtime", "userId": 3.5}, False),
        ({"type": "regular", "useRealtimeAI": True}, False),
        ({"useConversationalAI": True, "useRealtimeAI": True}, False),
        ({"type": None}, False),
        ({"userId": "omar"}, False),
        ({}, False),
        ({"type": "realtime", "agentmode": "seller"}, False),
        ({"type": "realtime", "useRealtimeAI": 1}, False),
    ],
)
def test_the_description_allows_what_is_taken(body: Any, allowed: bool) -> None:
    described = {"$ref": "#/components/schemas/Initiate", "components": schema()["components"]}
    assert jsonschema_rs.is_valid(described, body) is allowed
    try:
        Initiate.model_validate(body)
    except ValidationError:
        assert not allowed
    else:
        assert allowed
